"""How much speaks for it that work kills its workers, and when one that had it died last.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("work", sa.Column("blame", sa.Integer(), server_default="0", nullable=False))
    op.add_column("work", sa.Column("died_at", sa.Double(), server_default="0", nullable=False))
