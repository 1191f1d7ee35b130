"""How stored things look to those who ask."""

import asyncio
import time
from collections.abc import Sequence

from handoff.errors import NotFound, StorageUnavailable
from handoff.models import Agent, Conversation, Customer, HandoffRequest, Message
from handoff.schemas.agent import (
    AgentConversation,
    AgentConversationSummary,
    CustomerProfile,
    OtherConversation,
    PreviousService,
    RequestSummary,
    Reserved,
)
from handoff.schemas.common import AgentName, ConversationView, QueueView, ReplyQuota
from handoff.services import Services
from handoff.summary import summarize
from handoff.usecases import same_customer
from handoff.usecases.desk import desk_of
from handoff.usecases.quota import reply_quota
from handoff.vocabulary import Channel, Sender
from handoff.vocabulary import ConversationState as State

UNKNOWN_CUSTOMER = "访客"
TRANSCRIPT_LIMIT = 5000  # messages of a conversation an agent gets at once
UNREAD_LIMIT = 100  # more are not counted one by one


async def find_conversation(services: Services, conversation_id: str) -> Conversation:
    """The conversation, or NotFound."""
    conversation = await services.conversations.get(conversation_id)
    if conversation is None:
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    return conversation


async def current_queue_view(services: Services, conversation: Conversation) -> QueueView | None:
    """The wait of this conversation, None when it does not wait (any more)."""
    if conversation.state != State.QUEUED or conversation.request_id is None:
        return None
    request = await services.queue.get(conversation.request_id)
    if request is None:
        return None
    desk = await desk_of(services, request.skill_group)
    ahead = await services.queue.ahead(request.id, request.skill_group, desk.skill_groups)
    return None if ahead is None else desk.view(ahead).model_copy(update={"request_id": request.id})


async def conversation_view(services: Services, conversation: Conversation) -> ConversationView:
    """A conversation as its customer sees it."""
    return ConversationView(
        id=conversation.id,
        state=conversation.state,
        channel=conversation.channel,
        last_seq=conversation.last_seq,
        queue=await current_queue_view(services, conversation),
        agent=_agent_name(conversation),
        agent_read_seq=conversation.agent_read_seq,
        customer_read_seq=conversation.customer_read_seq,
    )


async def transcript(services: Services, conversation: Conversation, *, live_only: bool = False) -> list[Message]:
    """The messages an agent gets at once; `live_only`: without those that are in the archive alone."""
    first = conversation.trimmed_seq if live_only else 0
    after = max(first, conversation.last_seq - TRANSCRIPT_LIMIT)
    return await services.conversations.messages(conversation.id, after, TRANSCRIPT_LIMIT)


async def agent_conversation(
    services: Services, conversation: Conversation, known_seq: int = 0, *, live_only: bool = False
) -> AgentConversation:
    """A conversation with everything an agent should know; of the messages only those after `known_seq`.

    `live_only`: as far as it is in Redis, for when the archive is away.
    """
    live = range(conversation.trimmed_seq + 1, conversation.last_seq + 1)
    said, service = await asyncio.gather(
        asyncio.gather(
            transcript(services, conversation, live_only=live_only),
            services.conversations.understanding_of(conversation.id, live)
            if live_only
            else services.conversations.understanding(conversation.id),
            services.notes.of(conversation.id),
            services.conversations.feedback(conversation.id),
        ),
        asyncio.gather(
            conversation_view(services, conversation),
            _request(services, conversation),
            reply_quota(services, conversation),
            same_customer.others(services, conversation),
            _previous(services, conversation),
        ),
    )
    messages, understanding, notes, feedback = said
    view, request, quota, others, previous = service
    return AgentConversation(
        **view.model_dump(),
        customer=profile(conversation.customer),
        request=request,
        summary=summarize(
            conversation.customer,
            request,
            messages,
            understanding,
            since_seq=conversation.episode_started_seq,
            task_names=services.reference.tasks,
        ),
        reply_quota=quota,
        other_conversations=[_other(one) for one in others],
        previous=previous,
        notes=notes,
        messages=[message for message in messages if message.seq > known_seq],
        earlier_missing=live_only and conversation.trimmed_seq > known_seq,
        feedback=feedback,
        understanding={seq: turn for seq, turn in understanding.items() if seq > known_seq},
    )


