"""When the same customer was served by people before."""

import time

from handoff.errors import Forbidden
from handoff.models import Agent
from handoff.schemas.contacts import ContactsAnswer
from handoff.services import Services
from handoff.usecases.service import may_read
from handoff.usecases.views import find_conversation

CONTACTS_SHOWN = 10
REPEATED_WITHIN_MS = 7 * 24 * 3600 * 1000


async def earlier(services: Services, agent: Agent, conversation_id: str) -> ContactsAnswer:
    """The last contacts of this conversation's customer; none for visitors who are not known."""
    conversation = await find_conversation(services, conversation_id)
    if not await may_read(services, agent, conversation):
        raise Forbidden("not_your_conversation", "这个会话不由您接待，不能查看。")
    if conversation.customer is None:
        return ContactsAnswer(contacts=[], repeated=False)
    contacts = await services.conversations.contacts(conversation.customer.id, CONTACTS_SHOWN)
    since_ms = int(time.time() * 1000) - REPEATED_WITHIN_MS
    return ContactsAnswer(contacts=contacts, repeated=any(one.at_ms >= since_ms for one in contacts))
