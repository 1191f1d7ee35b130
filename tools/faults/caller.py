"""Calls that go on until they are answered, through whichever handoff process lives."""

import asyncio
import itertools
import random
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx

from tools.agent_session import AgentSession

PAUSE_S = 0.3
CALL_WITHIN_S = 10.0


class Rejected(Exception):
    """The service said no for good (4xx); ``status`` and ``body`` are its words."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Caller:
    """HTTP with patience: what fails in transit or with 429 or 5xx is tried again elsewhere.

    Attributes:
        mishaps: deliveries made to go wrong, by kind: ``answer lost``, ``sent twice``, ``socket cut``.
    """

    def __init__(self, urls: Sequence[str], chance: random.Random) -> None:
        self._urls = itertools.cycle(chance.sample(list(urls), len(urls)))
        self.url = next(self._urls)
        self._http = httpx.AsyncClient(timeout=CALL_WITHIN_S, trust_env=False)
        self.headers: dict[str, str] = {}
        self.session: AgentSession | None = None
        self.mishaps: Counter[str] = Counter()

    async def log_in(self, username: str, password: str) -> None:
        """Calls as this agent from now on, however long that is."""
        self.session = AgentSession(self._post_openly, username, password)
        await self.session.log_in()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    def elsewhere(self) -> None:
        """Goes to the next handoff process from now on."""
        self.url = next(self._urls)

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON answer, however long it takes.

        Raises:
            Rejected: the service refused.
        """
        while True:
            token = self.session.token if self.session else ""
            try:
                return await self._call_as(self._headers(), method, path, body)
            except Rejected as e:
                if self.session is None or e.status != httpx.codes.UNAUTHORIZED:
                    raise
                await self.session.renew(token)

    def _headers(self) -> dict[str, str]:
        return self.session.headers if self.session else self.headers

    async def _post_openly(self, path: str, body: dict[str, Any]) -> Any:
        return await self._call_as({}, "POST", path, body)

    async def _call_as(self, headers: dict[str, str], method: str, path: str, body: dict[str, Any] | None) -> Any:
        while True:
            try:
                answer = await self._http.request(method, self.url + path, json=body, headers=headers)
            except httpx.HTTPError:
                self.elsewhere()
            else:
                if answer.is_success:
                    return answer.json()
                if answer.status_code != httpx.codes.TOO_MANY_REQUESTS and answer.is_client_error:
                    raise Rejected(answer.status_code, answer.json())
                self.elsewhere()
            await asyncio.sleep(PAUSE_S)

    async def deliver(self, path: str, text: str, chance: random.Random, repeat_rate: float, drop_rate: float) -> None:
        """Posts a message until it is acknowledged; now and then its acknowledgement is lost, or it is posted again.

        Raises:
            Rejected: the service refused it.
        """
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        if chance.random() < drop_rate:
            await self._abandon(path, body, after_s=chance.uniform(0.0, 0.05))
        await self.call("POST", path, body)
        if chance.random() < repeat_rate:
            self.mishaps["sent twice"] += 1
            await self.call("POST", path, body)

    async def _abandon(self, path: str, body: dict[str, Any], after_s: float) -> None:
        """Sends and hangs up before the answer is known: it may have arrived or not."""
        self.mishaps["answer lost"] += 1
        try:
            async with asyncio.timeout(after_s):
                await self._http.post(self.url + path, json=body, headers=self._headers())
        except (TimeoutError, httpx.HTTPError):
            pass
