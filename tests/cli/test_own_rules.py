"""Rules of the repository's own, which its policy names: read at the base commit alone."""

from collections.abc import Callable

import pytest

from reviewbot.cli import run
from tests.conftest import Checkout
from tests.scanners.test_rulepack import RULE

Output = pytest.CaptureFixture[str]
PLACE = "tools/rules/python/manners/python-shout.yaml"
POLICY = '[rules]\ndirectory = "tools/rules"\n'


@pytest.fixture
def branch(new_checkout: Callable[[str], Checkout]) -> Checkout:
    """A repository whose base has a rule of its own, on a branch that does not differ yet."""
    checkout = new_checkout("repository")
    checkout.write("app.py", "x = 1\n")
    checkout.write(PLACE, RULE)
    checkout.write("tools/rules/python/manners/python-shout.py", "# a test file beside the rule\n")
    checkout.write(".github/reviewbot.toml", POLICY)
    return checkout


def _reviewed(branch: Checkout, capsys: Output, code: str = "shout(1)\n") -> tuple[int, str]:
    """Commit all as the base, change the code, and review the change."""
    branch.commit()
    branch.git("branch", "-M", "main")
    branch.git("switch", "--quiet", "--create", "topic")
    branch.write("app.py", code)
    branch.write(PLACE, RULE.replace("shout($X)", "nothing($X)"))
    status = run(["review", "--repository", str(branch.root), "--format", "markdown", "--no-suggestions"])
    said = capsys.readouterr()
    return status, said.out + said.err


def test_a_rule_at_the_base_finds_and_blocks_whatever_the_change_makes_of_it(branch: Checkout, capsys: Output) -> None:
    status, said = _reviewed(branch, capsys)
    assert status == 1
    assert "Semgrep python-shout" in said


def test_pinned_rules_are_ours_alone_and_those_of_the_repository_stay(branch: Checkout, capsys: Output) -> None:
    branch.write(".github/reviewbot.toml", POLICY + 'only = ["B301"]\n')
    _, said = _reviewed(branch, capsys, "import pickle\nshout(1)\neval(input())\npickle.loads(input())\n")
    assert "python-shout" in said
    assert "B301" in said
    assert "B307" not in said


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("severity: ERROR", "severity: LOUD", "tools/rules/python/manners/python-shout.yaml"),
        ("pattern: shout($X)", "pattern: shout($X", "python-shout"),
        ("pattern: shout($X)", "mode: join", '"python-shout": the mode is neither'),
        ("pattern: shout($X)", "validators: []", '"validators" is no key'),
        ("languages: [python]", "languages: [generic]", '"generic" is no language'),
    ],
)
def test_a_broken_rule_fails_the_review_by_its_name(
    branch: Checkout, capsys: Output, old: str, new: str, told: str
) -> None:
    branch.write(PLACE, RULE.replace(old, new))
    status, said = _reviewed(branch, capsys)
    assert status in {2, 3}
    assert told in said
    assert "/tmp/" not in said


def test_a_folder_without_rules_fails_the_review(branch: Checkout, capsys: Output) -> None:
    branch.write(".github/reviewbot.toml", '[rules]\ndirectory = "tools/none"\n')
    status, said = _reviewed(branch, capsys)
    assert status == 2
    assert "tools/none at the base commit holds 0 rules" in said


@pytest.mark.parametrize("folder", ["/etc", "../rules", "a/../b", "a//b", "./rules", "a\\\\b"])
def test_a_folder_elsewhere_is_refused(branch: Checkout, capsys: Output, folder: str) -> None:
    branch.write(".github/reviewbot.toml", f'[rules]\ndirectory = "{folder}"\n')
    status, said = _reviewed(branch, capsys)
    assert status == 2
    assert '"rules.directory"' in said
