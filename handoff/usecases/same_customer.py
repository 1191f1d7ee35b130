"""One customer, several conversations: the widget's and those of other channels, known to be the same person's."""

import time

from handoff.models import Conversation
from handoff.services import Services
from handoff.vocabulary import Channel, ConversationState

# Written to this lately, a conversation with the assistant goes on when its customer turns up on another channel.
GOING_ON_MS = 30 * 60 * 1000
SHOWN = 10  # other conversations an agent is shown


def is_going_on(conversation: Conversation) -> bool:
    """Whether a person has it or is waited for, or it was written to lately."""
    if conversation.state in (ConversationState.QUEUED, ConversationState.ACTIVE):
        return True
    age_ms = time.time_ns() // 1_000_000 - conversation.last_message_at_ms
    return conversation.state == ConversationState.BOT and conversation.last_seq > 0 and age_ms < GOING_ON_MS


async def conversations_of(services: Services, customer_id: str) -> list[Conversation]:
    """All live conversations of a customer, the one written to last first."""
    ids = await services.conversations.ids_of_customer(customer_id)
    found = [one for one in await services.conversations.get_many(ids) if one is not None]
    mine = [one for one in found if one.customer is not None and one.customer.id == customer_id]
    return sorted(mine, key=lambda one: one.last_message_at_ms, reverse=True)


async def going_on(services: Services, customer_id: str, *, apart_from: Channel) -> Conversation | None:
    """The conversation this customer has on another channel right now; one with a person goes first."""
    running = [
        one for one in await conversations_of(services, customer_id) if one.outlet != apart_from and is_going_on(one)
    ]
    with_person = [one for one in running if one.state != ConversationState.BOT]
    return next(iter([*with_person, *running]), None)


async def others(services: Services, conversation: Conversation) -> list[Conversation]:
    """The other conversations of this conversation's customer."""
    if conversation.customer is None:
        return []
    found = await conversations_of(services, conversation.customer.id)
    return [one for one in found if one.id != conversation.id][:SHOWN]
