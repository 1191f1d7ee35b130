"""Tickets, for the customer who leaves one and the agents who work them."""

from typing import Annotated

from fastapi import APIRouter, Query

from handoff.audit import Action
from handoff.deps import ConversationIdDep, ServicesDep, ServingDep
from handoff.errors import NotFound
from handoff.models import Agent
from handoff.routes.agent import Id
from handoff.routes.desk import DeskRoute, audited_move
from handoff.schemas.agent import Transfer
from handoff.schemas.common import Stored, error_responses
from handoff.schemas.tickets import (
    AgentTicket,
    CustomerTicket,
    CustomerTickets,
    NewTicket,
    TicketAnswer,
    TicketCall,
    TicketOpened,
    TicketReason,
    TicketResult,
    TicketsAnswer,
)
from handoff.tickets import Ticket
from handoff.usecases import ticket_work, tickets
from handoff.usecases.customers import checked_text
from handoff.vocabulary import TicketKind, TicketState

router = APIRouter(prefix="/api/v1", route_class=DeskRoute)
AGENT_ERRORS = error_responses(401, 403, 404, 409, 422, 503)


@router.post(
    "/conversation/tickets",
    status_code=201,
    responses=error_responses(401, 404, 413, 422, 429, 503),
    tags=["customer"],
)
async def open_ticket(services: ServicesDep, conversation_id: ConversationIdDep, body: NewTicket) -> TicketOpened:
    """Leave a message or ask to be called; a place in the queue is given up for it."""
    limits = {conversation_id: services.settings.tickets_per_minute}
    await services.limits.check("tickets", limits, "提交得太频繁了，请稍后再试。")
    if body.text.strip() or body.kind == TicketKind.MESSAGE:
        checked_text(services, body.text)
    number = await tickets.open_ticket(
        services,
        conversation_id,
        body.kind,
        body.text,
        ticket_key=f"ticket:customer:{body.client_ticket_id}",
        phone=body.phone,
        time_of_day=body.time_of_day,
        name=body.name,
    )
    for one in await services.tickets.of_conversation(conversation_id):
        if one.number == number:
            return TicketOpened.model_validate(one, from_attributes=True)
    raise NotFound("ticket_not_found", "没有找到这个工单。")


@router.get("/conversation/tickets", responses=error_responses(401, 503), tags=["customer"])
async def own_tickets(services: ServicesDep, conversation_id: ConversationIdDep) -> CustomerTickets:
    """The tickets of this conversation."""
    found = await services.tickets.of_conversation(conversation_id)
    return CustomerTickets(tickets=[CustomerTicket.model_validate(one, from_attributes=True) for one in found])


@router.get("/agent/tickets", responses=error_responses(401, 403, 422, 503), tags=["agent"])
async def list_tickets(
    services: ServicesDep,
    agent: ServingDep,
    state: TicketState = TicketState.NEW,
    skill_group: str | None = None,
    mine: Annotated[bool, Query(description="Only what the agent owns and has not ended.")] = False,
) -> TicketsAnswer:
    """The tickets of the agent's groups (supervisors: all) in a state, and how many wait."""
    found = await ticket_work.listed(services, agent, skill_group, state, only_mine=mine)
    return TicketsAnswer(
        tickets=[AgentTicket.of(one, agent.id) for one in found], counts=await ticket_work.counts(services, agent)
    )


@router.get("/agent/tickets/{ticket_id}", responses=error_responses(401, 403, 404, 422, 503), tags=["agent"])
async def read(services: ServicesDep, agent: ServingDep, ticket_id: Id) -> AgentTicket:
    """One ticket with its history."""
    return _seen(await ticket_work.find(services, agent, ticket_id), agent)


@router.post("/agent/tickets/{ticket_id}/take", responses=AGENT_ERRORS, tags=["agent"])
@audited_move(Action.TICKET_TAKEN)
async def take(services: ServicesDep, agent: ServingDep, ticket_id: Id) -> AgentTicket:
    """Own a ticket; the first wins, and the customer is told who it is."""
    return _seen(await ticket_work.take(services, agent, ticket_id), agent)


@router.post(
    "/agent/tickets/{ticket_id}/messages",
    status_code=201,
    responses=error_responses(401, 403, 404, 409, 413, 422, 503),
    tags=["agent"],
)
@audited_move(Action.TICKET_ANSWERED)
async def answer(services: ServicesDep, agent: ServingDep, ticket_id: Id, body: TicketAnswer) -> Stored:
    """Write to the customer, in the conversation of the ticket."""
    stored = await ticket_work.answer(services, agent, ticket_id, body.text, body.client_message_id)
    return Stored(seq=stored.seq, duplicate=stored.duplicate)


@router.post("/agent/tickets/{ticket_id}/read", responses=error_responses(401, 403, 404, 422, 503), tags=["agent"])
async def mark_read(services: ServicesDep, agent: ServingDep, ticket_id: Id) -> AgentTicket:
    """The owner has read the customer's replies: they are no longer unread."""
    return _seen(await ticket_work.mark_read(services, agent, ticket_id), agent)


@router.post("/agent/tickets/{ticket_id}/hand", responses=AGENT_ERRORS, tags=["agent"])
@audited_move(Action.TICKET_HANDED)
async def hand(services: ServicesDep, agent: ServingDep, ticket_id: Id, body: Transfer) -> AgentTicket:
    """Give it to a colleague or to a group's new tickets: its owner and supervisors."""
    moved = await ticket_work.hand(services, agent, ticket_id, body.skill_group, body.agent_id, body.reason)
    return _seen(moved, agent)


@router.post("/agent/tickets/{ticket_id}/calls", responses=AGENT_ERRORS, tags=["agent"])
@audited_move(Action.TICKET_CALLED)
async def note_call(services: ServicesDep, agent: ServingDep, ticket_id: Id, body: TicketCall) -> AgentTicket:
    """What came of calling the customer; who was not reached is told when the next try is."""
    noted = await ticket_work.note_call(
        services,
        agent,
        ticket_id,
        body.client_call_id,
        reached=body.reached,
        text=body.text,
        again_at_ms=body.again_at_ms,
    )
    return _seen(noted, agent)


@router.post("/agent/tickets/{ticket_id}/done", responses=AGENT_ERRORS, tags=["agent"])
@audited_move(Action.TICKET_DONE)
async def end(services: ServicesDep, agent: ServingDep, ticket_id: Id, body: TicketResult | None = None) -> AgentTicket:
    """It is done; the customer is told, and what came of it."""
    return _seen(await ticket_work.end(services, agent, ticket_id, body.result if body else ""), agent)


@router.post("/agent/tickets/{ticket_id}/reopen", responses=AGENT_ERRORS, tags=["agent"])
@audited_move(Action.TICKET_REOPENED)
async def reopen(
    services: ServicesDep, agent: ServingDep, ticket_id: Id, body: TicketReason | None = None
) -> AgentTicket:
    """It was not done after all; its owner goes on with it."""
    return _seen(await ticket_work.reopen(services, agent, ticket_id, body.reason if body else ""), agent)


def _seen(ticket: Ticket, agent: Agent) -> AgentTicket:
    return AgentTicket.of(ticket, agent.id)
