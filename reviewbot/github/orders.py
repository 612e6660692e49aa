"""Executing the commands that people write in comments: permission first, then what was asked, then an answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from reviewbot.errors import ConfigError, ScanError
from reviewbot.github import people, pulls, threads
from reviewbot.github.assignment import End, Order, Outcome
from reviewbot.github.auth import GitHub
from reviewbot.github.bot import Bot
from reviewbot.github.commands import Command, Mistake, Verb, command_line, parse_command
from reviewbot.github.events import CommandRequest
from reviewbot.github.markers import Kind, Mark, Marker
from reviewbot.github.pending import SETTLE_SECONDS
from reviewbot.github.pulls import Pull
from reviewbot.github.reviews import State
from reviewbot.markdown import code_span, plain
from reviewbot.outcome import explanation, ranked, title
from reviewbot.review import Review
from reviewbot.visible import shortened

HELP = """\
| Command | What it does |
|---|---|
| `/reviewbot review` | reviews the present commit of this pull request afresh |
| `/reviewbot fix` | answers with the fixes that passed the checks; in a thread, with the one for its finding |
| `/reviewbot explain` | explains the findings; in a thread, its finding |
| `/reviewbot dismiss <reason>` | in the thread of a finding: it is not brought up again on this pull request |
| `/reviewbot status` | says how the review stands |

