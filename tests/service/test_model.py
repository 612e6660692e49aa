"""A model behind the service: from a signed webhook to suggestions that passed the gate, and nothing else."""

import os
import re
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewbot.generators.endpoint import Endpoint
from tests.fake_github import FakeGitHub
from tests.fake_github.sending import sending
from tests.fake_github.state import Pull
from tests.fake_model_server import Asked, Behaviour, FakeModelServer, event, says, stream
from tests.generators.test_endpoint import CANARY, service
from tests.service.office import Office, drain
from tests.service.stack import Process, Stack, eventually, settled
from tests.service.test_service import command_of

WEAK = {
    "app.py": "import pickle\nimport tempfile\n\n\ndef load(data):\n    return pickle.loads(data)\n\n\n"
    "def name():\n    return tempfile.mktemp()\n",
}
FIXED, INSECURE = "    return tempfile.mkstemp()[1]", "    return eval(data)"
_FLAGGED = re.compile(r"BEGIN flagged (\w+)\n(.*?)\nEND flagged \1", re.DOTALL)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with FakeGitHub(contents_per_minute=None) as hub, Stack(hub, tmp_path) as stack:
        yield stack


def coder(asked: Asked) -> Iterator[bytes]:
    """A model that fixes one weakness, and answers the other with a worse one, however often it is asked."""
    flagged = _FLAGGED.search(asked.user)
    assert flagged is not None
    answer = FIXED if "mktemp" in flagged[2] else INSECURE
    yield from says(f"```python\n{answer}\n```\n")(asked)


def model(server: FakeModelServer) -> dict[str, str]:
    return {
        "REVIEWBOT_MODEL": "tiny",
        "REVIEWBOT_MODEL_ENDPOINT": server.url,
        "REVIEWBOT_MODEL_API_KEY": CANARY,
        "REVIEWBOT_MODEL_SECONDS": "60",
    }


def review_of(stack: Stack, number: int = 1) -> list[Pull]:
    """Have pull requests reviewed."""
    repository = stack.hub.create_repository("acme/shop")
    with sending(stack.hub.world, stack.url):
        pulls = [stack.hub.open_pull(repository, head_files=WEAK) for _ in range(number)]
        assert eventually(lambda: settled(stack.hub, pulls), 180), stack.told()
    return pulls


def withheld(stack: Stack) -> set[tuple[str, str, int]]:
    with sqlite3.connect(stack.folder / "ledger.sqlite") as connection:
        found = connection.execute("select model, refusals, accepted from suggestion where origin = 'model'").fetchall()
    connection.close()
    return set(found)


def test_what_a_model_writes_is_posted_only_if_the_gate_accepts_it_and_else_on_record(stack: Stack) -> None:
    with FakeModelServer(coder) as server:
        serve = stack.serve(workers=1, **model(server))
        (pull,) = review_of(stack)
        assert {one.headers["authorization"] for one in server.asked} == {f"Bearer {CANARY}"}
        workers = [child for child in serve.children() if "work" in command_of(child)]
        before = descendants(workers)
        serve.kill(group=False)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)

    posted = [comment.body for comment in stack.hub.review_comments(pull)]
    assert [f"```suggestion\n{FIXED}\n```" in body for body in posted].count(True) == 1
    said = posted + [review.body for review in stack.hub.reviews(pull)]
    assert [text for text in said if "eval(data)" in text] == []
    assert {(name, accepted) for name, _, accepted in withheld(stack)} == {("tiny", 1), ("tiny", 0)}
    assert all("new-finding" in refusals for _, refusals, accepted in withheld(stack) if not accepted)
    assert CANARY not in stack.told()
    # A worker that was kept warm leaves no scanner behind.
    assert len(before) > len(workers) == 1
    assert eventually(lambda: not [pid for pid in before if lives(*pid)], 60)


def test_the_threads_of_one_celery_worker_share_a_model_and_review_side_by_side(stack: Stack) -> None:
    together = threading.Barrier(2)

    def behave(asked: Asked) -> Iterator[bytes]:
        if asked.body["temperature"] == 0 and "BEGIN refused" not in asked.user and "mktemp" in asked.user:
            together.wait(120)  # each review waits for the other
        yield from coder(asked)

    stack.redis()
    with FakeModelServer(behave) as server:
        stack.serve(workers=0, **stack.broker)
        celery = stack.celery("--pool", "threads", **model(server))
        pulls = review_of(stack, 2)
        mine = descendants([pid(celery)])
        celery.signal(signal.SIGTERM)
        assert eventually(lambda: celery.running is not None and celery.running.poll() is not None, 60), stack.told()
        assert eventually(lambda: not [each for each in mine if lives(*each)], 60)
    assert [len(stack.hub.reviews(pull)) for pull in pulls] == [1, 1]


def test_a_model_that_cannot_be_loaded_stops_no_review_and_is_tried_in_one_process_only(stack: Stack) -> None:
    serve = stack.serve(workers=2, REVIEWBOT_MODEL="/nonexistent")
    (pull,) = review_of(stack)
    (review,) = stack.hub.reviews(pull)
    assert "The model gave no suggestions: The model that is set cannot be used here." in review.body
    working = [command for child in serve.children() if "work" in (command := command_of(child))]
    assert [command[command.index("--threads") + 1] for command in working] == ["2"]


@pytest.mark.parametrize("becomes", ["newer", "closed"])
def test_a_review_that_nobody_waits_for_any_more_stops_its_model(office: Office, pull: Pull, becomes: str) -> None:
    def happen() -> None:
        if becomes == "newer":
            office.hub.push(pull, {"app.py": "a = 2\n"})
            office.ask(pull)
        else:
            office.hub.close(pull)
            office.stop(pull)

    with FakeModelServer(_endless(happen)) as server, Endpoint(service(server, seconds=3600)) as endpoint:
        office.ask(pull)
        old = pull.head_sha
        drain(office.worker(generator=endpoint))
        assert server.cut_off.wait(60)
        assert len(server.asked) == 1
    assert old not in [review.commit for review in office.hub.reviews(pull)]


def _endless(happen: Callable[[], None]) -> Behaviour:
    def behave(_asked: Asked) -> Iterator[bytes]:
        happen()
        yield stream()
        while True:
            yield event("")
            yield b""

    return behave


def pid(process: Process) -> int:
    assert process.running is not None
    return process.running.pid


def descendants(roots: list[int]) -> set[tuple[int, str]]:
    """Return the processes below `roots`, and these, with the time at which each was started: ids are used again."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = set(roots)
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {(each, started(each)) for each in found}


def lives(process: int, at: str) -> bool:
    return at != "" and started(process) == at


def started(process: int) -> str:
    """Return when a process was started, nothing if it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
