"""Whether a definition still takes every call that it used to take."""

from collections.abc import Sequence

from reviewbot.syntax.code import Definition, Parameter, Passing

_BY_POSITION = (Passing.POSITION, Passing.POSITION_OR_NAME)


def replaces(new: Definition, old: Definition) -> bool:
    """Say whether `new` can stand where `old` stood: the same kind of thing, taking the same calls."""
    if old.kind == "value":
        return True
    if new.kind != old.kind:
        return False
    if old.parameters is None or new.parameters is None:
        return old.parameters is new.parameters
    return takes_all_calls(new.parameters, old.parameters)


def takes_all_calls(new: Sequence[Parameter], old: Sequence[Parameter]) -> bool:
    """Say whether every call that binds to the parameters `old` also binds to `new`."""
    before, after = _Signature(old), _Signature(new)
    if (before.rest and not after.rest) or (before.named_rest and not after.named_rest):
        return False
    return _positions_match(after, before) and _names_match(after, before)


class _Signature:
    def __init__(self, parameters: Sequence[Parameter]) -> None:
        self.positional = [p for p in parameters if p.passing in _BY_POSITION]
        self.named = {p.name: p for p in parameters if p.passing is Passing.NAME}
        self.names = {p.name for p in parameters if p.passing in (Passing.NAME, Passing.POSITION_OR_NAME)}
        self.rest = any(p.passing is Passing.REST for p in parameters)
        self.named_rest = any(p.passing is Passing.NAMED_REST for p in parameters)


def _positions_match(new: _Signature, old: _Signature) -> bool:
    shared = zip(old.positional, new.positional, strict=False)
    extra = new.positional[len(old.positional) :]
    gone = old.positional[len(new.positional) :]
    return (
        all(_takes(after, before, old) for before, after in shared)
        and all(not p.required or _still_named(p, old) for p in extra)
        # What used to end in the rest, by position and by name at once, would now meet in one parameter.
        and not (old.rest and old.named_rest and any(p.passing is Passing.POSITION_OR_NAME for p in extra))
        and all(_caught(p, new) for p in gone)
    )


def _takes(new: Parameter, old: Parameter, signature: _Signature) -> bool:
    if (new.required and not old.required) or new.type != old.type:
        return False
    if old.passing is Passing.POSITION_OR_NAME:
        return new.passing is Passing.POSITION_OR_NAME and new.name == old.name
    if new.passing is Passing.POSITION:
        return True
    return not signature.named_rest and new.name not in signature.names


def _still_named(parameter: Parameter, old: _Signature) -> bool:
    by_name = old.named.get(parameter.name)
    return parameter.passing is Passing.POSITION_OR_NAME and by_name is not None and by_name.required


def _caught(parameter: Parameter, new: _Signature) -> bool:
    """Say whether the rest of `new` takes what used to have a parameter of its own."""
    if parameter.passing is Passing.POSITION:
        return new.rest
    by_name = new.named.get(parameter.name)
    return new.rest and (new.named_rest if by_name is None else not by_name.required)


def _names_match(new: _Signature, old: _Signature) -> bool:
    if any(p.required and not (p.name in old.named and old.named[p.name].required) for p in new.named.values()):
        return False
    late = [] if old.rest else new.positional[len(old.positional) :]
    by_name = new.named | {p.name: p for p in late if p.passing is Passing.POSITION_OR_NAME}
    for name, parameter in old.named.items():
        if name not in by_name:
            if not new.named_rest or any(p.name == name for p in new.positional if p.passing is not Passing.POSITION):
                return False
        elif by_name[name].required and not parameter.required:
            return False
    return True
