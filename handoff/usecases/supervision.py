"""The supervisor's wall: who waits, who serves, and how today went."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from handoff.errors import StorageUnavailable
from handoff.models import Agent, Conversation, HandoffRequest
from handoff.schemas.supervision import (
    RatedServiceRow,
    RatingsPage,
    Wall,
    WallAgent,
    WallConversation,
    WallGroup,
    WallTickets,
    WallToday,
)
from handoff.services import Services
from handoff.usecases.views import customer_name, now_ms
from handoff.vocabulary import ConversationState, Presence
from privacy.numbers import mask_all

CONVERSATION_LIMIT = 200  # more rows than anybody reads
PRESENCES = list(Presence)


async def wall(services: Services) -> Wall:
    """As of now; today's figures may be a few seconds older."""
    at_ms = now_ms()
    waiting = [request for request, _ in await services.board.waiting()]
    agents = await services.agents.all()
    served = await _served(services, [agent for agent in agents if agent.active])
    longest_wait_s = {
        group: max(0, at_ms - min(one.requested_at_ms for one in waiting if one.skill_group == group)) // 1000
        for group in {one.skill_group for one in waiting}
    }
    waiting_in = Counter(one.skill_group for one in waiting)
    served_in = Counter(request.skill_group for _, request in served if request)
    names = await services.groups.names()
    groups = [*names, *sorted({*waiting_in, *served_in} - set(names))]
    rows = [_row(conversation, request) for conversation, request in served]
    return Wall(
        at_ms=at_ms,
        waiting=len(waiting),
        longest_wait_s=max(longest_wait_s.values(), default=0),
        served=len(served),
        groups=[
            WallGroup(
                id=group,
                name=names.get(group, group),
                waiting=waiting_in[group],
                longest_wait_s=longest_wait_s.get(group, 0),
                served=served_in[group],
            )
            for group in groups
        ],
        agents=[
            WallAgent(id=one.id, name=one.name, presence=one.presence, active=one.active, capacity=one.capacity)
            for one in sorted(agents, key=lambda one: (PRESENCES.index(one.presence), -one.active, one.username))
        ],
        conversations=sorted(rows, key=lambda row: row.claimed_at_ms or 0)[:CONVERSATION_LIMIT],
        tickets=WallTickets.model_validate(await services.tickets.counts(list(names), "", at_ms), from_attributes=True),
        today=await _today(services, at_ms),
    )


async def ratings(
    services: Services, *, max_score: int, only_commented: bool, before_ms: int | None, limit: int
) -> RatingsPage:
    """Services with few stars and what their customers say, latest first."""
    found = await services.reviews.ratings(
        max_score=max_score, only_commented=only_commented, before_ms=before_ms, limit=limit + 1
    )
    rows = [RatedServiceRow(**{**asdict(one), "comment": mask_all(one.comment or "")}) for one in found[:limit]]
    return RatingsPage(ratings=rows, more=len(found) > limit)


def midnight_ms(at_ms: int, time_zone: str) -> int:
    """When the operator's day began: the same day as that of working hours and tickets."""
    day = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(day.timestamp()) * 1000


async def _today(services: Services, at_ms: int) -> WallToday | None:
    """None while the archive is away: the live half of the wall goes on."""
    target_s = services.settings.service_level_s
    try:
        figures = await services.figures.since(midnight_ms(at_ms, services.settings.time_zone), at_ms, target_s)
    except StorageUnavailable:
        return None
    if figures is None:
        return None
    return WallToday.model_validate({**asdict(figures), "service_level_target_s": target_s})


async def _served(services: Services, agents: list[Agent]) -> list[tuple[Conversation, HandoffRequest | None]]:
    """The conversations that these agents serve, with their requests."""
    ids = [each for agent in agents for each in await services.agents.conversation_ids(agent.id)]
    found = await services.conversations.get_many(ids) if ids else []
    served = [one for one in found if one is not None and one.state == ConversationState.ACTIVE]
    requests = await services.queue.get_many([one.request_id for one in served if one.request_id])
    by_id = {request.id: request for request in requests}
    return [(one, by_id.get(one.request_id or "")) for one in served]


def _row(conversation: Conversation, request: HandoffRequest | None) -> WallConversation:
    return WallConversation(
        id=conversation.id,
        customer_name=customer_name(conversation.customer),
        agent_name=conversation.agent_name or "",
        channel=conversation.channel,
        skill_group=request.skill_group if request else None,
        reason=request.reason if request else None,
        claimed_at_ms=request.claimed_at_ms if request else None,
        last_message_at_ms=conversation.last_message_at_ms,
    )