async def readable_conversation(
    services: Services, conversation: Conversation, known_seq: int = 0
) -> AgentConversation:
    """The same, and while the archive is away as far as it is in Redis: a service must not stand still for its past.

    StorageUnavailable when Redis itself is away.
    """
    try:
        return await agent_conversation(services, conversation, known_seq)
    except StorageUnavailable:
        return await agent_conversation(services, conversation, known_seq, live_only=True)


async def _request(services: Services, conversation: Conversation) -> HandoffRequest | None:
    return await services.queue.get(conversation.request_id) if conversation.request_id else None


async def _previous(services: Services, conversation: Conversation) -> PreviousService | None:
    last_id = conversation.last_request_id
    last = await services.queue.get(last_id) if last_id and last_id != conversation.request_id else None
    if last is None or last.disposition is None:
        return None
    return PreviousService(**last.model_dump(include=set(PreviousService.model_fields)))


async def latest(services: Services, conversation: Conversation) -> list[Message]:
    """The messages of this service that nobody on the operator's side has seen, and the last one in any case.

    Only what is in Redis: a desk must not stand still while the archive is away.
    """
    seen = max(conversation.agent_read_seq, conversation.episode_started_seq, conversation.last_seq - UNREAD_LIMIT)
    after = max(0, min(seen, conversation.last_seq - 1), conversation.trimmed_seq)
    return await services.conversations.messages(conversation.id, after, UNREAD_LIMIT)


def summary(
    conversation: Conversation,
    request: HandoffRequest | None,
    quota: ReplyQuota | None,
    latest: Sequence[Message] = (),
    watchers: Sequence[str] = (),
) -> AgentConversationSummary:
    """One row of an agent's conversations."""
    return AgentConversationSummary(
        id=conversation.id,
        state=conversation.state,
        channel=conversation.channel,
        last_seq=conversation.last_seq,
        customer_name=customer_name(conversation.customer),
        last_text=conversation.last_text,
        last_sender=latest[-1].sender if latest else None,
        last_message_at_ms=conversation.last_message_at_ms,
        agent_read_seq=conversation.agent_read_seq,
        unread=sum(one.sender == Sender.CUSTOMER and one.seq > conversation.agent_read_seq for one in latest),
        agent=conversation.agent_name,
        request_id=conversation.request_id,
        reason=request.reason if request else None,
        priority=request.priority if request else None,
        skill_group=request.skill_group if request else None,
        claimed_at_ms=request.claimed_at_ms if request else None,
        customer_read_seq=conversation.customer_read_seq if conversation.outlet == Channel.WEB else None,
        watchers=list(watchers),
        reply_quota=quota,
    )


def request_summary(
    agent: Agent, request: HandoffRequest, conversation: Conversation | None, reserved: Reserved | None = None
) -> RequestSummary:
    """One row of the queue as this agent sees it."""
    return RequestSummary(
        id=request.id,
        conversation_id=request.conversation_id,
        reason=request.reason,
        priority=request.priority,
        priority_reasons=request.priority_reasons,
        skill_group=request.skill_group,
        customer_name=request.customer_name or UNKNOWN_CUSTOMER,
        channel=request.channel,
        last_text=conversation.last_text if conversation else "",
        requested_at_ms=request.requested_at_ms,
        waited_s=max(0, (now_ms() - request.requested_at_ms) // 1000),
        transfer=request.transfers[-1] if request.transfers else None,
        preferred=request.preferred_agent_id == agent.id,
        reserved=reserved,
    )


def profile(customer: Customer | None) -> CustomerProfile | None:
    """Who the customer is, with the phone number masked."""
    if customer is None:
        return None
    return CustomerProfile(**customer.model_dump(exclude={"phone"}), phone_masked=customer.phone_masked)


def _other(conversation: Conversation) -> OtherConversation:
    return OtherConversation(
        id=conversation.id,
        channel=conversation.channel,
        state=conversation.state,
        last_text=conversation.last_text,
        last_message_at_ms=conversation.last_message_at_ms,
    )


def customer_name(customer: Customer | None) -> str:
    """A name for lists."""
    return (customer.name if customer else "") or UNKNOWN_CUSTOMER


def now_ms() -> int:
    """The present time on the wire."""
    return time.time_ns() // 1_000_000


def _agent_name(conversation: Conversation) -> AgentName | None:
    return AgentName(name=conversation.agent_name) if conversation.agent_name else None
