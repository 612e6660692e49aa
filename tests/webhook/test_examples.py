"""Every example of a delivery that GitHub's own packages hold, through the receiver."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.fake_github.packages import require_packages
from tests.webhook.conftest import Running

EXAMPLES = 329
"""How many @octokit/webhooks-examples 7.6.1 holds. A later version may hold more: count them again."""


@pytest.fixture(scope="module")
def examples() -> list[tuple[str, Any]]:
    file = require_packages() / "@octokit/webhooks-examples/api.github.com/index.json"
    return [(event["name"], example) for event in json.loads(file.read_text()) for example in event["examples"]]


def test_no_example_of_a_delivery_makes_the_receiver_fail(examples: list[tuple[str, Any]], receiver: Running) -> None:
    answers = [(name, payload.get("action"), receiver.deliver(name, payload)) for name, payload in examples]
    assert len(answers) == EXAMPLES
    assert [(name, action, answer) for name, action, answer in answers if answer.status not in {200, 202}] == []
    recorded = Counter((name, action) for name, action, answer in answers if answer.status == 202)
    assert recorded == {
        ("pull_request", "opened"): 3,
        ("pull_request", "synchronize"): 1,
        ("pull_request", "reopened"): 2,
        ("pull_request", "ready_for_review"): 1,
        ("pull_request", "converted_to_draft"): 1,
        ("pull_request", "closed"): 2,
        ("check_run", "rerequested"): 2,
        ("installation", "deleted"): 2,
        ("installation_repositories", "removed"): 1,
        ("installation", "suspend"): 1,
        ("installation", "unsuspend"): 1,
    }


def test_no_example_under_a_wrong_name_makes_the_receiver_fail(
    examples: list[tuple[str, Any]], receiver: Running
) -> None:
    for sent_as in ("pull_request", "issue_comment", "check_run", "installation", "installation_repositories"):
        for name, payload in examples:
            answer = receiver.deliver(sent_as, payload)
            if name != sent_as:
                assert answer.status in {200, 400}, (name, payload.get("action"), sent_as, answer)
