"""What came of tickets, and satisfaction for review."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column("tickets", sa.Column("channel", sa.String(32), nullable=False, server_default="web"))
    op.add_column("tickets", sa.Column("result", sa.Text, nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("changes", sa.JSON, nullable=False, server_default="[]"))
    op.create_index("handoff_requests_by_satisfaction", "handoff_requests", ["satisfaction", "ended_at_ms"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("handoff_requests_by_satisfaction", "handoff_requests")
    for column in ("changes", "result", "channel"):
        op.drop_column("tickets", column)
