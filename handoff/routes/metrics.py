"""Prometheus metrics. They hold numbers only, no names and no texts."""

from collections import Counter

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from handoff import metrics
from handoff.deps import ServicesDep
from handoff.errors import StorageUnavailable
from handoff.services import Services
from handoff.usecases.views import now_ms
from handoff.vocabulary import Channel, Presence

# Customers on the web fetch their messages; to others a channel carries them.
_CARRIED = [channel for channel in Channel if channel != Channel.WEB]

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def scrape(services: ServicesDep) -> Response:
    """Counters of this process, and the queue and agents of all. Without Redis the counters alone."""
    try:
        await _read_shared(services)
    except StorageUnavailable:
        for gauge in (
            *(metrics.WAITING, metrics.OLDEST_WAIT_SECONDS, metrics.AGENTS),
            *(metrics.WAITING_DELIVERIES, metrics.WAITING_WEBHOOKS),
        ):
            gauge.clear()
        for alone in (metrics.WAITING_TURNS, metrics.WAITING_ARCHIVE, metrics.WAITING_AUDIT, metrics.SERVED):
            alone.set(float("nan"))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _read_shared(services: Services) -> None:
    requests = await services.queue.waiting()
    agents = await services.agents.all()
    for group in services.reference.skill_groups:
        since_ms = [request.requested_at_ms for request in requests if request.skill_group == group]
        metrics.WAITING.labels(group).set(len(since_ms))
        metrics.OLDEST_WAIT_SECONDS.labels(group).set((now_ms() - min(since_ms)) / 1000 if since_ms else 0)
    by_presence = Counter(agent.presence for agent in agents)
    for presence in Presence:
        metrics.AGENTS.labels(presence).set(by_presence[presence])
    metrics.WAITING_TURNS.set(await services.turns.length())
    metrics.WAITING_ARCHIVE.set(await services.trimming.archive_length())
    metrics.WAITING_AUDIT.set(await services.audit.length())
    for channel in _CARRIED:
        metrics.WAITING_DELIVERIES.labels(channel).set(await services.deliveries.length(channel))
    for target in services.webhook_targets:
        metrics.WAITING_WEBHOOKS.labels(target.name).set(await services.webhooks.waiting(target.name))
    metrics.SERVED.set(sum(agent.active for agent in agents))
