"""Telling those who wait that their place has changed: seldom enough not to annoy, and at once when they are next.

Done by the keeper, in one pass over all queues. On the web the state of the conversation is sent anew, which the widget
shows in its queue bar; who becomes first gets a message too. Other channels carry messages only, and some count them:
there customers are told when they ask.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handoff import drafts, metrics, rules, texts
from handoff.models import Agent
from handoff.services import Services
from handoff.stores.positions import Places, Told
from handoff.usecases.desk import overflows_now
from handoff.usecases.views import current_queue_view, now_ms
from handoff.vocabulary import Channel, ConversationState


@dataclass
class News:
    """What one pass found."""

    told: dict[str, Told] = field(default_factory=dict)  # records to write
    tell: list[str] = field(default_factory=list)  # requests whose customers are sent their state
    first: list[str] = field(default_factory=list)  # of these, those who became first
    is_helped: bool = False  # a request has waited long enough for the group that helps out


async def tell(services: Services, online: Sequence[Agent]) -> News:
    """One pass; what it found."""
    places = await services.positions.places()
    known = await services.positions.told()
    waiting = {request_id for rows in places.values() for request_id, _ in rows}
    gone = set(known) - waiting
    if not waiting:
        await services.positions.tell({}, gone, [])
        return News()
    requests = await services.positions.requests(waiting - set(known))
    overflows = await overflows_now(services)
    news = find_news(
        places,
        known,
        {request_id: since_ms for request_id, (_, since_ms) in requests.items()},
        stands=stands(places, online, services.reference.skill_groups, overflows, await _handling_s(services, places)),
        served={group for group in places if any(agent.serves(group) for agent in online)},
        overflows=overflows,
        now=now_ms(),
        at_most_every_ms=int(services.settings.position_notice_s * 1000),
    )
    requests |= await services.positions.requests(set(news.tell) - set(requests))
    conversation_ids = [requests[request_id][0] for request_id in news.tell if request_id in requests]
    # First the messages, each kept from being written twice by its key: cut off here, the next pass finds them again.
    for request_id in news.first:
        if request_id in requests:
            await _say_first(services, requests[request_id][0], request_id)
    await services.positions.tell(news.told, gone, conversation_ids)
    metrics.POSITION_NOTICES.labels("state").inc(len(conversation_ids))
    if news.is_helped:
        await services.agents.announce_queue()
    return news


async def _handling_s(services: Services, groups: Iterable[str]) -> dict[str, float]:
    samples_s = await services.queue.handling_samples_s(list(groups))
    return {group: rules.handling_time_s(samples) for group, samples in samples_s.items()}


def stands(
    places: Places,
    online: Sequence[Agent],
    known_groups: Iterable[str],
    overflows: Mapping[str, rules.Overflow],
    handling_s: Mapping[str, float],
) -> dict[str, tuple[int, int | None]]:
    """Position and estimated wait of every waiting request, as rules.place has them for one."""
    groups = list(known_groups)
    agents = [rules.Candidate(a.id, tuple(a.skill_groups), a.capacity, a.active, 0) for a in online]
    merged: dict[frozenset[str], list[float]] = {}
    found: dict[str, tuple[int, int | None]] = {}
    for group, rows in places.items():
        lines = rules.lines(agents, group, groups, overflows)
        for line in lines:
            if line.skill_groups not in merged:
                merged[line.skill_groups] = sorted(
                    score for each in line.skill_groups for _, score in places.get(each, [])
                )
        for request_id, score in rows:
            found[request_id] = rules.best_place(
                [(bisect_right(merged[line.skill_groups], score), line.staff) for line in lines], handling_s[group]
            )
    return found


def find_news(
    places: Places,
    known: Mapping[str, Told],
    since_ms: Mapping[str, int],
    *,
    stands: Mapping[str, tuple[int, int | None]],
    served: set[str],
    overflows: Mapping[str, rules.Overflow],
    now: int,
    at_most_every_ms: int,
) -> News:
    """Who is to be told: who is new, became first, or got (or lost) a desk; and long enough after the last time, whose
    place is another, further back too, or whose wait is clearly longer or shorter than was said.

    `since_ms`: when those who are not known asked for a person.
    """
    news = News()
    for group, rows in places.items():
        overflow = overflows.get(group)
        for request_id, _ in rows:
            before = known.get(request_id)
            if before is None and request_id not in since_ms:
                continue  # gone in between
            (position, wait_s), is_served = stands[request_id], group in served
            since = before.since_ms if before else since_ms[request_id]
            is_helped = overflow is not None and now - since >= overflow.after_s * 1000
            becomes_first = before is not None and position == 1 < before.position and is_served
            if (
                before is None
                or becomes_first
                or is_served != before.is_served
                or (
                    (position != before.position or rules.is_other_wait(before.wait_s, wait_s))
                    and now - before.at_ms >= at_most_every_ms
                )
            ):
                news.told[request_id] = Told(position, is_served, now, since, is_helped, wait_s)
                news.tell.append(request_id)
                if becomes_first:
                    news.first.append(request_id)
            elif is_helped != before.is_helped:
                news.told[request_id] = replace(before, is_helped=is_helped)
            news.is_helped |= is_helped and (before is None or not before.is_helped)
    return news


async def _say_first(services: Services, conversation_id: str, request_id: str) -> None:
    conversation = await services.conversations.get(conversation_id)
    if conversation is None or conversation.outlet != Channel.WEB:
        return
    view = await current_queue_view(services, conversation)
    if view is None or view.position != 1 or view.estimated_wait_s is None:
        return
    message = drafts.system(texts.now_first(view.estimated_wait_s))
    await services.conversations.append(
        conversation_id, message, message_key=f"first:{request_id}", state=ConversationState.QUEUED
    )
    metrics.POSITION_NOTICES.labels("message").inc()
