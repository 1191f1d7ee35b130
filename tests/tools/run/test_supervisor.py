"""The supervisor with small real processes in place of the product's."""

import asyncio
import os
import signal
import socket
import sys

import httpx
import pytest

from tools.run.services import Service
from tools.run.settings import PORT_DEFAULTS, Settings
from tools.run.supervisor import StartFailed, Supervisor

SERVER = """
import http.server, sys
address = ("127.0.0.1", int(sys.argv[1]))
http.server.HTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def settings(tmp_path):
    ports = {**PORT_DEFAULTS, "P": free_port()}
    return Settings("127.0.0.1", ports, "", tmp_path, {})


def server(settings: Settings, **changes: object) -> Service:
    command = [sys.executable, "-c", SERVER, str(settings.ports["P"])]
    return Service(**{"name": "web", "command": command, "port_name": "P", "ready_path": "/", **changes})


async def get(settings: Settings) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(settings.url("P"))).status_code


async def eventually(condition, within_s: float = 10) -> None:
    async with asyncio.timeout(within_s):
        while not await condition():
            await asyncio.sleep(0.02)


def supervise(settings: Settings, *services: Service) -> tuple[Supervisor, list[str]]:
    said: list[str] = []
    return Supervisor(settings, services, said.append), said


async def test_starts_serves_and_leaves_nothing_behind(settings):
    supervisor, said = supervise(settings, server(settings))
    await supervisor.start()
    assert await get(settings) == 200
    pid = supervisor._processes["web"].pid
    await supervisor.stop()
    assert said[0].startswith("web")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_killed_service_is_started_again(settings):
    supervisor, said = supervise(settings, server(settings))
    await supervisor.start()
    first = supervisor._processes["web"].pid
    os.kill(first, signal.SIGKILL)

    async def second_serves() -> bool:
        return sum("ready" in line for line in said) == 2

    await eventually(second_serves)
    assert supervisor._processes["web"].pid != first
    assert await get(settings) == 200
    await supervisor.stop()


async def test_a_taken_port_is_named_with_its_setting(settings):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", settings.ports["P"]))
        squatter.listen()
        supervisor, _ = supervise(settings, server(settings))
        with pytest.raises(StartFailed, match=rf"cannot use port {settings.ports['P']} .*choose another with P="):
            await supervisor.start()


async def test_a_service_that_ends_at_once_gives_its_last_words(settings):
    failing = server(settings, command=[sys.executable, "-c", "raise SystemExit('no model here')"])
    supervisor, _ = supervise(settings, failing)
    with pytest.raises(ExceptionGroup) as failures:
        await supervisor.start()
    await supervisor.stop()
    assert "no model here" in str(failures.value.exceptions[0])


async def test_a_silent_service_is_given_up(settings):
    silent = server(settings, command=[sys.executable, "-c", "import time; time.sleep(60)"], start_within_s=0.3)
    supervisor, _ = supervise(settings, silent)
    with pytest.raises(ExceptionGroup) as failures:
        await supervisor.start()
    await supervisor.stop()
    assert "did not answer" in str(failures.value.exceptions[0])


async def test_a_process_that_ignores_sigterm_is_killed(settings, monkeypatch):
    monkeypatch.setattr("tools.run.supervisor.STOP_WITHIN_S", 0.2)
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SERVER
    command = [sys.executable, "-c", stubborn, str(settings.ports["P"])]
    supervisor, _ = supervise(settings, server(settings, command=command))
    await supervisor.start()
    pid = supervisor._processes["web"].pid
    await supervisor.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
