"""What the knowledge base has for an agent: what they search, or what fits the customer's last message."""

from handoff import summary
from handoff.errors import Forbidden
from handoff.models import Agent, Conversation, Customer
from handoff.schemas.knowledge import KnowledgeAnswer
from handoff.services import Services
from handoff.usecases.service import may_read
from handoff.usecases.views import find_conversation
from handoff.vocabulary import Sender

LOOK_BACK = 50  # messages in which the customer's last one is sought


async def search(
    services: Services, agent: Agent, text: str, conversation_id: str | None, limit: int
) -> KnowledgeAnswer:
    """Articles for `text`, or without it for the customer's last message that names a matter.

    Only those that this customer may be told.
    """
    customer: Customer | None = None
    seq: int | None = None
    if conversation_id is not None:
        conversation = await find_conversation(services, conversation_id)
        if not await may_read(services, agent, conversation):
            raise Forbidden("not_your_conversation", "这个会话不由您接待，不能查看。")
        customer = conversation.customer
        if not text.strip():
            seq, text = await _last_message(services, conversation)
    if not text.strip():
        return KnowledgeAnswer(available=True, articles=[], seq=seq)
    found = await services.knowledge.search(text.strip(), customer, limit)
    return KnowledgeAnswer(available=found is not None, articles=found or [], seq=seq)


async def _last_message(services: Services, conversation: Conversation) -> tuple[int | None, str]:
    start = max(0, conversation.last_seq - LOOK_BACK)
    messages = await services.conversations.messages(conversation.id, start, LOOK_BACK)
    said = [one for one in reversed(messages) if one.sender == Sender.CUSTOMER and one.text.strip()]
    # 转人工 says nothing of what an article could help with; what was said before it does.
    last = next((one for one in said if summary.names_matter(one.text)), said[0] if said else None)
    return (last.seq, last.text) if last else (None, "")
