"""What a job that could not post says of its review, for the one that posts: a file of a few hundred bytes.

Whoever opened the pull request can change the workflow that makes it, and so every byte of it. It is a claim: it
holds no text that is posted, and each word of it is compared with what GitHub says.
"""

import io
import zipfile
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reviewbot.errors import PayloadError
from reviewbot.github.payloads import FullName, Number, Sha
from reviewbot.outcome import Conclusion
from reviewbot.review import Review

ARTIFACT = "reviewbot-claim"
FILE = "claim.json"
MAX_CLAIM_BYTES = 4_096
MAX_ARCHIVE_BYTES = 16_384

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Claim(BaseModel):
    """Which review the job came to. `findings`, `suggestions` and `withheld` count them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: Literal[1] = 1
    repository: FullName
    number: Number
    base: Sha
    head: Sha
    conclusion: Annotated[Conclusion, Field(strict=False)]
    findings: Count
    suggestions: Count
    withheld: Count


def claim(repository: str, number: int, review: Review) -> Claim:
    """Return the claim of a job that came to `review`."""
    return Claim(
        repository=repository,
        number=number,
        base=review.base,
        head=review.head,
        conclusion=review.conclusion,
        findings=len(review.findings),
        suggestions=len(review.verdicts),
        withheld=sum(not verdict.accepted for verdict in review.verdicts),
    )


def differs(stated: Claim, review: Review) -> bool:
    """Say whether a review came to something else than the claim states."""
    return (stated.findings, stated.conclusion) != (len(review.findings), review.conclusion)


def read_claim(archive: bytes) -> Claim:
    """Read the claim out of an artifact. Nothing is unpacked to a disk.

    Raises:
        PayloadError: it is no archive with just this one file, too large, or no claim.
    """
    try:
        return Claim.model_validate_json(_only_file(archive))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in Claim.model_fields)
        raise PayloadError(f"The artifact {ARTIFACT} is no claim: {where or 'its JSON'} is not as expected.") from None


def _only_file(archive: bytes) -> bytes:
    if len(archive) > MAX_ARCHIVE_BYTES:
        raise PayloadError(f"The artifact {ARTIFACT} is larger than {MAX_ARCHIVE_BYTES:,} bytes.")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            if [entry.filename for entry in opened.infolist()] != [FILE]:
                raise PayloadError(f"The artifact {ARTIFACT} holds something else than {FILE}.")
            with opened.open(FILE) as file:  # the sizes that the archive states are not believed
                text = file.read(MAX_CLAIM_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise PayloadError(f"The artifact {ARTIFACT} cannot be read ({type(error).__name__}).") from None
    if len(text) > MAX_CLAIM_BYTES:
        raise PayloadError(f"{FILE} in the artifact {ARTIFACT} is larger than {MAX_CLAIM_BYTES:,} bytes.")
    return text
