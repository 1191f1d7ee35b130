"""When the same customer was served by people before."""

from handoff import rules
from handoff.errors import Forbidden
from handoff.models import Agent, Conversation
from handoff.schemas.contacts import ContactsAnswer
from handoff.services import Services
from handoff.usecases.service import may_read
from handoff.usecases.views import find_conversation, now_ms

CONTACTS_SHOWN = 10


async def earlier(services: Services, agent: Agent, conversation_id: str) -> ContactsAnswer:
    """The last contacts of this conversation's customer; none for visitors who are not known."""
    conversation = await find_conversation(services, conversation_id)
    if not await may_read(services, agent, conversation):
        raise Forbidden("not_your_conversation", "这个会话不由您接待，不能查看。")
    return await of_customer(services, conversation)


async def of_customer(services: Services, conversation: Conversation) -> ContactsAnswer:
    """The same, for who has been found to be allowed to see it."""
    if conversation.customer is None:
        return ContactsAnswer(contacts=[], repeated=False)
    contacts = await services.conversations.contacts(conversation.customer.id, CONTACTS_SHOWN)
    return ContactsAnswer(contacts=contacts, repeated=rules.repeated_contact(contacts, now_ms()) is not None)
