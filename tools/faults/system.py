"""The system under test: the whole product with two handoff processes, each of them to be killed at will."""

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tools.run.product import free_ports, kept_secret
from tools.run.services import handoff_service, services
from tools.run.settings import PORT_DEFAULTS, Settings
from tools.run.supervisor import Supervisor

SECOND_PORT = "XIAOQIAO_PORT_2"
CANARY_EVERY_S = 0.1
RECOVERY_WITHIN_S = 180.0


@dataclass(frozen=True)
class Fault:
    """One kill, when it was (monotonic), and how long the product needed to serve again, in seconds."""

    name: str
    at_s: float
    recovery_s: float


class System:
    """Two handoff processes on one Valkey that writes every change to disk, and all the rest once."""

    def __init__(self, data_dir: Path) -> None:
        names = [*PORT_DEFAULTS, SECOND_PORT]
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        secrets = {"XIAOQIAO_SERVICE_TOKEN": "fault-run-" + os.urandom(16).hex()}
        secrets["XIAOQIAO_IDENTITY_SECRET"] = os.urandom(32).hex()
        # One address plays all customers here, many more than its rate limit lets in.
        limits = ("VISITORS_PER_MINUTE", "MESSAGES_PER_MINUTE", "MESSAGES_PER_MINUTE_ADDRESS", "CALLS_PER_MINUTE")
        generous = {f"XIAOQIAO_{limit}": "1000000" for limit in limits}
        self._settings = Settings("127.0.0.1", ports, "", data_dir, {**secrets, **generous})
        second = handoff_service(self._settings, "handoff-2", SECOND_PORT)
        started = [*services(self._settings, fsync="always"), second]
        self._services = {service.name: service for service in started}
        self._log: list[str] = []
        self._supervisor = Supervisor(self._settings, started, self._log.append)
        self.urls = [self._settings.url("XIAOQIAO_PORT"), self._settings.url(SECOND_PORT)]
        self.faults: list[Fault] = []

    async def start(self) -> None:
        """Starts everything; raises the supervisor's errors."""
        await self._supervisor.start()

    async def stop(self) -> None:
        """Stops everything."""
        await self._supervisor.stop()

    def admin_password(self) -> str:
        """What the first start made."""
        return kept_secret(self._settings.data_dir, "admin_password")

    async def kill(self, name: str) -> None:
        """SIGKILL to ``name``, then waits until it serves again and a customer can come in."""
        started = time.monotonic()
        self._supervisor.signal(name, signal.SIGKILL)
        await asyncio.sleep(CANARY_EVERY_S)
        while not (await self._supervisor.answers(self._services[name]) and await self._lets_in()):
            if time.monotonic() - started > RECOVERY_WITHIN_S:
                raise TimeoutError(f"{name} did not come back within {RECOVERY_WITHIN_S:.0f} s after a kill")
            await asyncio.sleep(CANARY_EVERY_S)
        self.faults.append(Fault(name, started, time.monotonic() - started))

    async def _lets_in(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
                answers = [await http.post(f"{url}/api/v1/visitors", json={"channel": "web"}) for url in self.urls]
                return all(answer.is_success for answer in answers)
        return False