Commands are taken from people who may write to this repository, in new comments only."""
MOVED = (
    "This pull request has changed since you wrote that, and nobody has seen the new commit yet. "
    "Look at it, and write the command again."
)
GIVEN_UP = (
    "This command was given up: each attempt at it ended before it was done. "
    "The log of reviewbot's workers says why. Write it again to have it tried once more."
)
MAX_REPLY_CHARACTERS = 65_000
"""GitHub takes 65,536, our mark among them."""
_NO_HEAD = "0" * 40
_SUGGESTION = re.compile(r"^(`{3,})suggestion$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Case:
    """One order at hand. `thread` is the comment that opened the thread it stands in."""

    github: GitHub
    pull: Pull
    order: Order
    thread: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Orders:
    """Executes commands. `alias` says whether `/review` is one."""

    bot: Bot
    alias: bool

    def execute(self, order: Order) -> Outcome:
        """Do what the command says, if its author may ask for it.

        A stranger costs the question whether they may write, and gets no answer.

        Raises:
            LostClaimError: the work is somebody else's now.
            TransientError: to be tried again later.
            GitHubError: GitHub refused.
        """
        request = order.request
        command = parse_command(request.text, alias=self.alias)
        if command is None:
            return Outcome(End.NOTHING_TO_DO)
        with self.bot.app.open(request.address) as github:
            comment = self._standing(github, request)
            if comment is None:
                return Outcome(End.NOTHING_TO_DO)
            order.hold.check()
            people.react(github, request, "confused" if isinstance(command, Mistake) else "eyes")
            pull = pulls.fetch_pull(github, request.address)
            self._say(github, order, self._answer(github, order, pull, comment.thread, command))
        return Outcome(End.ANSWERED)

    def abandon(self, order: Order) -> None:
        """Answer a command that was tried in vain and is given up, if its author may ask for it.

        Raises:
            LostClaimError, TransientError, GitHubError: it could not be said.
        """
        with self.bot.app.open(order.request.address) as github:
            if self._standing(github, order.request) is not None:
                order.hold.check()
                self._say(github, order, GIVEN_UP)

    def _standing(self, github: GitHub, request: CommandRequest) -> people.Comment | None:
        """Return the comment of a command; None if its author may not give one, or it is not there any more."""
        if not people.may_write(github, request.author):
            return None
        comment = people.fetch_comment(github, request)
        if comment is None or comment.author_id != request.author_id:
            return None
        edited = command_line(comment.body, alias=self.alias) != request.text
        return None if edited else comment  # what its author was asked about is gone

    def _answer(
        self, github: GitHub, order: Order, pull: Pull, thread: int | None, command: Command | Mistake
    ) -> str | None:
        if isinstance(command, Mistake):
            return command.sentence
        answers: dict[Verb, Callable[[_Case], str | None]] = {
            Verb.REVIEW: self._review,
            Verb.FIX: self._fix,
            Verb.EXPLAIN: self._explain,
            Verb.DISMISS: self._dismiss,
            Verb.STATUS: lambda case: case.order.requests.status(),
            Verb.HELP: lambda _case: HELP,
        }
        return answers[command.verb](_Case(github, pull, order, thread, command.reason))

    def _review(self, case: _Case) -> str | None:
        if (refusal := _refusal(case)) is not None:
            return refusal
        case.order.requests.request_review(case.pull.head_sha, case.pull.updated_at)
        return None

    def _fix(self, case: _Case) -> str:
        review = self._looked(case)
        if isinstance(review, str):
            return review
        wanted = self._fingerprint(case)
        fixed = {v.suggestion.finding.fingerprint for v in review.verdicts if v.accepted and v.suggestion.finding}
        bodies = [
            _SUGGESTION.sub(r"\1", comment.body)
            for comment in review.comments
            if comment.fingerprint in fixed and wanted in {None, comment.fingerprint}
        ]
        return "\n\n---\n\n".join(bodies) or "There is no fix that passed the checks."

    def _explain(self, case: _Case) -> str:
        review = self._looked(case)
        if isinstance(review, str):
            return review
        wanted = self._fingerprint(case)
        told = [
            f"**{plain(title(finding))}** at {code_span(f'{finding.path}:{finding.region.start_line}')} "
            f"({plain(finding.tool)} {code_span(finding.rule_id)})\n\n{plain(explanation(finding))}"
            for finding in ranked(review.findings)
            if wanted in {None, finding.fingerprint}
        ]
        return "\n\n".join(told) or "There is no finding to explain at the present commit."

    def _dismiss(self, case: _Case) -> str:
        fingerprint = self._fingerprint(case)
        if fingerprint is None:
            return "Write `/reviewbot dismiss <reason>` in the thread of the finding that you mean."
        case.order.hold.check()
        case.order.requests.dismiss(fingerprint, case.reason)
        return "Dismissed: this finding is not brought up again here. The check still counts it while it is there."

    def _looked(self, case: _Case) -> Review | str:
        """Scan the head that the command was written for, or say why not."""
        if (refusal := _refusal(case)) is not None:
            return refusal
        try:
            looked = self.bot.look(case.github, case.pull, case.order, suggestions=True)
        except (ConfigError, ScanError) as error:
            return f"Nothing was scanned: {plain(str(error))}"
        return MOVED if looked is None else looked.review

    def _fingerprint(self, case: _Case) -> str | None:
        """Return which finding the thread of the command is about."""
        if case.thread is None:
            return None
        ours = threads.fetch_threads(case.github, case.pull, Marker(self.bot.key, case.pull.address))
        return next((thread.fingerprint for thread in ours if thread.comment_id == case.thread), None)

    def _say(self, github: GitHub, order: Order, text: str | None) -> None:
        """Answer, unless an earlier attempt did: there may be an answer of which we were not told."""
        if text is None:
            return
        request = order.request
        mark = Mark(Kind.REVIEW, _NO_HEAD, f"reply-{request.comment_id}")
        marker = Marker(self.bot.key, request.address)
        key = f"reply/{request.address.repository_id}/{request.comment_id}"
        entry = order.outbox.plan(key, "reply", f"{github.name}#{request.address.number}", "")
        if entry.state is State.POSTED:
            return
        if entry.state is State.POSTING:
            # The request of an earlier attempt may still be on its way.
            github.server.sleep(max(0.0, entry.since + SETTLE_SECONDS - github.server.clock()))
            if found := _said(github, order, marker, mark):
                order.outbox.mark_posted(key, found[0])
                return
        order.outbox.mark_posting(key)
        made = people.reply(github, request, marker.under(shortened(text, MAX_REPLY_CHARACTERS), mark))
        # Whoever was paused on the way here may not be the only one who answered.
        kept, *more = sorted({made, *_said(github, order, marker, mark)})
        for comment_id in more:
            people.delete_reply(github, request, comment_id)
        order.outbox.mark_posted(key, kept)


def _refusal(case: _Case) -> str | None:
    """Return why the present head is not looked at for this command, None if it is."""
    if case.pull.state != "open":
        return "This pull request is closed. Nothing was reviewed."
    if case.order.head not in {"", case.pull.head_sha}:
        return MOVED
    return None


def _said(github: GitHub, order: Order, marker: Marker, mark: Mark) -> list[int]:
    """Look whether the answer is there, on all pages."""
    request = order.request
    kind = "pulls" if request.on_review else "issues"
    login = github.login()
    comments = github.write.pages(
        f"/repos/{github.name}/{kind}/{request.address.number}/comments", since=request.created_at.isoformat()
    )
    return [one["id"] for one in comments if threads.wrote(login, one) and marker.read(one["body"]) == mark]
