"""Customer API."""

from typing import Annotated

from fastapi import APIRouter, Query

from handoff.deps import AddressDep, ConversationIdDep, PacedConversationIdDep, ServicesDep
from handoff.routes.desk import DeskRoute
from handoff.schemas.common import Stored, error_responses
from handoff.schemas.customer import (
    ConversationAnswer,
    CustomerName,
    LeaveQueue,
    MessagesPage,
    OpenVisitor,
    Satisfaction,
    SendText,
    Visitor,
)
from handoff.usecases import customers, handoffs
from handoff.usecases.views import conversation_view, find_conversation

router = APIRouter(prefix="/api/v1", tags=["customer"], route_class=DeskRoute)


@router.post("/visitors", status_code=201, responses=error_responses(401, 413, 422, 429, 503))
async def open_visitor(services: ServicesDep, address: AddressDep, body: OpenVisitor) -> Visitor:
    """Open the chat: a new conversation and the token that opens it."""
    token, conversation = await customers.open_visitor(services, body.channel, body.identity_token, address)
    known = conversation.customer
    return Visitor(
        visitor_token=token,
        conversation=await conversation_view(services, conversation),
        customer=CustomerName(name=known.name, phone_masked=known.phone_masked) if known else None,
    )


@router.get("/conversation", responses=error_responses(401, 404, 422, 503))
async def read_conversation(
    services: ServicesDep,
    conversation_id: ConversationIdDep,
    after: Annotated[int, Query(ge=0, le=2**31, description="Only messages with a greater seq.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> MessagesPage:
    """The conversation and its messages after a number."""
    messages, more = await customers.read(services, conversation_id, after, limit)
    conversation = await find_conversation(services, conversation_id)
    return MessagesPage(
        conversation=await conversation_view(services, conversation),
        messages=messages,
        more=more,
        feedback=await services.conversations.feedback(conversation_id),
    )


@router.post("/conversation/messages", status_code=202, responses=error_responses(401, 404, 413, 422, 429, 503))
async def send_message(
    services: ServicesDep, address: AddressDep, conversation_id: ConversationIdDep, body: SendText
) -> Stored:
    """Send a message. It is durable when this answers; the same client_message_id is stored once."""
    accepted = await customers.send(
        services,
        conversation_id,
        body.text,
        body.client_message_id,
        body.payload,
        body.attachments,
        address=address,
    )
    return Stored(seq=accepted.seq, duplicate=accepted.duplicate)


@router.post("/conversation/satisfaction", status_code=204, responses=error_responses(401, 404, 409, 422, 429, 503))
async def rate(services: ServicesDep, conversation_id: PacedConversationIdDep, body: Satisfaction) -> None:
    """Rate the last service by a person; rating again replaces it."""
    await customers.rate(services, conversation_id, body.score, body.comment)


@router.post("/conversation/leave-queue", responses=error_responses(401, 404, 409, 429, 503))
async def leave_queue(
    services: ServicesDep, conversation_id: PacedConversationIdDep, body: LeaveQueue | None = None
) -> ConversationAnswer:
    """Stop waiting for a person; the assistant serves again."""
    await handoffs.leave_queue(services, conversation_id, body.request_id if body else None)
    conversation = await find_conversation(services, conversation_id)
    return ConversationAnswer(conversation=await conversation_view(services, conversation))
