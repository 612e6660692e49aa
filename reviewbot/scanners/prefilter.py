"""Which rules can match a file at all, judged by the words that a match must contain.

The engine derives these words from the rules (`semgrep-core -prefilter_of_rules`). Most files hold the words of few
rules, and the engine then reads those few instead of the whole pack. Whatever is not understood here counts as
"can match", so an error makes a scan slower and never blinder.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Prefilter:
    """The formula of each rule, by its id: ["And" | "Or", [formula, …]] or ["Pred", [kind, words]], or None."""

    formulas: Mapping[str, Any]

    @classmethod
    def parse(cls, dump: bytes) -> Self:
        """Read what the engine wrote. What it did not write, or not in the form that is known, filters nothing."""
        try:
            entries = json.loads(dump)
            return cls({entry["rule_id"]: _formula(entry["filter"]) for entry in entries})
        except (ValueError, KeyError, TypeError):
            return cls({})

    def allows(self, rule_id: str, data: bytes) -> bool:
        """Say whether the rule can match somewhere in `data`."""
        return _holds(self.formulas.get(rule_id), data)


def _formula(dumped: Any) -> Any:
    match dumped:
        case ["Some", formula]:
            return formula
        case _:
            return None


def _holds(formula: Any, data: bytes) -> bool:
    match formula:
        case ["And", [*parts]]:
            return all(_holds(part, data) for part in parts)
        case ["Or", [*parts]]:
            return any(_holds(part, data) for part in parts)
        case ["Pred", ["Idents", [*words]]]:
            return all(word.encode("utf-8", "surrogatepass") in data for word in words)
        case _:
            return True
