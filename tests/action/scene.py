"""A job of GitHub Actions: its event, its token, and the files that its runner reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewbot.action.door import run_action
from tests.action.commands import Replay, replay
from tests.fake_github import FakeGitHub
from tests.fake_github.api.actions import workflow_run
from tests.fake_github.rendering import repository, user
from tests.fake_github.state import IssueComment, Pull, WorkflowRun
from tests.fakes import MarkerScanner

WRITE = {"metadata": "read", "contents": "read", "pull_requests": "write", "actions": "read"}
READ = {"metadata": "read", "contents": "read", "pull_requests": "read"}
BOT = "github-actions[bot]"


@dataclass(frozen=True)
class Ended:
    """How a step ended."""

    status: int
    replay: Replay
    outputs: str
    summary: str
    log: str

    @property
    def annotations(self) -> list[tuple[str, str]]:
        """Level and text of each annotation."""
        return [(one.name, one.value) for one in self.replay.commands if one.name != "add-mask"]


@dataclass
class Workplace:
    """A runner, and the GitHub that it works for."""

    hub: FakeGitHub
    folder: Path
    scanner: MarkerScanner = field(default_factory=MarkerScanner)

    def environment(
        self, event: str, payload: Any, pull: Pull, permissions: Mapping[str, str] = WRITE, **more: str
    ) -> dict[str, str]:
        """Write the event, and return what the runner sets."""
        for name in ("workspace", "temp"):
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "event.json").write_text(json.dumps(payload))
        return {
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REPOSITORY": pull.repository.full_name,
            "GITHUB_TOKEN": self.hub.token(pull.repository, permissions).value,
            "GITHUB_ACTOR": pull.author.login,
            "GITHUB_WORKSPACE": str(self.folder / "workspace"),
            "RUNNER_TEMP": str(self.folder / "temp"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "INPUT_BASE_URL": self.hub.url,
            **more,
        }

    def pull_event(self, pull: Pull) -> Any:
        """Return the newest event of the pull request."""
        found = [one.payload for one in self.hub.deliveries if one.event == "pull_request"]
        return next(one for one in reversed(found) if one["pull_request"]["id"] == pull.id)

    def run_event(self, run: WorkflowRun) -> Any:
        """Return the event of a workflow that has ended."""
        return {
            "action": "completed",
            "workflow_run": workflow_run(self.hub.world, run),
            "repository": repository(self.hub.world, run.repository),
            "sender": user(self.hub.world, run.actor),
        }

    def comment_event(self, comment: IssueComment) -> Any:
        """Return the event of a comment."""
        found = [one.payload for one in self.hub.deliveries if one.event == "issue_comment"]
        return next(one for one in reversed(found) if one["comment"]["id"] == comment.id)


class Runner:
    """Runs the door in this process, with a scanner that finds DANGER."""

    def __init__(self, workplace: Workplace, read_log: Any) -> None:
        self._workplace = workplace
        self._read_log = read_log

    def run(self, environment: Mapping[str, str]) -> Ended:
        """Run one step."""
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            Path(environment[name]).write_text("")
        status = run_action(environment, lambda: (self._workplace.scanner,))
        log = self._read_log().out
        return Ended(
            status,
            replay(log),
            Path(environment["GITHUB_OUTPUT"]).read_text(),
            Path(environment["GITHUB_STEP_SUMMARY"]).read_text(),
            log,
        )

    def review(self, pull: Pull, permissions: Mapping[str, str] = WRITE, **more: str) -> Ended:
        """Run the job of a pull request."""
        event = self._workplace.pull_event(pull)
        return self.run(self._workplace.environment("pull_request", event, pull, permissions, **more))
