"""Every error that reviewbot raises on purpose, named by what the caller does about it.

    ReviewbotError
    ├── ConfigError          fix a setting, an argument or .github/reviewbot.toml; not retried
    ├── GitHubError          GitHub refused and will refuse again; not retried
    │   ├── SignatureError   the delivery was not signed with our secret; answered with 401
    │   └── PayloadError     the delivery's body is not what its event name says; answered with 400
    ├── TransientError       try again later
    │   ├── RateLimitedError
    │   ├── UnavailableError
    │   └── LostClaimError   another worker has the work now; stop, and write nothing
    ├── ScanError            a scanner did not run, or its report cannot be read: nothing was reviewed
    └── GenerationError      the model did not answer: the review goes on without its suggestions

Outcomes that are expected are data, not errors: `Skipped`, `Excluded`, `Reason`.
"""


class ReviewbotError(Exception):
    """The root. Its text is one or two sentences for a person: what, where, what to do next."""


class ConfigError(ReviewbotError):
    """An argument, a setting or the policy file is wrong; only a person can mend it."""


class GitHubError(ReviewbotError):
    """GitHub refused the request and would refuse it again. `status` is that of its answer, if there was one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class SignatureError(GitHubError):
    """A delivery does not carry a valid signature of a known webhook secret."""


class PayloadError(GitHubError):
    """A delivery's body is not JSON, or not of the shape of its event. The text quotes nothing of it."""


class TransientError(ReviewbotError):
    """The same request may succeed later."""


class RateLimitedError(TransientError):
    """A rate limit was hit. `retry_at` is in seconds since the epoch."""

    def __init__(self, message: str, retry_at: float) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class UnavailableError(TransientError):
    """The other side is down, slow or cut the answer off."""


class LostClaimError(TransientError):
    """The claim on a row of work is over: somebody else goes on with it. Stop, and write nothing."""


class ScanError(ReviewbotError):
    """A scanner did not run, or what it said cannot be read. Nothing it was given counts as scanned."""


class GenerationError(ReviewbotError):
    """The model did not answer. The review is complete without it, and says so."""
