"""One simulated customer on the public web channel: opens a conversation, says one thing, takes the answer."""

import asyncio
import json
import time
import uuid
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tools.replay.results import UNANSWERED, Result, describe

ANSWER_WITHIN_S = 15.0
RETRY_AFTER_S = 1.0


class SystemUnreachable(Exception):
    """Nothing answers at the address: the product is not running there."""


class Replayer:
    """Sends utterances to the system at ``base_url``, each as a customer of its own."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=ANSWER_WITHIN_S, trust_env=False)
        self._stream_url = base_url.replace("http", "ws", 1) + "/api/v1/conversation/stream"

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def require_running(self) -> None:
        """Checks that the product serves.

        Raises:
            SystemUnreachable: it does not.
        """
        try:
            answer = await self._http.get("/health/ready")
        except httpx.HTTPError as e:
            raise SystemUnreachable(f"nothing answers at {self._http.base_url}: start it with `make run`") from e
        if not answer.is_success:
            raise SystemUnreachable(f"the system at {self._http.base_url} is not ready: see `.data/logs`")

    async def replay(self, text: str) -> Result:
        """What the system makes of ``text``; an error becomes an unanswered result, never an exception."""
        try:
            token = await self._open_conversation()
            async with connect(self._stream_url, proxy=None) as stream:
                await _send(stream, {"type": "auth", "token": token, "after": 0})
                started = time.monotonic()
                await _send(stream, {"type": "send", "text": text, "client_message_id": uuid.uuid4().hex})
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    message = await _first_answer(stream)
                latency_ms = (time.monotonic() - started) * 1000
            if message["outcome"] and message["outcome"]["kind"] == "handoff":
                await self._leave_queue(token)
            return _result(text, message, latency_ms)
        except TimeoutError:
            return Result(text, UNANSWERED, f"no answer within {ANSWER_WITHIN_S:.0f} s", "", ANSWER_WITHIN_S * 1000)
        except (httpx.HTTPError, WebSocketException, OSError, _RefusedError) as e:
            return Result(text, UNANSWERED, f"{type(e).__name__}: {e}", "", 0)

    async def _open_conversation(self) -> str:
        while True:
            answer = await self._http.post("/api/v1/visitors", json={"channel": "web"})
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            # One address plays hundreds of customers: it waits its turn as the rate limit tells it.
            await asyncio.sleep(float(answer.headers.get("Retry-After", RETRY_AFTER_S)))
        answer.raise_for_status()
        token: str = answer.json()["visitor_token"]
        return token

    async def _leave_queue(self, token: str) -> None:
        """Gives up the place in the queue, so that a replay leaves no work for the agents."""
        headers = {"Authorization": f"Bearer {token}"}
        await self._http.post("/api/v1/conversation/leave-queue", headers=headers)


class _RefusedError(Exception):
    """The service answered a frame with an error."""


async def _send(stream: ClientConnection, frame: dict[str, Any]) -> None:
    await stream.send(json.dumps(frame, ensure_ascii=False))


async def _first_answer(stream: ClientConnection) -> dict[str, Any]:
    while True:
        frame = json.loads(await stream.recv())
        if frame["type"] == "error":
            raise _RefusedError(frame["error"]["message"])
        if frame["type"] == "message" and frame["message"]["sender"] != "customer":
            message: dict[str, Any] = frame["message"]
            return message


def _result(text: str, message: dict[str, Any], latency_ms: float) -> Result:
    outcome = message["outcome"] or {"kind": "failure", "reason": "answered without an outcome"}
    return Result(text, outcome["kind"], describe(outcome), message["text"], round(latency_ms, 1))
