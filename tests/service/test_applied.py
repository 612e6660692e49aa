"""From a suggestion that is refused, repaired and posted to the push that takes it over, as operators see it."""

from dataclasses import replace

from reviewbot.ledger.statistics import Tally
from reviewbot.ledger.view import Filter
from tests.fake_github.state import Pull, Repository
from tests.fakes import MarkerScanner, ScriptedGenerator
from tests.service.office import Office, drain

HEAD = "import os\nimport subprocess\n\n\ndef run(cmd):\n    os.system(cmd)\n"
GOOD = "    subprocess.run([cmd], check=False)\n"
WORSE = "    subprocess.run(cmd, shell=True)\n"
SCANNERS = (MarkerScanner("os.system"), MarkerScanner("shell=True", name="Other", cwe=(77,)))


def reviewed(office: Office, repository: Repository) -> Pull:
    """A pull request whose one finding got a bad suggestion first, and a good one then."""
    pull = office.hub.open_pull(repository, head_files={"app.py": HEAD})
    model = ScriptedGenerator([f"```python\n{WORSE}```\n", f"```python\n{GOOD}```\n"])
    office.ask(pull)
    drain(office.worker(*SCANNERS, generator=model))
    (comment,) = office.hub.review_comments(pull)
    assert GOOD in comment.body
    return pull


def pushed(office: Office, pull: Pull, text: str) -> Tally:
    """Review what the author pushed next, and return the figures."""
    office.hub.push(pull, {"app.py": text})
    office.ask(pull)
    drain(office.worker(*SCANNERS))
    return office.ledger.statistics().written_by_models


def test_a_repaired_suggestion_that_the_author_takes_over_is_counted(office: Office, repository: Repository) -> None:
    pull = reviewed(office, repository)
    before = office.ledger.statistics().written_by_models
    assert before == Tally(generated=2, flagged=1, repaired=1, withheld=1, posted=1)

    assert pushed(office, pull, HEAD.replace("    os.system(cmd)\n", GOOD)) == replace(before, applied=1)

    (row,), _ = office.ledger.pulls(Filter())
    first = office.ledger.run(min(run_id for run_id, *_ in office.ledger.runs(row.row_id)))
    assert first is not None
    assert [one.applied_head for one in first.suggestions] == ["", pull.head_sha]
    assert first.rules == "r" * 64


def test_another_fix_is_none_that_was_applied(office: Office, repository: Repository) -> None:
    pull = reviewed(office, repository)
    assert pushed(office, pull, HEAD.replace("    os.system(cmd)\n", "    return None\n")).applied == 0
