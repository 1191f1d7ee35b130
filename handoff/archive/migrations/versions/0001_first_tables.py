"""The first tables: conversations, messages, events, handoff requests."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("episode", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("customer_id", sa.String(100)),
        sa.Column("customer_name", sa.String(100)),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
        sa.Column("last_message_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("conversations_by_customer", "conversations", ["customer_id", "created_at_ms"])
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(16), nullable=False),
        sa.Column("sender_name", sa.String(100), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("buttons", sa.JSON, nullable=False),
        sa.Column("links", sa.JSON, nullable=False),
        sa.Column("outcome", sa.JSON),
        sa.Column("turn", sa.JSON),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "events",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False, index=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )
    op.create_table(
        "handoff_requests",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("turn_seq", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("skill_group", sa.String(32), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("sentiment", sa.String(100)),
        sa.Column("context", sa.JSON, nullable=False),
        sa.Column("requested_at_ms", sa.BigInteger, nullable=False),
        sa.Column("claimed_at_ms", sa.BigInteger),
        sa.Column("ended_at_ms", sa.BigInteger),
        sa.Column("agent_id", sa.String(64), index=True),
        sa.Column("agent_name", sa.String(100)),
        sa.Column("disposition", sa.String(32)),
        sa.Column("summary", sa.Text),
        sa.Column("resolved", sa.Boolean),
        sa.Column("satisfaction", sa.Integer),
        sa.Column("satisfaction_comment", sa.Text),
    )
    op.create_index("handoff_requests_by_group", "handoff_requests", ["skill_group", "requested_at_ms"])


def downgrade() -> None:
    """Drop them."""
    for table in ("handoff_requests", "events", "messages", "conversations"):
        op.drop_table(table)
