"""The tables. Times are milliseconds since the epoch, as everywhere on the wire."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables of the archive."""


class ArchivedConversation(Base):
    """One conversation, as it was when last copied."""

    __tablename__ = "conversations"
    __table_args__ = (Index("conversations_by_customer", "customer_id", "created_at_ms"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    episode: Mapped[int]
    last_seq: Mapped[int]
    customer_id: Mapped[str | None] = mapped_column(String(100))
    customer_name: Mapped[str | None] = mapped_column(String(100))
    created_at_ms: Mapped[int] = mapped_column(BigInteger)
    last_message_at_ms: Mapped[int] = mapped_column(BigInteger)


class ArchivedMessage(Base):
    """One message; `turn` is what the assistant understood of it."""

    __tablename__ = "messages"

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(64))
    sender: Mapped[str] = mapped_column(String(16))
    sender_name: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    buttons: Mapped[list[Any]] = mapped_column(JSON)
    links: Mapped[list[Any]] = mapped_column(JSON)
    attachments: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    turn: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at_ms: Mapped[int] = mapped_column(BigInteger, index=True)


class ArchivedEvent(Base):
    """What happened besides messages: moves, claims, transfers, dropped texts, ratings."""

    __tablename__ = "events"

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class ArchivedRequest(Base):
    """One handoff request with its context, its end and what the customer thought of it."""

    __tablename__ = "handoff_requests"
    __table_args__ = (
        Index("handoff_requests_by_group", "skill_group", "requested_at_ms"),
        Index("handoff_requests_by_time", "requested_at_ms"),
        Index("handoff_requests_by_satisfaction", "satisfaction", "ended_at_ms"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16))
    turn_seq: Mapped[int]
    reason: Mapped[str] = mapped_column(String(32))
    skill_group: Mapped[str] = mapped_column(String(32))
    priority: Mapped[str] = mapped_column(String(16))
    sentiment: Mapped[str | None] = mapped_column(String(100))
    context: Mapped[dict[str, Any]] = mapped_column(JSON)
    requested_at_ms: Mapped[int] = mapped_column(BigInteger)
    claimed_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    ended_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    agent_id: Mapped[str | None] = mapped_column(String(64), index=True)
    agent_name: Mapped[str | None] = mapped_column(String(100))
    disposition: Mapped[str | None] = mapped_column(String(32))
    summary: Mapped[str | None] = mapped_column(Text)
    resolved: Mapped[bool | None]
    satisfaction: Mapped[int | None]
    satisfaction_comment: Mapped[str | None] = mapped_column(Text)
    given_articles: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")
    priority_reasons: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")  # vip, elderly, repeated
    # The service within a week that left the matter open: a Contact, as it was known when the request was made.
    repeated_contact: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ArchivedTicket(Base):
    """One ticket, as it was when last copied."""

    __tablename__ = "tickets"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    skill_group: Mapped[str] = mapped_column(String(32))
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    customer_name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    time_of_day: Mapped[str] = mapped_column(String(100))
    created_at_ms: Mapped[int] = mapped_column(BigInteger, index=True)
    due_at_ms: Mapped[int] = mapped_column(BigInteger)
    owner_id: Mapped[str | None] = mapped_column(String(64))
    owner_name: Mapped[str | None] = mapped_column(String(100))
    taken_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    ended_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(String(32), server_default="web")
    result: Mapped[str] = mapped_column(Text, server_default="")
    changes: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")


class ArchivedFeedback(Base):
    """Whether an answer of the assistant helped, as the customer said last, with what was asked and answered."""

    __tablename__ = "answer_feedback"
    __table_args__ = (
        Index("answer_feedback_by_time", "at_ms"),
        Index("answer_feedback_by_article", "article_id", "at_ms"),
    )

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    is_helpful: Mapped[bool]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    intent: Mapped[str | None] = mapped_column(String(100))
    article_id: Mapped[str | None] = mapped_column(String(100))
    article_title: Mapped[str | None] = mapped_column(String(200))
    score: Mapped[float | None] = mapped_column(Float)


class CustomerDetails(Base):
    """What agents know of a customer beside the operator's signed identity, which it never replaces."""

    __tablename__ = "customer_details"

    customer_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    address: Mapped[str] = mapped_column(String(50))
    note: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[Any]] = mapped_column(JSON)
    is_vip: Mapped[bool]
    is_elderly: Mapped[bool]
    version: Mapped[int]


class CustomerChange(Base):
    """Who changed what of a customer's details."""

    __tablename__ = "customer_changes"

    customer_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    agent_id: Mapped[str] = mapped_column(String(64))
    agent_name: Mapped[str] = mapped_column(String(100))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


class ArchivedAudit(Base):
    """One entry of the audit log; `at_ms` and `number` are the two halves of its id and order it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_by_time", "at_ms", "number"),
        Index("audit_by_agent", "agent_id", "at_ms"),
        Index("audit_by_action", "action", "at_ms"),
        Index("audit_by_conversation", "conversation_id", "at_ms"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(32))
    agent_id: Mapped[str | None] = mapped_column(String(100))
    agent_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str | None] = mapped_column(String(16))
    conversation_id: Mapped[str | None] = mapped_column(String(100))
    subject: Mapped[str | None] = mapped_column(String(100))
    address: Mapped[str | None] = mapped_column(String(100))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
