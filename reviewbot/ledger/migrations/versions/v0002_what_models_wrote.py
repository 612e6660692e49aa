"""What models were asked and what came of it.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COUNTS = (
    "asked",
    "unanswered",
    "declined",
    "unreadable",
    "repeated",
    "generated",
    "flagged",
    "repaired",
    "withheld",
)


def upgrade() -> None:
    """Add the columns. Runs before this had no model."""
    for name in _COUNTS:
        op.add_column("run", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("suggestion", sa.Column("flagged", sa.Boolean(), server_default=sa.false(), nullable=False))
