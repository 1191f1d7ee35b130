"""One JSON call to another system, bounded in time as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from actions.clients.errors import BadAnswer, Refused, TooSlow, Unreachable

# Servers commonly close a connection after 5 idle seconds (uvicorn, sanic). We give ours up first: a request on a
# connection that the other side is just closing would be lost.
IDLE_S = 2.0


class JsonClient:
    """Calls one system; `budget_s` bounds connect + send + receive together, which httpx's own time-outs do not."""

    def __init__(self, system: str, base_url: str, budget_s: float, headers: Mapping[str, str] | None = None) -> None:
        self._system = system
        self._budget_s = budget_s
        # trust_env off: a proxy of the surroundings must not come between two processes of one machine.
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers=headers,
            timeout=budget_s,
            limits=httpx.Limits(keepalive_expiry=IDLE_S),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def get(self, path: str, **params: str) -> Any:
        """The JSON answer of a GET; raises a ClientError."""
        return await self._call("GET", path, params=params)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON answer of a POST; raises a ClientError."""
        return await self._call("POST", path, json=body)

    async def _call(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            async with asyncio.timeout(self._budget_s):
                response = await self._send(method, path, **arguments)
        except (TimeoutError, httpx.TimeoutException) as e:
            raise TooSlow(self._system, f"no answer within {self._budget_s} s") from e
        except (httpx.HTTPError, httpx.InvalidURL) as e:
            raise Unreachable(self._system, type(e).__name__) from e
        if response.is_error:
            raise Refused(self._system, response.status_code, _error_code(response))
        try:
            return response.json()
        except ValueError as e:
            raise BadAnswer(self._system, "answer is no JSON") from e

    async def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **arguments)
        except httpx.RemoteProtocolError:
            # The kept connection was closed under us before any answer. Every call here may be repeated: reading
            # changes nothing, and the handoff service answers the same request with the same place in the queue.
            return await self._http.request(method, path, **arguments)


def _error_code(response: httpx.Response) -> str | None:
    try:
        return str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return None
