"""The packages that a repository says it depends on, by the names under which code imports them."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from posixpath import basename, dirname
from typing import Any

from reviewbot.change import SourceFile
from reviewbot.language import Language
from reviewbot.snapshot import Snapshot

MAX_MANIFESTS = 10
"""So many manifests are read for one file: those in its own folder first, then those above it."""

_PYTHON = ("pyproject.toml", "requirements*.txt", "Pipfile")
_NODE = ("package.json",)
_REQUIREMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_NAMESPACES = ("azure", "google", "opentelemetry", "zope")
"""Packages of several makers share these: google-cloud-storage is imported as google.cloud.storage."""
_IMPORTED_AS = {
    "attrs": "attr",
    "beautifulsoup4": "bs4",
    "django_rest_framework": "rest_framework",
    "djangorestframework": "rest_framework",
    "gitpython": "git",
    "mysqlclient": "mysqldb",
    "opencv_python": "cv2",
    "pillow": "pil",
    "protobuf": "google",
    "psycopg2_binary": "psycopg2",
    "pycryptodome": "crypto",
    "pycryptodomex": "cryptodome",
    "pygithub": "github",
    "pyjwt": "jwt",
    "pymysql": "pymysql",
    "pynacl": "nacl",
    "pyopenssl": "openssl",
    "python_dateutil": "dateutil",
    "python_dotenv": "dotenv",
    "python_jose": "jose",
    "python_ldap": "ldap",
    "python_magic": "magic",
    "python_multipart": "multipart",
    "pyyaml": "yaml",
    "ruamel_yaml": "ruamel",
    "scikit_learn": "sklearn",
}
"""Where the name to import is another than that of the package. What is not listed here has the same one."""


def declared(path: str, language: Language, snapshot: Snapshot) -> frozenset[str]:
    """Return the names that the manifests above `path` allow to be imported: for Python in lower case, its first part.

    A manifest that cannot be read names nothing.
    """
    wanted = _PYTHON if language is Language.PYTHON else _NODE
    folders = [dirname(path)]
    while folders[-1]:
        folders.append(dirname(folders[-1]))
    order = {folder: distance for distance, folder in enumerate(folders)}
    # requirements/base.txt is as common as requirements-base.txt.
    near = {known: dirname(known.removesuffix("/" + basename(known))) for known in snapshot.paths()}
    found = [
        (order[folder], known)
        for known, above in near.items()
        for folder in ((dirname(known) if basename(dirname(known)) != "requirements" else above),)
        if folder in order and _is_manifest(known, wanted)
    ]
    manifests = snapshot.read([known for _, known in sorted(found)[:MAX_MANIFESTS]])
    return frozenset(name for manifest in manifests for name in _names(manifest))


def _is_manifest(path: str, wanted: Iterable[str]) -> bool:
    name = basename(path)
    in_folder = wanted is _PYTHON and basename(dirname(path)) == "requirements" and name.endswith(".txt")
    return in_folder or any(fnmatchcase(name, pattern) for pattern in wanted)


def _names(manifest: SourceFile) -> Iterator[str]:
    match basename(manifest.path):
        case "package.json":
            yield from _node(manifest.text)
        case "pyproject.toml" | "Pipfile":
            for requirement in _toml(manifest.text):
                yield from _imported(requirement)
        case _:
            for line in manifest.text.split("\n"):
                yield from _imported(line)


def _imported(requirement: str) -> Iterator[str]:
    """Yield the names under which a requirement such as `PyYAML>=6` is imported."""
    package = _REQUIREMENT.match(requirement.strip())
    if package is not None:
        name = re.sub(r"[-_.]+", "_", package[0]).lower()
        yield _IMPORTED_AS.get(name, name)
        yield from (space for space in _NAMESPACES if name.startswith(f"{space}_"))


def _node(text: str) -> Iterator[str]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    for key in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
        yield from _mapping(_mapping(said).get(key))


def _toml(text: str) -> Iterator[str]:
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    project, poetry = _mapping(said.get("project")), _mapping(_mapping(said.get("tool")).get("poetry"))
    lists = [project.get("dependencies"), *_mapping(project.get("optional-dependencies")).values()]
    lists += _mapping(said.get("dependency-groups")).values()
    groups = [_mapping(group).get("dependencies") for group in _mapping(poetry.get("group")).values()]
    tables = [poetry.get("dependencies"), poetry.get("dev-dependencies"), *groups]
    tables += [said.get("packages"), said.get("dev-packages")]
    for each in lists:
        yield from (one for one in (each if isinstance(each, list) else ()) if isinstance(one, str))
    for table in tables:
        yield from _mapping(table)


def _mapping(said: Any) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}
