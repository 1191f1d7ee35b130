"""The audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    op.create_table(
        "audit",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("agent_id", sa.String(100)),
        sa.Column("agent_name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(16)),
        sa.Column("conversation_id", sa.String(100)),
        sa.Column("subject", sa.String(100)),
        sa.Column("address", sa.String(100)),
        sa.Column("details", sa.JSON, nullable=False),
    )
    op.create_index("audit_by_time", "audit", ["at_ms", "number"])
    op.create_index("audit_by_agent", "audit", ["agent_id", "at_ms"])
    op.create_index("audit_by_action", "audit", ["action", "at_ms"])
    op.create_index("audit_by_conversation", "audit", ["conversation_id", "at_ms"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("audit")
