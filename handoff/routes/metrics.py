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
from handoff.vocabulary import Presence

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def scrape(services: ServicesDep) -> Response:
    """Counters of this process, and the queue and agents of all. Without Redis the counters alone."""
    try:
        await _read_shared(services)
    except StorageUnavailable:
        for gauge in (metrics.WAITING, metrics.OLDEST_WAIT_SECONDS, metrics.AGENTS):
            gauge.clear()
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
    metrics.SERVED.set(sum(agent.active for agent in agents))
