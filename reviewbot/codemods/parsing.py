"""Input that could build any object or run code is read by a parser that only gives data."""

import ast

import libcst as cst

from reviewbot.codemods.arguments import argument, keywords, positional, starred, with_keyword, without
from reviewbot.codemods.flagged import Flagged, Rewritten, spelled

_YAML_LOADERS = frozenset({"Loader", "FullLoader", "UnsafeLoader", "CLoader", "CFullLoader", "CUnsafeLoader"})

_XML_PARSERS = {
    "xml.etree.ElementTree": "defusedxml.ElementTree",
    "xml.etree.cElementTree": "defusedxml.ElementTree",
    "xml.dom.minidom": "defusedxml.minidom",
    "xml.dom.pulldom": "defusedxml.pulldom",
    "xml.dom.expatbuilder": "defusedxml.expatbuilder",
    "xml.sax": "defusedxml.sax",
}

XML = tuple(
    f"{module}.{name}" for module in _XML_PARSERS for name in ("parse", "iterparse", "fromstring", "parseString")
)


def safe_load(flagged: Flagged) -> Rewritten | None:
    """`yaml.load(text, Loader=yaml.Loader)` → `yaml.safe_load(text)`. A loader of the program's own is left alone."""
    call, name = flagged.call, flagged.names.spell("yaml", "safe_load")
    values = positional(call)
    loader = argument(call, "Loader") or (values[1] if len(values) == 2 else None)  # noqa: PLR2004  load(stream, Loader)
    if name is None or starred(call) or len(call.args) != (1 if loader is None else 2) or not values:
        return None
    if loader is not None:
        own = flagged.node.args[1] if loader in values else flagged.node.keywords[0].value
        resolved = flagged.names.resolve(own) or ""
        if not resolved.startswith("yaml.") or resolved.rpartition(".")[2] not in _YAML_LOADERS:
            return None
        bare = without(call, loader)
        if bare is None:
            return None
        call = bare
    return Rewritten(call.with_changes(func=spelled(name)), name.imports)


def literal_eval(flagged: Flagged) -> Rewritten | None:
    """`eval(text)` → `ast.literal_eval(text)`, where the text comes from elsewhere.

    Code that the program puts together itself, or that is given names to use, is no literal.
    """
    call, name = flagged.call, flagged.names.spell("ast", "literal_eval")
    if name is None or len(call.args) != 1 or not positional(call):
        return None
    if not isinstance(flagged.node.args[0], ast.Name | ast.Attribute | ast.Subscript | ast.Call):
        return None
    return Rewritten(call.with_changes(func=spelled(name)), name.imports)


def weights_only(flagged: Flagged) -> Rewritten | None:
    """`torch.load(path)` → `torch.load(path, weights_only=True)`. A pickle module of the caller's own rules it out."""
    if "pickle_module" in keywords(flagged.call) or len(positional(flagged.call)) > 2:  # noqa: PLR2004  load(f, map_location)
        return None
    call = with_keyword(flagged.call, "weights_only", cst.Name("True"))
    return Rewritten(call) if call else None


def defused(flagged: Flagged) -> Rewritten | None:
    """`ElementTree.parse(file)` → `defusedxml.ElementTree.parse(file)`, only where the file uses defusedxml already."""
    module, _, function = (flagged.names.resolve(flagged.node.func) or "").rpartition(".")
    if not flagged.names.imports("defusedxml") or module not in _XML_PARSERS:
        return None
    name = flagged.names.spell(_XML_PARSERS[module], function)
    return Rewritten(flagged.call.with_changes(func=spelled(name)), name.imports) if name else None
