"""What the operators' view shows: counts, seconds per step, what asked for a run, what was posted and applied.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and tables."""
    for table, column, length in (
        ("work", "delivery", 100),
        ("work", "trace", 60),
        ("run", "delivery", 100),
        ("run", "trigger", 20),
        ("run", "requested_by", 100),
        ("run", "rules", 64),
        ("suggestion", "ending", 10),
        ("suggestion", "applied_head", 64),
    ):
        op.add_column(table, sa.Column(column, sa.String(length), server_default="", nullable=False))
    op.add_column("suggestion", sa.Column("posted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_run_saved_at"), "run", ["saved_at"], unique=False)
    _add_parts_of_runs()
    op.create_table(
        "tally",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("labels", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", name=op.f("pk_tally")),
    )
    op.create_table(
        "budget",
        sa.Column("installation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("reset_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("installation", name=op.f("pk_budget")),
    )


def _add_parts_of_runs() -> None:
    op.create_table(
        "run_step",
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=50), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_step_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_run_step")),
    )
    op.create_table(
        "suggestion_edit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("suggestion_id", ROW_ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_suggestion_edit_suggestion_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_edit")),
    )
    op.create_index(op.f("ix_suggestion_edit_suggestion_id"), "suggestion_edit", ["suggestion_id"], unique=False)
