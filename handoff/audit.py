"""The audit log: who saw and did what. Codes and ids only; never a message, never a whole number. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import Field

from handoff.models import Agent, Model
from handoff.vocabulary import Role


class Action(StrEnum):
    """What somebody did."""

    LOGIN = "login"
    LOGIN_FAILED = "login_failed"  # wrong password, or an account that is disabled
    LOGIN_LOCKED = "login_locked"  # too many wrong passwords: must wait
    LOGOUT = "logout"
    LOGOUT_EVERYWHERE = "logout_everywhere"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 one's own
    PASSWORD_RESET = "password_reset"  # noqa: S105 somebody else's
    AGENT_CREATED = "agent_created"
    AGENT_CHANGED = "agent_changed"
    CONVERSATION_READ = "conversation_read"
    CONVERSATION_WATCHED = "conversation_watched"
    CLAIMED = "claimed"
    TRANSFERRED = "transferred"  # taking over is a transfer to oneself
    CLOSED = "closed"
    NUMBERS_REVEALED = "numbers_revealed"
    CONTACTS_READ = "contacts_read"
    CUSTOMER_READ = "customer_read"
    CUSTOMER_CHANGED = "customer_changed"
    TICKET_TAKEN = "ticket_taken"
    TICKET_ANSWERED = "ticket_answered"
    TICKET_HANDED = "ticket_handed"
    TICKET_CALLED = "ticket_called"
    TICKET_DONE = "ticket_done"
    TICKET_REOPENED = "ticket_reopened"
    FEEDBACK_REVIEWED = "feedback_reviewed"
    RATINGS_READ = "ratings_read"
    DEAD_LETTERS_READ = "dead_letters_read"
    DEAD_LETTER_RESENT = "dead_letter_resent"
    SETTINGS_CHANGED = "settings_changed"  # shared canned replies and what else all agents work with
    AUDIT_READ = "audit_read"
    REFUSED = "refused"  # a permission or a conversation that is not theirs


ID_LENGTH: Final = 100
DETAIL_LENGTH: Final = 200


class AuditEntry(Model):
    """One entry. The log gives it `id`, which orders entries of the same millisecond, and `at_ms`."""

    id: str = ""
    at_ms: int = 0
    action: Action
    agent_id: str | None = Field(default=None, description="None: nobody was logged in.")
    agent_name: str = ""
    role: Role | None = None
    conversation_id: str | None = None
    subject: str | None = Field(
        default=None, description="Id of the request, ticket, agent, dead letter … it is about."
    )
    address: str | None = Field(default=None, description="Where a log-in came from.")
    details: dict[str, str] = Field(default={}, description="Codes: reason, disposition, permission …")


def entry(
    action: Action,
    agent: Agent | None = None,
    *,
    conversation_id: str | None = None,
    subject: str | None = None,
    address: str | None = None,
    details: Mapping[str, str] | None = None,
) -> AuditEntry:
    """What is to be recorded: by a move in its own step, or by the log before an answer is sent."""
    return AuditEntry(
        action=action,
        agent_id=agent.id if agent else None,
        agent_name=agent.name if agent else "",
        role=agent.role if agent else None,
        conversation_id=_shortened(conversation_id),
        subject=_shortened(subject),
        address=_shortened(address),
        details={name: value[:DETAIL_LENGTH] for name, value in (details or {}).items()},
    )


def stored(entry: AuditEntry) -> str:
    """The entry as the log keeps it: without what the log gives."""
    return entry.model_dump_json(exclude={"id", "at_ms"}, exclude_none=True)


def _shortened(text: str | None) -> str | None:
    """What callers send may be longer than any id of ours."""
    return text[:ID_LENGTH] if text else None
