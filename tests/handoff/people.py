"""Customers and agents as tests play them, over real HTTP and WebSocket."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

# Nobody waits longer than until the thing has happened; the bound only ends a test that hangs, also on a busy machine.
WAIT_S = 30.0
_numbers = itertools.count(1)


def client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=WAIT_S, trust_env=False)


async def until(condition: Callable[[], Any], within_s: float = WAIT_S) -> Any:
    """What `condition` (plain or async) gives as soon as it is true."""
    async with asyncio.timeout(within_s):
        while True:
            result = condition()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return result
            await asyncio.sleep(0.01)


class Stream:
    """One WebSocket and everything it said."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[dict[str, Any]] = []
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self.connection:
            self.frames.append(json.loads(text))

    async def send(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def close(self) -> None:
        await self.connection.close()
        await asyncio.gather(self._reader, return_exceptions=True)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]

    def seqs(self) -> list[int]:
        return [frame["message"]["seq"] for frame in self.of("message")]

    def texts(self, sender: str | None = None) -> list[str]:
        return [
            frame["message"]["text"]
            for frame in self.of("message")
            if sender is None or frame["message"]["sender"] == sender
        ]

    async def next(self, kind: str, number: int = 1) -> dict[str, Any]:
        """The `number`-th frame of a kind, waiting for it."""
        await until(lambda: len(self.of(kind)) >= number)
        return self.of(kind)[number - 1]


@asynccontextmanager
async def stream(url: str, path: str, **auth: Any) -> AsyncIterator[Stream]:
    async with connect(url.replace("http", "ws") + path, proxy=None) as connection:
        opened = Stream(connection)
        await opened.send(type="auth", **auth)
        try:
            yield opened
        finally:
            await opened.close()


class Visitor:
    """A customer."""

    def __init__(self, url: str, http: httpx.AsyncClient, opened: dict[str, Any]) -> None:
        self.url = url
        self.http = http
        self.opened = opened
        self.token: str = opened["visitor_token"]
        self.id: str = opened["conversation"]["id"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    @classmethod
    async def open(cls, url: str, http: httpx.AsyncClient, **body: Any) -> "Visitor":
        answer = await http.post(f"{url}/api/v1/visitors", json={"channel": "web", **body})
        assert answer.status_code == 201, answer.text
        return cls(url, http, answer.json())

    async def post(self, text: str, key: str | None = None, payload: str | None = None) -> httpx.Response:
        body = {"text": text, "client_message_id": key or f"k{next(_numbers)}", "payload": payload}
        return await self.http.post(f"{self.url}/api/v1/conversation/messages", json=body, headers=self.headers)

    async def say(self, text: str, key: str | None = None, payload: str | None = None) -> int:
        answer = await self.post(text, key, payload)
        assert answer.status_code == 202, answer.text
        return int(answer.json()["seq"])

    async def read(self) -> dict[str, Any]:
        answer = await self.http.get(f"{self.url}/api/v1/conversation?limit=500", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def messages(self, sender: str | None = None) -> list[dict[str, Any]]:
        return [m for m in (await self.read())["messages"] if sender is None or m["sender"] == sender]

    async def texts(self, sender: str | None = None) -> list[str]:
        return [message["text"] for message in await self.messages(sender)]

    async def state(self) -> str:
        return str((await self.read())["conversation"]["state"])

    async def answered(self, sender: str, number: int = 1) -> list[str]:
        """The texts of a sender as soon as there are `number`."""
        await until(lambda: self._has(sender, number))
        return await self.texts(sender)

    async def _has(self, sender: str, number: int) -> bool:
        return len(await self.texts(sender)) >= number

    async def in_state(self, state: str) -> None:
        async def reached() -> bool:
            return await self.state() == state

        await until(reached)

    async def leave_queue(self, **body: Any) -> httpx.Response:
        url = f"{self.url}/api/v1/conversation/leave-queue"
        return await self.http.post(url, headers=self.headers, json=body or None)

    def stream(self, after: int = 0) -> Any:
        return stream(self.url, "/api/v1/conversation/stream", token=self.token, after=after)


class AgentClient:
    """A human agent's console."""

    def __init__(self, url: str, http: httpx.AsyncClient, session: dict[str, Any]) -> None:
        self.url = url
        self.http = http
        self.token: str = session["token"]
        self.agent: dict[str, Any] = session["agent"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    @classmethod
    async def login(cls, url: str, http: httpx.AsyncClient, username: str, password: str) -> "AgentClient":
        answer = await http.post(f"{url}/api/v1/agent/login", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        return cls(url, http, answer.json())

    async def call(self, method: str, path: str, **body: Any) -> httpx.Response:
        return await self.http.request(
            method, f"{self.url}/api/v1{path}", headers=self.headers, **({"json": body} if body else {})
        )

    async def queue(self) -> list[dict[str, Any]]:
        return list((await self.call("GET", "/agent/queue")).json()["requests"])

    async def claim(self, request_id: str) -> httpx.Response:
        return await self.call("POST", f"/agent/queue/{request_id}/claim")

    async def claim_first(self) -> dict[str, Any]:
        answer = await self.claim((await self.queue())[0]["id"])
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["conversation"])

    async def reply(self, conversation_id: str, text: str, key: str | None = None) -> httpx.Response:
        path = f"/agent/conversations/{conversation_id}/messages"
        return await self.call("POST", path, text=text, client_message_id=key or f"k{next(_numbers)}")

    async def close(self, conversation_id: str, **wrap_up: Any) -> httpx.Response:
        body = {"disposition": "answered", "resolved": True, **wrap_up}
        return await self.call("POST", f"/agent/conversations/{conversation_id}/close", **body)

    def stream(self) -> Any:
        return stream(self.url, "/api/v1/agent/stream", token=self.token)
