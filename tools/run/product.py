"""The whole product for a while: started as ``make run`` starts it, on free ports, its data in a folder of its own.

End-to-end tests and screenshots use it.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil

from tools.run.settings import PORT_DEFAULTS, ROOT

# What each process's command line holds and no other's does.
MARKS = {
    "rasa": "rasa run",
    "actions": "-m actions",
    "operator": "-m sandbox.operator",
    "wechat": "-m sandbox.wechat",
    "handoff": "-m handoff",
    "valkey": "valkey-server",
}
CHROMIUM = "/usr/bin/chromium"
# Headless, and without the calls to its maker that a browser makes by itself.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
START_WITHIN_S = 240
STOP_WITHIN_S = 30


class Product:
    """A running product. `always_open`: its people work at any hour, so that nothing depends on when it is started.

    Attributes:
        url: the address of the handoff service and the pages.
        wechat_url: the address of the stand-in for the WeChat platform and its phone page.
        admin_password: what the first start made.
    """

    def __init__(self, data_dir: Path, *, always_open: bool = False) -> None:
        ports = {name: str(port) for name, port in zip(PORT_DEFAULTS, free_ports(len(PORT_DEFAULTS)), strict=True)}
        environment = {**os.environ, **ports, "XIAOQIAO_DATA_DIR": str(data_dir)}
        environment.pop("REDIS_URL", None)
        if always_open:
            environment["XIAOQIAO_REFERENCE_DIR"] = str(_without_hours(data_dir))
        self.url = f"http://127.0.0.1:{ports['XIAOQIAO_PORT']}"
        self.wechat_url = f"http://127.0.0.1:{ports['XIAOQIAO_WECHAT_PORT']}"
        self._data_dir = data_dir
        self._output = (data_dir / "run.out").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"], cwd=ROOT, env=environment, stdout=self._output, stderr=self._output
        )
        self._await_start()
        self.admin_password = self.secret("admin_password")

    def log(self, name: str) -> str:
        """The log of the process ``name`` so far."""
        return (self._data_dir / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def secret(self, name: str) -> str:
        """The secret ``name`` that the first start made."""
        return kept_secret(self._data_dir, name)

    def process(self, name: str) -> psutil.Process:
        """The running process ``name`` (see ``MARKS``)."""
        for child in psutil.Process(self._process.pid).children():
            with contextlib.suppress(psutil.Error):
                if MARKS[name] in " ".join(child.cmdline()):
                    return child
        raise LookupError(f"{name} does not run")

    def processes(self) -> list[psutil.Process]:
        """Every process of the product, the supervisor not included."""
        return psutil.Process(self._process.pid).children(recursive=True)

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """``name`` accepts connections but does nothing while the block runs."""
        process = self.process(name)
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    def stop(self) -> None:
        """Ctrl-C; fails when the product does not end in time."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_WITHIN_S)
        finally:
            self._process.kill()
            self._output.close()

    def _await_start(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            said = self._said()
            if "Ctrl-C stops everything" in said:
                return
            if self._process.poll() is not None:
                raise AssertionError(f"the product ended at its start:\n{said}")
            time.sleep(0.2)
        self._process.kill()
        raise AssertionError(f"the product did not start within {START_WITHIN_S} s:\n{self._said()}")

    def _said(self) -> str:
        return (self._data_dir / "run.out").read_text(encoding="utf-8", errors="replace")


def kept_secret(data_dir: Path, name: str) -> str:
    """The secret ``name`` that the first start made in ``data_dir``."""
    return (data_dir / "secrets" / name.lower()).read_text(encoding="utf-8").strip()


def wait_until(condition: Callable[[], object], within_s: float, what: str) -> None:
    """Waits until ``condition()`` holds; connection errors count as not yet."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if condition():
                return
        time.sleep(0.05)
    raise AssertionError(f"not within {within_s} s: {what}")


def _without_hours(data_dir: Path) -> Path:
    """The project's groups, dispositions, tasks and replies; without a file of working hours people always work."""
    folder = data_dir / "reference"
    folder.mkdir(exist_ok=True)
    for name in ("skill_groups.yml", "dispositions.yml", "tasks.yml", "canned_replies.yml"):
        shutil.copyfile(ROOT / "data" / name, folder / name)
    return folder


def free_ports(count: int) -> list[int]:
    """``count`` ports that nobody listens on just now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
