"""``make bench-handoff``: how fast the handoff service is on this machine, with one process and with two.

Everything is real but the assistant, which is not needed: Valkey, the service, HTTP, WebSockets. The clients run on the
same cores, so the figures are a lower bound; compare the columns of one run, not runs of different days.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect

from tools.agent_session import AgentSession
from tools.run.product import free_ports, kept_secret
from tools.run.services import Service, handoff_service, valkey_service
from tools.run.settings import PORT_DEFAULTS, Settings
from tools.run.supervisor import Supervisor

SECOND_PORT = "XIAOQIAO_PORT_2"
AGENTS = 10
CAPACITY = 50
WINDOW = 8  # messages under way on one connection
WRITERS = 16  # conversations that write at the same time
EARLY, LATE = 10, 1000  # which messages of a conversation are compared
STALL_S = 15.0  # an answer that takes longer ends the run


class BenchError(Exception):
    """The service did not do what is measured."""


class Desk:
    """A running service with agents at it."""

    def __init__(self, urls: Sequence[str], token: str, http: httpx.AsyncClient) -> None:
        self.urls = urls
        self._internal = {"Authorization": f"Bearer {token}"}
        self._http = http
        self.agents: list[AgentSession] = []

    async def hire(self, password: str) -> None:
        """Makes and logs in the agents."""
        admin = await self._post("/api/v1/agent/login", {"username": "admin", "password": password})
        headers = {"Authorization": f"Bearer {admin['token']}"}
        for number in range(AGENTS):
            account = {"username": f"bench{number}", "password": f"bench-password-{number}"}
            role = {"name": f"坐席{number}", "role": "agent", "skill_groups": [], "capacity": CAPACITY}
            await self._post("/api/v1/agents", {**account, **role}, headers)
            self.agents.append(AgentSession(self._post, **account))
            await self.agents[-1].log_in()

    async def customer(self) -> tuple[str, str]:
        """A new customer: conversation id and visitor token."""
        opened = await self._post("/api/v1/visitors", {"channel": "web"})
        return opened["conversation"]["id"], opened["visitor_token"]

    async def ask_for_person(self, conversation_id: str, number: int) -> None:
        """Puts the conversation into the queue, through the process whose turn it is."""
        request = {"reason": "customer_request", "skill_group": "general", "priority": "normal", "sentiment": "neutral"}
        body = {"conversation_id": conversation_id, "turn_seq": 1, **request, "context": {}}
        await self._post("/internal/v1/handoff-requests", body, self._internal, self.urls[number % len(self.urls)])

    async def claim(self, request_id: str, agent: int) -> bool:
        """Whether the agent won the request."""
        url = self.urls[agent % len(self.urls)]
        session = self.agents[agent]
        for _ in range(2):
            token = session.token
            answer = await self._http.post(f"{url}/api/v1/agent/queue/{request_id}/claim", headers=session.headers)
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                break
            await session.renew(token)  # a long run outlives an access token
        return answer.is_success

    async def _post(self, path: str, body: Any, headers: dict[str, str] | None = None, url: str = "") -> Any:
        answer = await self._http.post((url or self.urls[0]) + path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()


async def measure(processes: int, customers: int, seconds: float, pairs: int) -> dict[str, float]:
    """The figures of ``processes`` handoff processes on one Valkey."""
    ports = dict(zip([*PORT_DEFAULTS, SECOND_PORT], free_ports(len(PORT_DEFAULTS) + 1), strict=True))
    token = os.urandom(16).hex()
    variables = {"XIAOQIAO_SERVICE_TOKEN": token, "XIAOQIAO_IDENTITY_SECRET": os.urandom(32).hex()}
    variables |= {"XIAOQIAO_VISITORS_PER_MINUTE": "1000000", "XIAOQIAO_MESSAGES_PER_MINUTE": "1000000"}
    variables |= {"XIAOQIAO_MESSAGES_PER_MINUTE_ADDRESS": "1000000", "XIAOQIAO_FRAMES_PER_SECOND": "1000000"}
    variables |= {"XIAOQIAO_QUEUE_LIMIT": "100000"}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xiaoqiao-bench-")))
        settings = Settings("127.0.0.1", ports, "", folder, variables)
        started: list[Service] = [valkey_service(settings), handoff_service(settings)]
        if processes == 2:
            started.append(handoff_service(settings, "handoff-2", SECOND_PORT))
        supervisor = Supervisor(settings, started, say=lambda _: None)
        stack.push_async_callback(supervisor.stop)
        await supervisor.start()
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False))
        urls = [settings.url("XIAOQIAO_PORT"), settings.url(SECOND_PORT)][:processes]
        desk = Desk(urls, token, http)
        await desk.hire(kept_secret(folder, "admin_password"))
        served, waits_s = await _enqueue_to_claim(desk, customers)
        # Before the load, whose messages are being archived for a while.
        early_s, late_s = await _cost_of_length(desk, served, pairs)
        rate = await _sustained_rate(desk, served, seconds)
    return {
        "enqueue_to_claim_p50_ms": 1000 * float(np.percentile(waits_s, 50)),
        "enqueue_to_claim_p99_ms": 1000 * float(np.percentile(waits_s, 99)),
        "messages_per_second": rate,
        f"message_{EARLY}_ms": 1000 * early_s,
        f"message_{LATE}_ms": 1000 * late_s,
        "cost_of_length": late_s / early_s,
    }


async def _enqueue_to_claim(desk: Desk, customers: int) -> tuple[list[tuple[str, str]], list[float]]:
    """Customers ask one after another, agents watch the live queue; seconds from asking to the claim's answer."""
    asked_at: dict[str, float] = {}
    waits: list[float] = []
    all_claimed = asyncio.Event()

    async def watch(agent: int) -> None:
        url = desk.urls[agent % len(desk.urls)].replace("http", "ws", 1) + "/api/v1/agent/stream"
        async with connect(url, proxy=None, max_size=None) as socket:
            await socket.send(json.dumps({"type": "auth", "token": desk.agents[agent].token}))
            async for text in socket:
                frame = json.loads(text)
                if frame["type"] != "queue":
                    continue
                for request in frame["requests"]:
                    mine = sum(request["id"].encode()) % AGENTS == agent  # agents share the queue without racing
                    if mine and await desk.claim(request["id"], agent):
                        waits.append(time.monotonic() - asked_at[request["conversation_id"]])
                if len(waits) >= customers:
                    all_claimed.set()

    watching = [asyncio.create_task(watch(agent)) for agent in range(AGENTS)]
    served = [await desk.customer() for _ in range(customers)]
    for number, (conversation_id, _) in enumerate(served):
        asked_at[conversation_id] = time.monotonic()
        await desk.ask_for_person(conversation_id, number)
    async with asyncio.timeout(60):
        await all_claimed.wait()
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    return served, waits


