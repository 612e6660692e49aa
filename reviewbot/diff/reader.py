"""The lines of a diff, read from the first to the last, and errors that say where."""

from reviewbot.errors import ConfigError


class Reader:
    """Stands at one line of a diff. Lines end at a line feed only, which they come without."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    @property
    def at_end(self) -> bool:
        """Whether all lines are read."""
        return self._at >= len(self._lines)

    def line(self, ahead: int = 0) -> str:
        """Return the line here, or one further on; "" after the last."""
        return self._lines[self._at + ahead] if self._at + ahead < len(self._lines) else ""

    def step(self, lines: int = 1) -> None:
        """Go on to the next line."""
        self._at += lines

    def error(self, what: str) -> ConfigError:
        """Build the error that says `what` is wrong with the line here."""
        where = "The diff ends too early" if self.at_end else f"Line {self._at + 1} of the diff"
        return ConfigError(f"{where}, {self.line()[:80]!a}: {what}.")
