"""The way from the assistant to a person: the request, leaving the queue."""

import asyncio

import structlog

from handoff import auth, drafts, metrics, rules, texts
from handoff.errors import Conflict, IllegalMove, NotFound, OtherService
from handoff.models import Button, Draft, HandoffContext, HandoffRequest, Outcome
from handoff.schemas.common import QueueView
from handoff.schemas.internal import HandoffAnswer, NewHandoffRequest
from handoff.services import Services
from handoff.skill_groups import GENERAL
from handoff.states import Move
from handoff.stores.queue import Limit, NotEnqueued, PositionChanged, QueueFull
from handoff.usecases import priority
from handoff.usecases.desk import desk_of, opening
from handoff.usecases.views import current_queue_view, customer_name, find_conversation, now_ms
from handoff.vocabulary import ConversationState, HandoffReason, OutcomeKind, Priority, RequestState

log = structlog.get_logger(__name__)

# Others may enter the queue between reading the position and taking it. After so many tries the message names none.
POSITION_TRIES = 8


async def request_handoff(services: Services, wanted: NewHandoffRequest) -> HandoffAnswer:
    """Hand a conversation over, once: while one request is queued or served, that one is answered.

    Errors: NotFound; Conflict `stale_turn` when the turn belongs to an earlier episode (an agent has served since),
    `queue_full` when there is no place: the customer has been told so, and what they may do instead.
    """
    conversation = await find_conversation(services, wanted.conversation_id)
    group = known_group(services, wanted.skill_group)
    weight, desk = await asyncio.gather(
        priority.weigh(services, conversation, wanted.priority), desk_of(services, group)
    )
    request = HandoffRequest(
        id=auth.new_id("r"),
        conversation_id=conversation.id,
        state=RequestState.QUEUED,
        turn_seq=wanted.turn_seq,
        reason=wanted.reason,
        skill_group=group,
        priority=weight.priority,
        priority_reasons=list(weight.reasons),
        repeated_contact=weight.repeated,
        sentiment=wanted.sentiment,
        context=wanted.context,
        channel=conversation.channel,
        customer_name=customer_name(conversation.customer),
        requested_at_ms=now_ms(),
    )
    settings = services.settings
    view = desk.view(await services.queue.lengths(desk.skill_groups))
    opens = await opening(services, group)
    limit = Limit(
        places=await queue_limit(services, group),
        reserve=settings.queue_reserve,
        may_use_reserve=weight.priority == Priority.URGENT or wanted.reason == HandoffReason.COMPLAINT,
        message=_full_message(wanted.reason),
    )
    for tries_left in reversed(range(POSITION_TRIES)):
        is_last = tries_left == 0
        message = _queued_message(services, wanted.reason, view, opens, names_position=not is_last)
        result = await services.queue.enqueue(
            request,
            rules.head_start_us(weight.priority),
            message,
            None if is_last else view.position,
            settings.return_within_s,
            [line.skill_groups for line in desk.lines],
            limit,
        )
        if not isinstance(result, PositionChanged):
            break
        view = desk.view(result.ahead)
    if isinstance(result, QueueFull):
        if not result.is_repeated:
            metrics.HANDOFFS_REFUSED.labels(wanted.reason, group).inc()
            log.info("queue_full", conversation_id=conversation.id, skill_group=group, waiting=result.waiting)
        raise Conflict("queue_full", texts.QUEUE_FULL, waiting=result.waiting)
    if isinstance(result, NotEnqueued):
        if result.why == "missing":
            raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
        if result.why == "stale":
            raise Conflict("stale_turn", "这一轮对话已经结束，不再转人工。")
        raise IllegalMove(Move.ENQUEUE, (await find_conversation(services, conversation.id)).state)
    assert not isinstance(result, PositionChanged)  # the last try names no position and cannot lose one
    if result.created:
        metrics.HANDOFF_REQUESTS.labels(wanted.reason, group).inc()
        log.info("handoff_requested", conversation_id=conversation.id, reason=wanted.reason, skill_group=group)
    if result.created and not is_last:
        # The step that made it took the place that was named.
        return HandoffAnswer(
            request_id=result.request_id,
            created=True,
            state=ConversationState.QUEUED,
            position=view.position,
            estimated_wait_s=view.estimated_wait_s,
            agents_online=desk.agents_online,
        )
    return await _answer(services, conversation.id, result.request_id, created=result.created)


