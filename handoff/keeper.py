"""Housekeeping, done by one process at a time: lost agents, who is online, assigning in push mode.

Everything it does is atomic in Redis and harmless when done twice, so that two keepers for a moment are no danger.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from handoff import drafts, metrics, rules, texts
from handoff.errors import StorageUnavailable
from handoff.models import Agent, HandoffRequest
from handoff.rules import Candidate, Giver, Overflow
from handoff.services import Services
from handoff.stores.connection import is_away
from handoff.troubles import Troubles
from handoff.usecases import positions, silence, ticket_work, transfers
from handoff.usecases.desk import overflows_now
from handoff.usecases.views import now_ms

log = structlog.get_logger(__name__)

PAUSE_S = 1.0
FORGET_WORKERS_MS = 3600 * 1000
GHOSTS_EVERY_S = 60.0  # there should be none


class Keeper:
    """Looks around once a second."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._name = secrets.token_hex(8)
        self._online: set[str] | None = None  # as announced last
        self._troubles = Troubles()
        self._look_for_ghosts_at = 0.0

    async def run(self) -> None:
        """Keep house until cancelled."""
        while True:
            try:
                if await self._services.leases.holds("keeper", self._name):
                    await self.look_around()
                else:
                    self._online = None
            except StorageUnavailable:
                log.debug("keeper_waits_for_storage")
            except Exception:
                log.exception("keeper_failed")
            await asyncio.sleep(PAUSE_S)

    async def look_around(self) -> None:
        """One round. A step that fails stops none of the others; StorageUnavailable when Redis is away."""
        services = self._services
        found: list[list[Agent]] = []

        async def online() -> list[Agent]:
            if not found:
                found.append(await services.agents.online())
            return found[0]

        async def announce() -> None:
            await self._announce(await online())

        async def give_out() -> None:
            await assign(services, await online())

        async def tell_positions() -> None:
            await positions.tell(services, await online())

        steps: dict[str, Callable[[], Awaitable[Any]]] = {
            "lost_agents": self._give_back_lost,
            "silence": self._look_after_silence,
            "tickets": lambda: ticket_work.look_after(services),
            "presence": announce,
            "ghosts": self._forget_ghosts,
            "workers": lambda: services.turns.forget_workers(FORGET_WORKERS_MS),
            **({"assignment": give_out} if services.settings.routing == "push" else {}),
            "positions": tell_positions,
        }
        for name, step in steps.items():
            try:
                await step()
            except Exception as error:
                if is_away(error):
                    raise
                metrics.KEEPER_FAILED.labels(name).inc()
                if self._troubles.is_news(name, error):
                    log.exception("keeper_step_failed", step=name)
            else:
                if self._troubles.is_over(name):
                    log.info("keeper_step_works_again", step=name)

    # While nobody kept house (the service or Redis was away) no console could give a sign of life and no customer an
    # answer: they have as long to come back as they would have had.

    async def _give_back_lost(self) -> None:
        if await self._services.leases.kept_for_s("keeper") >= self._services.settings.agent_lost_s:
            await transfers.give_back_lost(self._services)

    async def _look_after_silence(self) -> None:
        if await self._services.leases.kept_for_s("keeper") >= self._services.settings.silent_close_s:
            await silence.look_after(self._services)

    async def _forget_ghosts(self) -> None:
        if time.monotonic() < self._look_for_ghosts_at:
            return
        self._look_for_ghosts_at = time.monotonic() + GHOSTS_EVERY_S
        if ghosts := await self._services.queue.forget_ghosts():
            metrics.GHOSTS.inc(ghosts)
            log.warning("ghosts_forgotten", places=ghosts)

    async def _announce(self, online: list[Agent]) -> None:
        """Presence ends by silence, which nobody announces: those who wait are told by this."""
        now = {agent.id for agent in online}
        if self._online is not None and now != self._online:
            await self._services.agents.announce_queue()
        self._online = now


async def assign(services: Services, online: list[Agent]) -> int:
    """Give waiting requests, next one first, to the agents who are there; how many were given."""
    served_ms = await services.agents.last_served_ms()
    agents = {agent.id: agent for agent in online}
    active = {agent.id: agent.active for agent in online}
    given = 0
    overflows = await overflows_now(services)
    for request in await services.queue.waiting():
        candidates = [
            Candidate(a.id, tuple(a.skill_groups), a.capacity, active[a.id], served_ms.get(a.id, 0)) for a in online
        ]
        if not any(candidate.is_free for candidate in candidates):
            break
        chosen = _choose(services, candidates, request, overflows)
        if chosen is None:
            continue
        agent = agents[chosen.agent_id]
        text = texts.CLAIMED.format(name=agent.name)
        message = drafts.system(text)
        claim = await services.queue.claim(request.id, agent.id, agent.name, agent.capacity, message, assigned=True)
        if claim.won:
            active[agent.id] += 1
            served_ms[agent.id] = now_ms()
            given += 1
            metrics.CLAIMS.labels("assigned").inc()
            log.info("assigned", conversation_id=request.conversation_id, agent_id=agent.id)
    return given


def _choose(
    services: Services, candidates: list[Candidate], request: HandoffRequest, overflows: Mapping[str, Overflow]
) -> Candidate | None:
    settings, now = services.settings, now_ms()
    last = request.transfers[-1] if request.transfers else None
    return rules.choose(
        candidates,
        request.skill_group,
        waited_s=(now - request.requested_at_ms) / 1000,
        overflow=overflows.get(request.skill_group),
        preferred_id=request.preferred_agent_id,
        preferred_wait_s=settings.preferred_wait_s,
        giver=Giver(last.from_agent_id, (now - last.at_ms) / 1000) if last else None,
    )
