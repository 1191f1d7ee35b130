"""Today's handoff requests are found by an index."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("handoff_requests_by_time", "handoff_requests", ["requested_at_ms"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("handoff_requests_by_time", "handoff_requests")
