"""The open page of a ticket hears the conversation the ticket belongs to: for whoever may read that conversation."""

from handoff import permissions
from handoff.audit import Action
from handoff.errors import Forbidden
from handoff.models import Agent, Conversation
from handoff.permissions import Permission
from handoff.services import Services
from handoff.usecases import service, ticket_work
from handoff.usecases.views import find_conversation


async def follow(services: Services, agent: Agent, ticket_id: str) -> Conversation:
    """Begin to hear it, which is to read it: recorded, as is who was refused, before anything of it is shown."""
    try:
        conversation = await conversation_of(services, agent, ticket_id)
    except Forbidden as error:
        ticket = await services.tickets.get(ticket_id)
        await services.audit.record(
            Action.REFUSED,
            agent,
            conversation_id=ticket.conversation_id if ticket else None,
            subject=ticket_id,
            details={"code": error.code, "what": Action.CONVERSATION_READ},
        )
        raise
    await services.audit.record(Action.CONVERSATION_READ, agent, conversation_id=conversation.id, subject=ticket_id)
    return conversation


async def conversation_of(services: Services, agent: Agent, ticket_id: str) -> Conversation:
    """The conversation of a ticket, by the rule of every other way to read it; Forbidden when it is not theirs."""
    permissions.check(agent, Permission.SERVE)
    ticket = await ticket_work.find(services, agent, ticket_id)
    conversation = await find_conversation(services, ticket.conversation_id)
    if not await service.may_read(services, agent, conversation):
        raise Forbidden("not_your_conversation", "这个会话不由您接待，不能查看。")
    return conversation
