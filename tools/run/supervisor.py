"""Starts services, waits until they serve, restarts what falls over, and stops everything."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import psutil

from tools.run.services import Service
from tools.run.settings import ROOT, Settings

POLL_S = 0.1
STOP_WITHIN_S = 12.0
RESTART_DELAYS_S = (0.5, 1, 2, 5, 10)
# A service that ran this long before it fell counts as having been well: its next restart is quick again.
WELL_AFTER_S = 60.0
_PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


class StartFailed(Exception):
    """A service did not come up; the text says which, why, and where its log is."""


class Supervisor:
    """Owns the processes of a run from start to stop."""

    def __init__(self, settings: Settings, services: Sequence[Service], say: Say) -> None:
        self._settings = settings
        self._services = services
        self._say = say
        self._environment = settings.environment()
        self._log_dir = settings.data_dir / "logs"
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._watchers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Starts all services stage by stage; returns when each answers.

        Raises:
            StartFailed: a port is taken, or a service ended or stayed silent.
        """
        self._log_dir.mkdir(mode=0o700, exist_ok=True)
        for service in self._services:
            self._require_free_port(service)
        for stage in sorted({service.stage for service in self._services}):
            starting = [service for service in self._services if service.stage == stage]
            for service in starting:
                await self._spawn(service)
            async with asyncio.TaskGroup() as tasks:
                for service in starting:
                    tasks.create_task(self._await_ready(service))
        self._watchers = [asyncio.create_task(self._watch(service)) for service in self._services]

    async def stop(self) -> None:
        """Stops every process, the last started first: asks politely, then kills what has not ended in time."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        running = [process for process in reversed(self._processes.values()) if process.returncode is None]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        waiting = [asyncio.create_task(process.wait()) for process in running]
        if waiting:
            await asyncio.wait(waiting, timeout=STOP_WITHIN_S)
        for process in self._processes.values():
            _signal_group(process, signal.SIGKILL)  # also what a service itself left behind
        await asyncio.gather(*waiting)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Sends a signal to the process of the service ``name`` and to what it started."""
        _signal_group(self._processes[name], number)

    def _require_free_port(self, service: Service) -> None:
        port = self._settings.ports[service.port_name]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self._settings.host, port))
            except OSError as e:
                advice = f"stop {_user_of(port)}, or choose another with {service.port_name}=…"
                raise StartFailed(f"{service.name}: cannot use port {port} ({e.strerror}): {advice}") from e

    async def _spawn(self, service: Service) -> None:
        with self._log_file(service).open("ab") as log:
            self._processes[service.name] = await asyncio.create_subprocess_exec(
                *service.command,
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                umask=0o077,  # what services keep (archive, files, logs of their own) is their owner's alone
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops all in order
                preexec_fn=_die_with_parent,
            )

    async def _await_ready(self, service: Service) -> None:
        started = time.monotonic()
        process = self._processes[service.name]
        while not await self.answers(service):
            if process.returncode is not None:
                raise StartFailed(f"{service.name} ended at its start: {self._last_words(service)}")
            if time.monotonic() - started > service.start_within_s:
                raise StartFailed(f"{service.name} did not answer within {service.start_within_s:.0f} s: see its log")
            await asyncio.sleep(POLL_S)
        if service.warm_up_path:
            await self._warm_up(service)
        self._say(f"{service.name:<9} ready after {time.monotonic() - started:.1f} s")

    async def answers(self, service: Service) -> bool:
        """Whether ``service`` serves right now."""
        port = self._settings.ports[service.port_name]
        if not service.ready_path:
            return await _is_open(self._settings.host, port)
        url = self._settings.url(service.port_name) + service.ready_path
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                return (await client.get(url)).is_success
        except httpx.HTTPError:
            return False

    async def _warm_up(self, service: Service) -> None:
        url = self._settings.url(service.port_name) + service.warm_up_path
        with contextlib.suppress(httpx.HTTPError):
            async with httpx.AsyncClient(timeout=service.start_within_s, trust_env=False) as client:
                await client.post(url, json=service.warm_up)

    async def _watch(self, service: Service) -> None:
        """Starts ``service`` again whenever it ends, more slowly the more often it falls at once."""
        falls = 0
        while True:
            since = time.monotonic()
            code = await self._processes[service.name].wait()
            falls = 0 if time.monotonic() - since > WELL_AFTER_S else falls
            delay_s = RESTART_DELAYS_S[min(falls, len(RESTART_DELAYS_S) - 1)]
            falls += 1
            self._say(f"{service.name:<9} ended (code {code}); starting it again in {delay_s:g} s")
            await asyncio.sleep(delay_s)
            await self._spawn(service)
            try:
                await self._await_ready(service)
            except StartFailed as e:
                self._say(str(e))
                _signal_group(self._processes[service.name], signal.SIGKILL)

    def _log_file(self, service: Service) -> Path:
        return self._log_dir / f"{service.name}.log"

    def _last_words(self, service: Service) -> str:
        lines = self._log_file(service).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"{lines[-1] if lines else 'it said nothing'} (log: {self._log_file(service)})"


async def _is_open(host: str, port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


def _user_of(port: int) -> str:
    """Who listens on ``port``, as far as the system tells."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            is_listener = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if is_listener and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return "what uses it"


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    # The group outlives its leader while any member lives, so children of an ended service are reached as well.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _die_with_parent() -> None:
    """Runs in the child: on Linux it ends with the supervisor even when that is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