async def request_without_assistant(services: Services, conversation_id: str, turn_seq: int) -> None:
    """The customer wants a person while the assistant is away: the service makes the request itself."""
    await request_handoff(
        services,
        NewHandoffRequest(
            conversation_id=conversation_id,
            turn_seq=turn_seq,
            reason=HandoffReason.ASSISTANT_UNAVAILABLE,
            skill_group=GENERAL,
            priority=Priority.NORMAL,
            context=HandoffContext(),
        ),
    )


async def leave_queue(services: Services, conversation_id: str, request_id: str | None = None) -> None:
    """The customer no longer wants to wait; IllegalMove when they do not, OtherService when for something else."""
    message = drafts.system(texts.LEFT_QUEUE)
    result = await services.queue.leave(conversation_id, message, request_id)
    if result.get("stale"):
        raise OtherService
    if "illegal" in result:
        raise IllegalMove(Move.LEAVE_QUEUE, result["illegal"])


def known_group(services: Services, skill_group: str) -> str:
    """The group, or the general one for a name this installation does not have: nobody is turned away for a name."""
    return skill_group if skill_group in services.reference.skill_groups else GENERAL


async def queue_limit(services: Services, skill_group: str) -> int:
    """How many requests may wait in a group."""
    return (await services.groups.all())[skill_group].queue_limit or services.settings.queue_limit


def wait_message(services: Services, view: QueueView, opens: str | None) -> Draft:
    """The present position, for a customer who asks; `opens`: outside working hours, when the group works next."""
    return drafts.system(
        texts.still_waiting(
            view.position, view.estimated_wait_s, view.agents_online, opens, is_long=_is_long(services, view)
        ),
        buttons=_waiting_buttons(services, view, opens),
    )


def _queued_message(
    services: Services, reason: HandoffReason, view: QueueView, opens: str | None, *, names_position: bool
) -> Draft:
    position, wait_s = (view.position, view.estimated_wait_s) if names_position else (None, None)
    return drafts.system(
        texts.queued(reason, position, wait_s, view.agents_online, opens, is_long=_is_long(services, view)),
        buttons=_waiting_buttons(services, view, opens),
        outcome=Outcome(kind=OutcomeKind.HANDOFF, reason=reason),
    )


def _full_message(reason: HandoffReason) -> Draft:
    return drafts.system(
        texts.queue_full(reason),
        buttons=[texts.CALL_BACK, texts.LEAVE_MESSAGE],
        outcome=Outcome(kind=OutcomeKind.FAILURE, reason="queue_full"),
    )


def _waiting_buttons(services: Services, view: QueueView, opens: str | None) -> list[Button]:
    if view.agents_online and not opens and not _is_long(services, view):
        return [texts.LEAVE_QUEUE]
    return [texts.KEEP_PLACE, texts.CALL_BACK, texts.LEAVE_MESSAGE, texts.LEAVE_QUEUE]


def _is_long(services: Services, view: QueueView) -> bool:
    return view.estimated_wait_s is not None and view.estimated_wait_s >= services.settings.long_wait_s


async def _answer(services: Services, conversation_id: str, request_id: str, *, created: bool) -> HandoffAnswer:
    conversation = await find_conversation(services, conversation_id)
    view = await current_queue_view(services, conversation)
    if view is None:
        request = await services.queue.get(request_id)
        desk = await desk_of(services, request.skill_group if request else GENERAL)
        agents_online = desk.agents_online
    else:
        agents_online = view.agents_online
    return HandoffAnswer(
        request_id=request_id,
        created=created,
        state=conversation.state,
        position=view.position if view else None,
        estimated_wait_s=view.estimated_wait_s if view else None,
        agents_online=agents_online,
    )