async def _sustained_rate(desk: Desk, customers: Sequence[tuple[str, str]], seconds: float) -> float:
    """Acknowledged customer messages a second, all conversations writing as fast as they are acknowledged."""
    writers = customers[:WRITERS]
    started = time.monotonic()
    counts = await asyncio.gather(
        *(_write(desk.urls[n % len(desk.urls)], who, started + seconds) for n, who in enumerate(writers))
    )
    return sum(counts) / (time.monotonic() - started)


async def _write(url: str, customer: tuple[str, str], end: float) -> int:
    async with _stream(url, customer[1]) as stream:
        acknowledged = sent = 0
        while acknowledged < sent or time.monotonic() < end:
            while sent - acknowledged < WINDOW and time.monotonic() < end:
                sent += 1
                await stream.send(f"{customer[0]}-{sent}")
            await stream.acknowledged()
            acknowledged += 1
        return acknowledged


async def _cost_of_length(desk: Desk, customers: Sequence[tuple[str, str]], pairs: int) -> tuple[float, float]:
    """Median seconds to the acknowledgement of message ``EARLY`` and of those from ``LATE`` on.

    The two are measured in turns, one of a young conversation and one of the long one, so that whatever else the
    machine does falls on both alike. All are with an agent: what is measured is the service and not the assistant.
    """
    early: list[float] = []
    late: list[float] = []
    url = desk.urls[0]
    async with _stream(url, customers[0][1]) as long:
        for number in range(LATE - 1):
            await long.write(f"length-{number}")
        for pair, (conversation_id, token) in enumerate(customers[1 : 1 + pairs]):
            async with _stream(url, token) as young:
                for number in range(EARLY - 1):
                    await young.write(f"{conversation_id}-{number}")
                for stream, times in ((young, early), (long, late))[:: 1 if pair % 2 else -1]:
                    times.append(await stream.write(f"measured-{pair}"))
    return statistics.median(early), statistics.median(late)


class Stream:
    """A customer's open WebSocket. Every wait is bounded, and an error frame ends the run with its code."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def authenticate(self, token: str) -> None:
        """Opens the conversation."""
        await self._socket.send(json.dumps({"type": "auth", "token": token, "after": 0}))
        await self._until("ready")

    async def send(self, key: str) -> None:
        """Sends one message."""
        frame = {"type": "send", "text": "我的宽带又断了，麻烦看一下", "client_message_id": key}
        await self._socket.send(json.dumps(frame))

    async def acknowledged(self) -> None:
        """Returns when one more message is acknowledged."""
        await self._until("sent")

    async def write(self, key: str) -> float:
        """Sends a message; the seconds until it is acknowledged and has come back in the transcript."""
        started = time.perf_counter()
        await self.send(key)
        kinds: set[str] = set()
        while not {"sent", "message"} <= kinds:
            kinds.add(await self._next())
        return time.perf_counter() - started

    async def _until(self, kind: str) -> None:
        while await self._next() != kind:
            pass

    async def _next(self) -> str:
        async with asyncio.timeout(STALL_S):
            frame = json.loads(await self._socket.recv())
        if frame["type"] == "error":
            raise BenchError(f"the service refused: {frame['error']['code']}")
        return str(frame["type"])


@asynccontextmanager
async def _stream(url: str, token: str) -> AsyncIterator[Stream]:
    async with connect(url.replace("http", "ws", 1) + "/api/v1/conversation/stream", proxy=None) as socket:
        stream = Stream(socket)
        await stream.authenticate(token)
        yield stream


def main() -> int:
    """Measures one and two processes and prints one table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make bench-handoff", description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=300, help="handoff requests (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="length of the message load (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=200, help="messages compared by length (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    arguments = parser.parse_args()
    figures = {}
    for processes in (1, 2):
        print(f"bench-handoff: {processes} process{'es' * (processes > 1)} …", flush=True)
        measured = measure(processes, arguments.customers, arguments.seconds, arguments.pairs)
        try:
            figures[processes] = asyncio.run(measured)
        except (BenchError, TimeoutError, ConnectionError, httpx.HTTPError) as error:
            print(f"bench-handoff: stopped: {error or type(error).__name__}", file=sys.stderr)
            return 1
    table = Table("figure", "1 process", "2 processes")
    for name in figures[1]:
        table.add_row(name, f"{figures[1][name]:.2f}", f"{figures[2][name]:.2f}")
    Console().print(table)
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
