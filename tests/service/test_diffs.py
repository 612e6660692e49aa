"""Lines of suggestions: kept where an operator sets a key, and readable with that key alone."""

from pathlib import Path

from pydantic import SecretStr

from reviewbot.ledger.seal import MAX_CHARACTERS, KeySeal, Seal, diff_of
from reviewbot.ledger.view import Filter, RunRow
from reviewbot.suggestion import Edit
from tests.fake_github.state import Repository
from tests.fakes import MarkerScanner, ScriptedGenerator
from tests.service.office import Office, drain

KEY = KeySeal(SecretStr("a key of the operator, long enough"))
OTHER = KeySeal(SecretStr("a key of somebody else, long enough"))
HEAD = "import os\nimport subprocess\n\n\ndef run(cmd):\n    os.system(cmd)\n"
WORSE = "    subprocess.run(cmd, shell=True)\n"
GOOD = "    subprocess.run([cmd], check=False)\n"


def reviewed(office: Office, repository: Repository, seal: Seal | None, cwe: int = 78) -> RunRow:
    """A review whose one finding got a bad suggestion first, and a good one then."""
    pull = office.hub.open_pull(repository, head_files={"app.py": HEAD})
    scanners = (MarkerScanner("os.system", cwe=(cwe,)), MarkerScanner("shell=True", name="Other", cwe=(77,)))
    model = ScriptedGenerator([f"```python\n{WORSE}```\n", f"```python\n{GOOD}```\n"])
    office.ask(pull)
    drain(office.worker(*scanners, generator=model, seal=seal))
    (row,), _ = office.ledger.pulls(Filter())
    assert row.run_id is not None
    run = office.ledger.run(row.run_id)
    assert run is not None
    return run


def everything_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*.sqlite*"))


def test_with_a_key_each_candidate_s_lines_can_be_read_again(office: Office, repository: Repository) -> None:
    run = reviewed(office, repository, KEY)
    sealed = office.ledger.sealed_diffs(run.row_id)
    place = "diff app.py\n@@ -6,1 +6,1 @@\n-    os.system(cmd)\n"
    assert [KEY.open(sealed[one.edits_sha256]) for one in run.suggestions] == [f"{place}+{WORSE}", f"{place}+{GOOD}"]
    assert [OTHER.open(one) for one in sealed.values()] == [None, None]
    assert b"subprocess" not in everything_on_disk(office.path)


def test_without_a_key_no_lines_are_kept(office: Office, repository: Repository) -> None:
    run = reviewed(office, repository, None)
    assert len(run.suggestions) == 2
    assert office.ledger.sealed_diffs(run.row_id) == {}


def test_lines_that_touch_a_credential_are_not_kept_even_with_a_key(office: Office, repository: Repository) -> None:
    run = reviewed(office, repository, KEY, cwe=798)
    assert len(run.suggestions) == 2
    assert office.ledger.sealed_diffs(run.row_id) == {}


def test_a_changed_byte_makes_it_unreadable() -> None:
    sealed = KEY.close("text")
    assert KEY.open(sealed[:-1] + (b"A" if sealed[-1:] != b"A" else b"B")) is None


def test_a_diff_counts_lines_as_diff_does_and_says_where_a_line_end_is_missing() -> None:
    edits = (Edit("b.py", 3, 2, "", "one\ntwo\n"), Edit("b.py", 9, 9, "old\n", ""), Edit("a\n.py", 1, 1, "x", "y"))
    assert diff_of(edits) == (
        "diff b.py\n@@ -2,0 +3,2 @@\n+one\n+two\n@@ -9,1 +10,0 @@\n-old\n"
        "diff a\\n.py\n@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
    )


def test_a_very_long_diff_is_cut_at_a_line_and_says_so() -> None:
    text = diff_of((Edit("a.py", 1, 0, "", "x = 1\n" * MAX_CHARACTERS),))
    assert len(text) <= MAX_CHARACTERS + 100
    assert text.endswith("+x = 1\n… and more lines, which are not kept.\n")
