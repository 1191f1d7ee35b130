"""Why requests are more urgent than their matter, and the unresolved service they come back with."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; of older requests neither is known."""
    op.add_column("handoff_requests", sa.Column("priority_reasons", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("handoff_requests", sa.Column("repeated_contact", sa.JSON))


def downgrade() -> None:
    """Drop them."""
    for column in ("repeated_contact", "priority_reasons"):
        op.drop_column("handoff_requests", column)
