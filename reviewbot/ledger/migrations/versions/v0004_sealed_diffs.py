"""The lines of suggestions, sealed, where an operator wants them kept.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "suggestion_diff",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edits_sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_suggestion_diff_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "edits_sha256", name=op.f("pk_suggestion_diff")),
    )
    op.create_index(op.f("ix_suggestion_diff_until"), "suggestion_diff", ["until"], unique=False)
