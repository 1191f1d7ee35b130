"""The handoff service's internal API: asking for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.clients.fields import reading
from actions.clients.http import JsonClient

# It must leave room for Rasa within a turn's 2.5 s.
HANDOFF_BUDGET_S = 0.8


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

    async def request(self, body: Mapping[str, Any]) -> HandoffTicket:
        """Ask for an agent; asking again while one is asked for answers with the same request.

        Refused `queue_full` when no place is left: the service has told the customer.
        """
        answer = await self._http.post("/internal/v1/handoff-requests", body)
        with reading("handoff"):
            return HandoffTicket(str(answer["request_id"]), bool(answer["created"]), str(answer["state"]))
