"""Which language a file is written in, judged by its name alone.

The contents belong to whoever wrote the change, so they have no say in how the file is read.
"""

import re
from enum import StrEnum


class Language(StrEnum):
    """A language for which there are rules. The value is Semgrep's own name for it."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    JAVA = "java"
    GO = "go"
    RUBY = "ruby"
    PHP = "php"
    CSHARP = "csharp"


_BY_SUFFIX = {
    ".py": Language.PYTHON,
    ".pyi": Language.PYTHON,
    ".pyw": Language.PYTHON,
    ".js": Language.JAVASCRIPT,
    ".jsx": Language.JAVASCRIPT,
    ".mjs": Language.JAVASCRIPT,
    ".cjs": Language.JAVASCRIPT,
    ".ts": Language.TYPESCRIPT,
    ".tsx": Language.TYPESCRIPT,
    ".mts": Language.TYPESCRIPT,
    ".cts": Language.TYPESCRIPT,
    ".java": Language.JAVA,
    ".go": Language.GO,
    ".rb": Language.RUBY,
    ".php": Language.PHP,
    ".cs": Language.CSHARP,
}


def language_of(path: str) -> Language | None:
    """Return the language of the file at `path` (POSIX style), or None if there are no rules for it."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return _BY_SUFFIX.get(f"{dot}{suffix.lower()}") if stem else None


_TEST_FOLDERS = frozenset(
    {"test", "tests", "__tests__", "__mocks__", "spec", "specs", "e2e", "testdata", "fixtures"}
    | {"bench", "benchmark", "benchmarks"}
)
_TEST_NAME = re.compile(
    r"test_.*\.py|conftest\.py|.*_(test|spec)\.\w+|.*\.(test|spec)\.\w+|.*[a-z0-9]Tests?\.(java|cs|php)"
)


def is_test(path: str) -> bool:
    """Say whether the file at `path` (POSIX style) is named as one for tests or benchmarks, which nobody deploys."""
    *folders, name = path.rpartition("../")[2].split("/")
    return not _TEST_FOLDERS.isdisjoint(folders) or _TEST_NAME.fullmatch(name) is not None
