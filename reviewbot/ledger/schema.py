"""The tables. There is no column for source code, a prompt, an answer or a comment's text beyond a command.

One column holds lines of suggestions, and only where an operator sets a key: encrypted, and the key is not here.

Changes go through a new migration beside the first one; a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows up by itself only in a column of exactly this type.
RowId = BigInteger().with_variant(Integer, "sqlite")

delivery = Table(
    "delivery",
    metadata,
    Column("guid", String(100), primary_key=True),
    Column("event", String(50), nullable=False),
    Column("action", String(50), nullable=False),
    Column("body_sha256", String(64), nullable=False, unique=True),
    Column("installation", BigInteger, nullable=True, index=True),
    Column("received_at", Double, nullable=False, index=True),
)

work = Table(
    "work",
    metadata,
    Column("id", RowId, primary_key=True),
    # What starts the same in each row is the database's to fill in: it is much faster at it.
    # One row for each pull request and for each comment with a command: the upsert on it is the coalescing.
    Column("key", String(100), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("installation", BigInteger, nullable=False),
    Column("repository", String(200), nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("trigger", String(20), nullable=False),
    Column("requested_by", String(100), nullable=False),
    # The delivery that asked last, and the trace (W3C traceparent) that it began.
    Column("delivery", String(100), nullable=False, server_default=""),
    Column("trace", String(60), nullable=False, server_default=""),
    Column("open", Boolean, nullable=False),
    # Requests are counted: the newest one, the newest that was answered, and the newest that was forced.
    Column("request", Integer, nullable=False, server_default="1"),
    Column("answered", Integer, nullable=False, server_default="0"),
    Column("forced", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("waiting_since", Double, nullable=False),
    Column("next_at", Double, nullable=False, server_default="0"),
    Column("owner", String(100), nullable=False, server_default=""),
    Column("generation", Integer, nullable=False, server_default="0"),
    Column("lease_until", Double, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # How much its attempts speak against it (record.BLAME_LIMIT), and when a worker that had it died last.
    Column("blame", Integer, nullable=False, server_default="0"),
    Column("died_at", Double, nullable=False, server_default="0"),
    Column("ending", String(20), nullable=False, server_default=""),
    Column("reviewed_head", String(64), nullable=False, server_default=""),
    Column("error", String(300), nullable=False, server_default=""),
    Column("comment_id", BigInteger, nullable=True),
    Column("on_review", Boolean, nullable=True),
    Column("author", String(100), nullable=True),
    Column("author_id", BigInteger, nullable=True),
    Column("text", String(500), nullable=True),
    Column("created_at", Double, nullable=True),
    Index("ix_work_state", "state", "next_at"),
    Index("ix_work_repository_head", "repository_id", "head"),
    Index("ix_work_installation", "installation"),
)

turn = Table(
    "turn",
    metadata,
    # Whose turn it was: the repository that was served longest ago is next.
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("installation", BigInteger, nullable=False, index=True),
    Column("served", BigInteger, nullable=False),  # a count, so that two turns are never equal
)

pause = Table(
    "pause",
    metadata,
    Column("installation", BigInteger, primary_key=True, autoincrement=False),
    Column("until", Double, nullable=False),
)

TALLY = tuple(
    Column(name, Integer, nullable=False, server_default="0")
    for name in (
        *("asked", "unanswered", "declined", "unreadable", "repeated"),
        *("generated", "flagged", "repaired", "withheld"),
    )
)
"""What a model was asked in a run, counted: see `reviewbot.conversation.Tally`."""

run = Table(
    "run",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("work_id", RowId, ForeignKey("work.id", ondelete="CASCADE"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("base", String(64), nullable=False),
    Column("head", String(64), nullable=False),
    Column("conclusion", String(20), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("saved_at", Double, nullable=False),
    *TALLY,
    # What asked for it, and the digest of the rules that were used.
    Column("delivery", String(100), nullable=False, server_default=""),
    Column("trigger", String(20), nullable=False, server_default=""),
    Column("requested_by", String(100), nullable=False, server_default=""),
    Column("rules", String(64), nullable=False, server_default=""),
    UniqueConstraint("work_id", "generation", "head"),
    Index("ix_run_saved_at", "saved_at"),
)

run_step = Table(
    "run_step",
    metadata,
    Column("run_id", RowId, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("step", String(50), nullable=False),
    Column("seconds", Double, nullable=False),
)

run_tool = Table(
    "run_tool",
    metadata,
    Column("run_id", RowId, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(50), primary_key=True),
    Column("version", String(50), nullable=False),
)

run_skipped = Table(
    "run_skipped",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("run_id", RowId, ForeignKey("run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("path", Text, nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("run_id", RowId, ForeignKey("run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("fingerprint", String(80), nullable=False),
    Column("tool", String(50), nullable=False),
    Column("rule_id", String(200), nullable=False),
    Column("path", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("severity", String(10), nullable=False),
    Column("commented", Boolean, nullable=False),
)

suggestion = Table(
    "suggestion",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("run_id", RowId, ForeignKey("run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("fingerprint", String(80), nullable=False),
    Column("origin", String(10), nullable=False),
    Column("model", String(200), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("edits_sha256", String(64), nullable=False),
    Column("prompt_sha256", String(64), nullable=False),
    Column("answer_sha256", String(64), nullable=False),
    Column("accepted", Boolean, nullable=False),
    # The scanners found something new in it, whatever else was wrong.
    Column("flagged", Boolean, nullable=False, server_default=false()),
    # The names of the refusals, comma-separated: their sentences may quote code.
    Column("refusals", String(300), nullable=False),
    # What the candidate is to its finding: `repaired` (shown after another was refused), `abandoned` (the last of
    # several, all refused), or nothing.
    Column("ending", String(10), nullable=False, server_default=""),
    # Set once a review with its comment stands on GitHub, and once a later head holds its lines.
    Column("posted", Boolean, nullable=False, server_default=false()),
    Column("applied_head", String(64), nullable=False, server_default=""),
)

suggestion_edit = Table(
    "suggestion_edit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("suggestion_id", RowId, ForeignKey("suggestion.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("path", Text, nullable=False),
    # A later head is asked whether so many lines in a row have this hash.
    Column("lines", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
)

suggestion_diff = Table(
    "suggestion_diff",
    metadata,
    Column("run_id", RowId, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("edits_sha256", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("until", Double, nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", String(100), nullable=False, unique=True),
    Column("work_id", RowId, ForeignKey("work.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("target", String(200), nullable=False),
    Column("head", String(64), nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("github_id", BigInteger, nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("changed_at", Double, nullable=False),
    Column("error", String(300), nullable=False),
)

dismissal = Table(
    "dismissal",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("fingerprint", String(80), primary_key=True),
    Column("installation", BigInteger, nullable=False, index=True),
    Column("actor", String(100), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("at", Double, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("installation", BigInteger, nullable=True, index=True),
    Column("actor", String(100), nullable=False),
    Column("action", String(50), nullable=False),
    Column("target", String(200), nullable=False),
    # The chain holds a salted hash of the detail, so that the detail itself can be erased.
    Column("detail", String(500), nullable=True),
    Column("salt", String(32), nullable=True),
    Column("detail_sha256", String(64), nullable=False),
    Column("previous_sha256", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
)

tally = Table(
    "tally",
    metadata,
    # Counts for metrics. They only grow: what an uninstallation deletes was still done. Labels name no repository.
    Column("name", String(50), primary_key=True),
    Column("labels", String(200), primary_key=True),
    Column("value", Double, nullable=False),
)

budget = Table(
    "budget",
    metadata,
    # What GitHub said last of how many requests an installation has left.
    Column("installation", BigInteger, primary_key=True, autoincrement=False),
    Column("ceiling", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("reset_at", Double, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)
