"""Tickets: what a customer leaves for the next shift, a message or a wish to be called. Pure."""

import json
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from handoff.models import Model
from handoff.vocabulary import Channel, TicketChangeKind, TicketKind, TicketState
from privacy.numbers import mask_phone

_MY_TICKETS = re.compile(
    r"(?:请|帮我|我想|我要|麻烦)?(?:查一下|查询|查看|看看|看一下|查)?(?:我的|我)?(?:工单|留言|回电)(?:的)?"
    r"(?:进度|状态|情况|记录|进展|处理得?怎么样|处理到哪|怎么样|办得怎么样|到哪一步)(?:了|啦)?(?:呢|吗)?"
    r"|(?:请|帮我|我想|我要|麻烦)?(?:查一下|查询|查看|看看|看一下|查)?我的工单(?:呢)?|查工单|查询工单|工单查询"
)


def _from_storage(value: Any) -> Any:
    """Redis keeps lists as JSON text."""
    return json.loads(value) if isinstance(value, str) else value


class TicketChange(Model):
    """One step of a ticket, for agents only."""

    id: str  # chosen by who made it: a second delivery is the same change
    kind: TicketChangeKind
    at_ms: int = 0
    by_name: str = ""
    to: str = ""  # name of the colleague or group it was handed to
    text: str = ""  # why, or what came of it; what the customer replied
    seq: int | None = None  # the customer's message, of a reply
    due_at_ms: int | None = None  # by when now, where the change moved it


class TicketCounts(Model):
    """How many tickets wait for somebody."""

    new: int = 0
    mine: int = 0
    overdue: int = 0
    in_progress: int = 0


class Ticket(Model):
    """One ticket. `number` is what the customer and the agents call it."""

    id: str
    number: int = 0
    kind: TicketKind
    state: TicketState = TicketState.NEW
    skill_group: str
    conversation_id: str
    channel: Channel = Channel.WEB  # where it was left
    customer_name: str = ""
    phone: str = ""
    text: str = ""
    time_of_day: str = ""  # when the customer would like to be called, in their own words
    created_at_ms: int
    due_at_ms: int
    owner_id: str | None = None  # the first-contact owner
    owner_name: str | None = None
    taken_at_ms: int | None = None
    ended_at_ms: int | None = None
    result: str = ""  # what came of it, as the customer was told
    unread: int = 0  # replies of the customer that the owner has not read
    changes: Annotated[list[TicketChange], BeforeValidator(_from_storage)] = Field(default=[])  # oldest first

    @property
    def phone_masked(self) -> str:
        """The phone number with its middle hidden."""
        return mask_phone(self.phone)


def asks_for_tickets(text: str) -> bool:
    """Whether a customer wants to know how their tickets stand; matched as a whole, so that a matter stays one."""
    return bool(_MY_TICKETS.fullmatch(re.sub(r"[\s\W_]+", "", text)))
