"""Tickets, for the customer who leaves one and the agents who work them."""

from fastapi import APIRouter

from handoff.audit import Action
from handoff.deps import ConversationIdDep, ServicesDep, ServingDep
from handoff.routes.agent import Id
from handoff.routes.desk import DeskRoute, audited
from handoff.schemas.common import Stored, error_responses
from handoff.schemas.tickets import (
    CustomerTicket,
    CustomerTickets,
    NewTicket,
    TicketAnswer,
    TicketOpened,
    TicketsAnswer,
)
from handoff.tickets import Ticket
from handoff.usecases import tickets
from handoff.usecases.customers import checked_text
from handoff.vocabulary import TicketState

router = APIRouter(prefix="/api/v1", route_class=DeskRoute)


@router.post(
    "/conversation/tickets",
    status_code=201,
    responses=error_responses(401, 404, 413, 422, 503),
    tags=["customer"],
)
async def open_ticket(services: ServicesDep, conversation_id: ConversationIdDep, body: NewTicket) -> TicketOpened:
    """Leave a message or ask to be called; a place in the queue is given up for it."""
    checked_text(services, body.text)
    number = await tickets.open_ticket(
        services,
        conversation_id,
        body.kind,
        body.text,
        ticket_key=f"ticket:customer:{body.client_ticket_id}",
        phone=body.phone,
        time_of_day=body.time_of_day,
    )
    return TicketOpened(number=number)


@router.get("/conversation/tickets", responses=error_responses(401, 503), tags=["customer"])
async def own_tickets(services: ServicesDep, conversation_id: ConversationIdDep) -> CustomerTickets:
    """The tickets of this conversation."""
    found = await services.tickets.of_conversation(conversation_id)
    return CustomerTickets(tickets=[CustomerTicket.model_validate(one, from_attributes=True) for one in found])


@router.get("/agent/tickets", responses=error_responses(401, 422, 503), tags=["agent"])
async def list_tickets(
    services: ServicesDep, agent: ServingDep, state: TicketState = TicketState.NEW, skill_group: str | None = None
) -> TicketsAnswer:
    """The tickets of the agent's groups (supervisors: all) in a state."""
    return TicketsAnswer(tickets=await tickets.listed(services, agent, skill_group, state))


@router.post("/agent/tickets/{ticket_id}/take", responses=error_responses(401, 403, 404, 409, 422, 503), tags=["agent"])
@audited(Action.TICKET_TAKEN)
async def take(services: ServicesDep, agent: ServingDep, ticket_id: Id) -> Ticket:
    """Own a ticket; the first wins, and the customer is told who it is."""
    return await tickets.take(services, agent, ticket_id)


@router.post(
    "/agent/tickets/{ticket_id}/messages",
    status_code=201,
    responses=error_responses(401, 403, 404, 409, 413, 422, 503),
    tags=["agent"],
)
@audited(Action.TICKET_ANSWERED)
async def answer(services: ServicesDep, agent: ServingDep, ticket_id: Id, body: TicketAnswer) -> Stored:
    """Write to the customer, in the conversation of the ticket."""
    stored = await tickets.answer(services, agent, ticket_id, body.text, body.client_message_id)
    return Stored(seq=stored.seq, duplicate=stored.duplicate)


@router.post("/agent/tickets/{ticket_id}/done", responses=error_responses(401, 403, 404, 409, 422, 503), tags=["agent"])
@audited(Action.TICKET_DONE)
async def end(services: ServicesDep, agent: ServingDep, ticket_id: Id) -> Ticket:
    """It is done; the customer is told."""
    return await tickets.end(services, agent, ticket_id)
