"""Whole numbers, for who serves the customer and for supervisors: one by one, each time with a reason."""

from handoff import permissions
from handoff.errors import Forbidden, NotFound, StorageUnavailable
from handoff.masking import hidden, whole_texts
from handoff.models import Agent, Conversation, Message
from handoff.permissions import Permission
from handoff.schemas.contacts import ContactsAnswer
from handoff.schemas.reveal import RevealedConversation, RevealedTicket
from handoff.services import Services
from handoff.usecases import contacts
from handoff.usecases.views import find_conversation, readable_conversation, transcript
from privacy.numbers import find


async def of_conversation(services: Services, agent: Agent, conversation_id: str) -> RevealedConversation:
    """What is masked in a conversation that the agent serves, or in any for supervisors."""
    conversation = await find_conversation(services, conversation_id)
    if conversation.agent_id != agent.id and not permissions.may(agent, Permission.SUPERVISE):
        raise Forbidden("not_your_conversation", "只能查看自己正在接待的客户的号码。")
    await _slow_down(services, agent)
    view = await readable_conversation(services, conversation)
    rest = view.model_copy(update={"messages": [], "notes": []})
    phone = conversation.customer.phone if conversation.customer else ""
    originals = [phone, *(one.text for one in view.messages), *whole_texts(rest).values()]
    return RevealedConversation(
        phone=phone or None,
        messages=_texts(view.messages),
        notes={one.number: one.text for one in view.notes if hidden(one.text) != one.text},
        details=await _details(services, conversation),
        others=whole_texts(
            rest, await _earlier(services, conversation), others=_summary(view.summary, originals).items()
        ),
    )


async def of_ticket(services: Services, agent: Agent, ticket_id: str) -> RevealedTicket:
    """A ticket's numbers, for its owner and for supervisors."""
    ticket = await services.tickets.get(ticket_id)
    if ticket is None:
        raise NotFound("ticket_not_found", "没有找到这个工单。")
    if ticket.owner_id != agent.id and not permissions.may(agent, Permission.SUPERVISE):
        raise Forbidden("not_your_ticket", "请先领取这个工单，再查看号码。")
    await _slow_down(services, agent)
    # A ticket lives longer than its conversation: whoever must call needs the number then too.
    conversation = await services.conversations.get(ticket.conversation_id)
    messages = await _messages(services, conversation) if conversation else []
    return RevealedTicket(
        phone=ticket.phone,
        text=ticket.text,
        time_of_day=ticket.time_of_day,
        messages=_texts(messages),
        others=whole_texts(ticket),
    )


# While the archive is away, what is in Redis is shown nevertheless; where Redis itself is away, that fails too.


async def _messages(services: Services, conversation: Conversation) -> list[Message]:
    try:
        return await transcript(services, conversation)
    except StorageUnavailable:
        return await transcript(services, conversation, live_only=True)


async def _earlier(services: Services, conversation: Conversation) -> ContactsAnswer:
    try:
        return await contacts.of_customer(services, conversation)
    except StorageUnavailable:
        return ContactsAnswer(contacts=[], repeated=False)


def _summary(lines: list[str], originals: list[str]) -> dict[str, str]:
    """The lines that quote numbers of these texts, whole by what they are masked; a summary is made without numbers."""
    numbers: dict[str, set[str]] = {}
    for text in originals:
        for number in find(text):
            numbers.setdefault(number.masked, set()).add(number.digits)
    known = {masked: digits.pop() for masked, digits in numbers.items() if len(digits) == 1}
    restored = {}
    for line in lines:
        whole = line
        for masked, digits in known.items():
            whole = whole.replace(masked, digits)
        if whole != line:
            restored[line] = whole
    return restored


def _texts(messages: list[Message]) -> dict[int, str]:
    return {one.seq: one.text for one in messages if hidden(one.text) != one.text}


async def _details(services: Services, conversation: Conversation) -> dict[str, str]:
    if conversation.customer is None:
        return {}
    try:
        details = await services.customer_book.source.details(conversation.customer.id)
    except StorageUnavailable:
        return {}
    texts = {"address": details.address, "note": details.note}
    return {name: text for name, text in texts.items() if hidden(text) != text}


async def _slow_down(services: Services, agent: Agent) -> None:
    """Serving customers takes a few numbers a minute; collecting them takes many."""
    limits = {agent.id: services.settings.reveals_per_minute}
    await services.limits.check("reveals", limits, "查看号码太频繁，请 {wait_s} 秒后再试。")
