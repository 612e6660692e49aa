"""The words exchanged with a model: what it is asked, and how its answer is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to a model. `system` is ours alone; code under review stands only in `user`, as data."""

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `model` names the model and its revision. Empty `text` means that it had none."""

    text: str
    model: str
