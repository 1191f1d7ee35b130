"""The enumerations of the wire contract (docs/architecture.md, "Words on the wire")."""

from enum import StrEnum


class ConversationState(StrEnum):
    """Who has the conversation."""

    BOT = "bot"  # the assistant answers
    QUEUED = "queued"  # a handoff request waits for an agent; the assistant is silent
    ACTIVE = "active"  # an agent serves; the assistant is silent
    CLOSED = "closed"  # left by the customer; the next message opens it again


class Sender(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class OutcomeKind(StrEnum):
    """What a turn of the assistant came to."""

    TASK = "task"
    ANSWER = "answer"
    CLARIFICATION = "clarification"
    REPHRASE = "rephrase"
    SMALLTALK = "smalltalk"
    HANDOFF = "handoff"
    FAILURE = "failure"


class HandoffReason(StrEnum):
    """Why a conversation goes to a person."""

    CUSTOMER_REQUEST = "customer_request"
    COMPLAINT = "complaint"
    ABUSE = "abuse"
    REPEATED_FAILURE = "repeated_failure"
    SYSTEM_FAILURE = "system_failure"
    HUMAN_ONLY = "human_only"
    ASSISTANT_UNAVAILABLE = "assistant_unavailable"


class Priority(StrEnum):
    """How much earlier a handoff request is served than its arrival says (see rules.queue_score)."""

    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class NoteKind(StrEnum):
    """What an internal note is for."""

    NOTE = "note"
    HELP = "help"  # the agent asks the supervisors who are online for help


class CannedScope(StrEnum):
    """Who has a canned reply."""

    PERSONAL = "personal"
    GROUP = "group"
    SHARED = "shared"


class TicketKind(StrEnum):
    """What a ticket asks for."""

    MESSAGE = "message"  # to be answered in the conversation
    CALLBACK = "callback"  # to be called


class TicketState(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    IN_PROGRESS = "in_progress"  # an agent has taken it and owns it
    DONE = "done"


class TicketChangeKind(StrEnum):
    """What was done with a ticket, for its history."""

    TAKEN = "taken"
    HANDED = "handed"  # to a colleague or to a skill group
    REACHED = "reached"  # the customer was called and answered
    NOT_REACHED = "not_reached"
    DONE = "done"
    REOPENED = "reopened"
    REPLIED = "replied"  # by the customer
    OVERDUE = "overdue"  # nobody ended it in time; supervisors were told


class Presence(StrEnum):
    """What an agent says about themselves; online counts only together with a heartbeat."""

    ONLINE = "online"
    BREAK = "break"
    OFFLINE = "offline"


class Role(StrEnum):
    """What an agent is in the company; what each role may do stands in permissions.py."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"  # reads past conversations to improve the assistant, serves nobody
    ADMINISTRATOR = "administrator"


class PriorityReason(StrEnum):
    """Why a request is more urgent than its matter alone."""

    VIP = "vip"
    ELDERLY = "elderly"
    REPEATED = "repeated"  # the last service within a week left the matter open


class RequestState(StrEnum):
    """Where a handoff request stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    DONE = "done"  # the agent closed the service
    LEFT = "left"  # the customer left the queue


class Channel(StrEnum):
    """Where the customer writes."""

    WEB = "web"
    WECHAT = "wechat"


REASON_NAMES: dict[HandoffReason, str] = {
    HandoffReason.CUSTOMER_REQUEST: "客户要求人工",
    HandoffReason.COMPLAINT: "投诉",
    HandoffReason.ABUSE: "情绪激烈",
    HandoffReason.REPEATED_FAILURE: "多次未能解答",
    HandoffReason.SYSTEM_FAILURE: "业务系统故障",
    HandoffReason.HUMAN_ONLY: "须人工办理",
    HandoffReason.ASSISTANT_UNAVAILABLE: "智能助手暂不可用",
}
