"""A review with a model that is no use: complete, with what the scanners found, and it says what is missing."""

import pytest

from reviewbot.change import Change
from reviewbot.generators.endpoint import Endpoint
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.review import Review
from tests.fake_model_server import Behaviour, FakeModelServer, says
from tests.fakes import MarkerScanner
from tests.generators.test_broken_servers import UNUSABLE
from tests.generators.test_endpoint import service
from tests.samples import changed

FILES = (changed("app.go", "package a\n", "package a\n\nvar x = DANGER\nvar y = DANGER\n"),)
CHANGE = Change(base="1" * 40, head="2" * 40, files=FILES)


def reviewed(behave: Behaviour) -> Review:
    with FakeModelServer(behave) as server, Endpoint(service(server)) as endpoint:
        return review_change(CHANGE, scanners=(MarkerScanner(),), generator=endpoint, policy=Policy())


@pytest.mark.parametrize("how", UNUSABLE)
def test_a_review_is_complete_whatever_its_model_does_and_says_what_is_missing(how: str) -> None:
    behave, said = UNUSABLE[how]
    review = reviewed(behave)
    assert [finding.region.start_line for finding in review.findings] == [3, 4]
    assert (review.complete, len(review.comments), review.verdicts) == (True, 2, ())
    assert (review.generation_error or "").startswith(f"The model server {said}")
    assert "The model gave no suggestions: The model server" in review.body


def test_what_the_gate_refuses_is_not_shown_and_what_it_accepts_is() -> None:
    good, bad = reviewed(says("```go\nvar x = 1\n```\n")), reviewed(says("```go\nvar x = DANGER + 1\n```\n"))
    assert "var x = 1" in good.comments[0].body
    assert [verdict.accepted for verdict in bad.verdicts] == [False, False]
    assert [text for text in (bad.body, *(comment.body for comment in bad.comments)) if "DANGER + 1" in text] == []
