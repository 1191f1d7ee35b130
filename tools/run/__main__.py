"""``python -m tools.run``: run the whole product until Ctrl-C."""

import argparse
import asyncio
import contextlib
import fcntl
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.run.services import ModelMissing, services
from tools.run.settings import Settings, SettingsError, load_settings
from tools.run.supervisor import StartFailed, Supervisor

ADDRESSES = """
  客户聊天演示 customer demo   {base}/
  坐席工作台   agent console   {base}/console/
  接口说明     API             {base}/docs
{wechat}
  First start: the password of the administrator (admin) is in {password}
  Ctrl-C stops everything."""

WECHAT_ADDRESS = "  微信演示     WeChat phone    {url}/\n"


class AlreadyRunning(Exception):
    """Another run uses the same data folder."""


def main() -> int:
    """Runs until stopped; returns the exit code."""
    argparse.ArgumentParser(
        prog="make run", description="Run the whole product on this machine. Settings: docs/architecture.md."
    ).parse_args()
    try:
        settings = load_settings()
        with _sole_run(settings.data_dir):
            return asyncio.run(_run(settings))
    except (SettingsError, ModelMissing, AlreadyRunning) as e:
        print(f"run: {e}", file=sys.stderr)
        return 1


async def _run(settings: Settings) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    supervisor = Supervisor(settings, services(settings), say=lambda text: print(text, flush=True))
    stopping = asyncio.create_task(stopped.wait())
    starting = asyncio.create_task(supervisor.start())
    failures: list[BaseException] = []
    try:
        print("starting (Rasa takes longest, up to a minute) …", flush=True)
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            password = settings.data_dir / "secrets" / "admin_password"
            phone = WECHAT_ADDRESS.format(url=settings.url("XIAOQIAO_WECHAT_PORT")) if settings.plays_wechat else ""
            print(ADDRESSES.format(base=settings.url("XIAOQIAO_PORT"), wechat=phone, password=password), flush=True)
            await stopping
    except StartFailed as e:
        failures = [e]
    except ExceptionGroup as e:
        failures = list(e.exceptions)
    finally:
        starting.cancel()
        stopping.cancel()
        await asyncio.gather(starting, stopping, return_exceptions=True)
        print("stopping …", flush=True)
        await supervisor.stop()
    for failure in failures:
        print(f"run: {failure}", file=sys.stderr)
    return 1 if failures else 0


@contextlib.contextmanager
def _sole_run(data_dir: Path) -> Iterator[None]:
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            raise AlreadyRunning(f"another run uses {data_dir}: stop it, or set XIAOQIAO_DATA_DIR") from e
        yield


if __name__ == "__main__":
    sys.exit(main())
