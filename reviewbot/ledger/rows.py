"""What a request becomes in the tables: the keys, columns and values of its rows."""

from typing import Any

from reviewbot.ledger.bulk import Row
from reviewbot.ledger.fitting import fitted
from reviewbot.ledger.record import CommandWork, Delivery, Kind, PullKey, ReviewWork, State, StopWork
from reviewbot.ledger.schema import delivery, work

type PullWork = ReviewWork | StopWork
type KeyedWork = ReviewWork | StopWork | CommandWork


def pull_key(pull: PullKey) -> str:
    """Return the unique key of the row of a pull request."""
    return f"pull:{pull.repository_id}:{pull.number}"


def key_of(asked: KeyedWork) -> str:
    """Return the unique key of the row that `asked` belongs to."""
    if isinstance(asked, CommandWork):
        return f"{'review-comment' if asked.on_review else 'comment'}:{asked.comment_id}"
    return pull_key(asked.pull)


DELIVERY_COLUMNS = ("guid", "event", "action", "body_sha256", "installation")


def delivery_row(guid: str, received: Delivery) -> Row:
    """Return the values of `DELIVERY_COLUMNS`; `guid` is the one that fits."""
    asked = received.work
    return (
        guid,
        fitted(delivery.c.event, received.event),
        fitted(delivery.c.action, received.action),
        received.body_sha256,
        getattr(getattr(asked, "pull", asked), "installation", None),
    )


def add_request(requests: list[PullWork], one: PullWork) -> None:
    """Add a request to those of its pull request. Of two pushes in a row only the one that wins is written."""
    last = requests[-1] if requests else None
    if not (_is_push(one) and last is not None and _is_push(last)):
        requests.append(one)
    elif one.updated_at >= last.updated_at:
        requests[-1] = one


def _is_push(asked: PullWork) -> bool:
    return isinstance(asked, ReviewWork) and not asked.forced


PULL_COLUMNS = (
    *("key", "kind", "installation", "repository", "repository_id", "number", "delivery", "trace"),
    *("updated_at", "head", "trigger", "requested_by", "forced", "open", "state"),
)


def pull_row(asked: PullWork) -> Row:
    """Return the values of `PULL_COLUMNS`."""
    pull = asked.pull
    common = (
        pull_key(pull),
        Kind.REVIEW,
        pull.installation,
        fitted(work.c.repository, pull.repository),
        pull.repository_id,
        pull.number,
    )
    if isinstance(asked, StopWork):
        return *common, "", "", asked.updated_at, "", "stop", "", 0, False, State.STOPPED
    return (
        *common,
        fitted(work.c.delivery, asked.occasion.delivery),
        fitted(work.c.trace, asked.occasion.trace),
        asked.updated_at,
        fitted(work.c.head, asked.head),
        fitted(work.c.trigger, asked.trigger),
        fitted(work.c.requested_by, asked.requested_by),
        int(asked.forced),
        True,
        State.WAITING,
    )


def command_values(asked: CommandWork, head: str, now: float) -> dict[str, Any]:
    """Return the row of a command. `head` is the newest one that was known when it came."""
    pull = asked.pull
    return {
        "delivery": fitted(work.c.delivery, asked.occasion.delivery),
        "trace": fitted(work.c.trace, asked.occasion.trace),
        "installation": pull.installation,
        "repository": fitted(work.c.repository, pull.repository),
        "repository_id": pull.repository_id,
        "number": pull.number,
        "open": True,
        "forced": 0,
        "state": State.WAITING,
        "waiting_since": now,
        "key": key_of(asked),
        "kind": Kind.COMMAND,
        "head": head,
        "updated_at": asked.created_at,
        "trigger": "command",
        "requested_by": fitted(work.c.requested_by, asked.author),
        "comment_id": asked.comment_id,
        "on_review": asked.on_review,
        "author": fitted(work.c.author, asked.author),
        "author_id": asked.author_id,
        "text": fitted(work.c.text, asked.text),
        "created_at": asked.created_at,
    }
