"""The handoff service's internal API: whether agents can take a conversation, and asking for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.clients.fields import reading
from actions.clients.http import JsonClient

# Availability and request together must leave room for Rasa within a turn's 2.5 s.
HANDOFF_BUDGET_S = 0.8


@dataclass(frozen=True)
class Availability:
    """Whether a handoff can be taken now. `reason` is ok, nobody_online or queue_full."""

    available: bool
    reason: str
    agents_online: int
    waiting: int
    estimated_wait_s: int | None


@dataclass(frozen=True)
class HandoffTicket:
    """A request that the service holds; `created` is false when the conversation already had one."""

    request_id: str
    created: bool
    state: str


class HandoffClient:
    """Bearer `XIAOQIAO_SERVICE_TOKEN`. Every call raises a ClientError when it cannot be answered."""

    def __init__(self, base_url: str, token: str, budget_s: float = HANDOFF_BUDGET_S) -> None:
        self._http = JsonClient("handoff", base_url, budget_s, {"Authorization": f"Bearer {token}"})

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def availability(self, skill_group: str) -> Availability:
        """Whether somebody can take a request of this group now."""
        answer = await self._http.get("/internal/v1/availability", skill_group=skill_group)
        with reading("handoff"):
            wait = answer.get("estimated_wait_s")
            return Availability(
                available=bool(answer["available"]),
                reason=str(answer["reason"]),
                agents_online=int(answer["agents_online"]),
                waiting=int(answer["waiting"]),
                estimated_wait_s=None if wait is None else int(wait),
            )

    async def request(self, body: Mapping[str, Any]) -> HandoffTicket:
        """Ask for an agent; asking again while one is asked for answers with the same request."""
        answer = await self._http.post("/internal/v1/handoff-requests", body)
        with reading("handoff"):
            return HandoffTicket(str(answer["request_id"]), bool(answer["created"]), str(answer["state"]))
