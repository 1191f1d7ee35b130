"""Tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("skill_group", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
        sa.Column("customer_name", sa.String(100), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("time_of_day", sa.String(100), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False, index=True),
        sa.Column("due_at_ms", sa.BigInteger, nullable=False),
        sa.Column("owner_id", sa.String(64)),
        sa.Column("owner_name", sa.String(100)),
        sa.Column("taken_at_ms", sa.BigInteger),
        sa.Column("ended_at_ms", sa.BigInteger),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("tickets")
