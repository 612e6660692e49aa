"""What a delivery's event means to the ledger."""

from reviewbot.github.events import (
    CommandRequest,
    Event,
    InstallationGone,
    InstallationSuspended,
    InstallationUnsuspended,
    PullAddress,
    PullClosed,
    RepositoriesRemoved,
    RerunRequest,
    ReviewRequest,
    Trigger,
)
from reviewbot.ledger.record import (
    FOREVER,
    CommandWork,
    Pause,
    PullKey,
    RemoveRepositories,
    RerunWork,
    ReviewWork,
    StopWork,
    Uninstall,
    Work,
)


def work_of(event: Event) -> Work | None:
    """Return what is to be done about an event; None if nothing is."""
    match event:
        case ReviewRequest(address, head, updated_at, trigger):
            return ReviewWork(_key(address), head, updated_at.timestamp(), trigger)
        case CommandRequest():
            return _command(event)
        case PullClosed(address, updated_at):
            return StopWork(_key(address), updated_at.timestamp())
        case RerunRequest():
            return _rerun(event)
        case _:
            return _about_installation(event)


def _about_installation(event: Event) -> Uninstall | RemoveRepositories | Pause | None:
    match event:
        case InstallationGone(installation):
            return Uninstall(installation)
        case RepositoriesRemoved(installation, repository_ids):
            return RemoveRepositories(installation, repository_ids)
        case InstallationSuspended(installation):
            return Pause(installation, FOREVER)
        case InstallationUnsuspended(installation):
            return Pause(installation, None)
        case _:
            return None


def _command(event: CommandRequest) -> CommandWork:
    return CommandWork(
        _key(event.address),
        event.comment_id,
        event.on_review,
        event.author,
        event.author_id,
        event.text,
        event.created_at.timestamp(),
    )


def _rerun(event: RerunRequest) -> ReviewWork | RerunWork:
    if event.address is None:
        return RerunWork(event.installation, event.repository_id, event.head, event.requested_by)
    # When the head was pushed is not said: 0 lets any head that is known be the newer one.
    return ReviewWork(_key(event.address), event.head, 0, Trigger.RERUN, event.requested_by, forced=True)


def _key(address: PullAddress) -> PullKey:
    return PullKey(address.installation, address.repository, address.repository_id, address.number)
