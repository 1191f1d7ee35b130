"""Feedback on answers, articles given by agents, and what agents know of customers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column("handoff_requests", sa.Column("given_articles", sa.JSON, nullable=False, server_default="[]"))
    op.create_table(
        "answer_feedback",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("is_helpful", sa.Boolean, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("intent", sa.String(100)),
        sa.Column("article_id", sa.String(100)),
        sa.Column("article_title", sa.String(200)),
        sa.Column("score", sa.Float),
    )
    op.create_index("answer_feedback_by_time", "answer_feedback", ["at_ms"])
    op.create_index("answer_feedback_by_article", "answer_feedback", ["article_id", "at_ms"])
    op.create_table(
        "customer_details",
        sa.Column("customer_id", sa.String(100), primary_key=True),
        sa.Column("address", sa.String(50), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("is_vip", sa.Boolean, nullable=False),
        sa.Column("is_elderly", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "customer_changes",
        sa.Column("customer_id", sa.String(100), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("agent_id", sa.String(64), nullable=False),
        sa.Column("agent_name", sa.String(100), nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("customer_changes", "customer_details", "answer_feedback"):
        op.drop_table(table)
    op.drop_column("handoff_requests", "given_articles")
