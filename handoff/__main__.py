"""`python -m handoff`: run the handoff service until it is told to stop."""

import argparse
import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from pydantic import ValidationError

from handoff import logs, secret_files
from handoff.app import create_app
from handoff.errors import StartupError, StorageUnavailable
from handoff.services import Services
from handoff.settings import Settings
from handoff.stores.connection import wait
from handoff.usecases import accounts

log = structlog.get_logger(__name__)

STORAGE_PAUSE_S = 1.0

EPILOG = """\
settings are environment variables (docs/architecture.md, "Settings"):
  XIAOQIAO_HOST, XIAOQIAO_PORT      where to listen (127.0.0.1:8000)
  REDIS_URL                         Redis >= 7 or Valkey; empty: the embedded one on XIAOQIAO_REDIS_PORT (6390)
  XIAOQIAO_RASA_URL                 the assistant (http://127.0.0.1:5005)
  XIAOQIAO_OPERATOR_URL             the operator's systems, for demo identities (http://127.0.0.1:8090)
  XIAOQIAO_ENV                      development or production
  XIAOQIAO_TRUSTED_PROXIES          reverse proxies whose X-Forwarded-For is believed (127.0.0.1)
  XIAOQIAO_SERVICE_TOKEN, XIAOQIAO_IDENTITY_SECRET, XIAOQIAO_DATA_DIR, XIAOQIAO_ASSISTANT_TIMEOUT_S, ...
secrets may stand in files: XIAOQIAO_SERVICE_TOKEN_FILE, XIAOQIAO_IDENTITY_SECRET_FILE, REDIS_URL_FILE,
  XIAOQIAO_DATABASE_URL_FILE
"""


def main() -> int:
    """Start; 0 after an orderly end, 1 with one clear line when it cannot start."""
    parser = argparse.ArgumentParser(
        prog="python -m handoff",
        description="Xiaoqiao handoff service: conversations, queue and human agents.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, help="instead of XIAOQIAO_PORT")
    arguments = parser.parse_args()
    # uvicorn ends in order on SIGTERM and then raises it again: like this, an ordered end is exit code 0.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = _settings(arguments.port)
        logs.configure(settings.log_level)
        listener = _listen(settings)
        asyncio.run(_serve(Services.build(settings), listener))
    except StartupError as error:
        print(f"handoff: {error.message}", file=sys.stderr)
        return 1
    except StorageUnavailable:
        print("handoff: Redis went away during the start: start again when it is back.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _settings(port: int | None) -> Settings:
    try:
        settings = Settings()
        if port is not None:
            settings = Settings.model_validate({**settings.model_dump(), "port": port})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise StartupError(f"setting {name} is wrong: {first['msg']}.") from error
    return secret_files.with_secrets(settings)


def _listen(settings: Settings) -> socket.socket:
    """Bind first: a port in use is told at once, and not after waiting for Redis."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Handed down to every connection; asyncio sets it only on sockets it made itself. Without it the second of two
    # small writes (head and body of an answer, two frames) waits for the client's delayed acknowledgement: 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with _address_errors(settings):
        listener.bind((settings.host, settings.port))
    return listener


@contextmanager
def _address_errors(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        address = f"{settings.host}:{settings.port}"
        if error.errno == errno.EADDRINUSE:
            raise StartupError(f"{address} is in use: stop what runs there or set XIAOQIAO_PORT.") from error
        raise StartupError(f"cannot listen on {address}: {os.strerror(error.errno or 0)}.") from error


async def _serve(services: Services, listener: socket.socket) -> None:
    settings = services.settings
    await _wait_for_storage(services)
    await _check_storage(services)
    await _first_administrator(services)
    with _address_errors(settings):
        listener.listen()  # two sockets can be bound to one port as long as none of them listens
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(services),
            log_config=None,
            access_log=False,
            ws="websockets-sansio",
            ws_max_size=settings.body_limit_bytes,
            # Open WebSockets must not hold up the end: clients resume by number.
            timeout_graceful_shutdown=int(settings.shutdown_grace_s),
            server_header=False,
            forwarded_allow_ips=settings.trusted_proxies,
        )
    )
    print(f"handoff: http://{settings.host}:{settings.port}", flush=True)
    await server.serve(sockets=[listener])


async def _check_storage(services: Services) -> None:
    """Refuse (production) or warn of a Redis that may lose conversations by its own settings."""
    risks = await services.server.risks()
    if risks is None:
        log.info("storage_settings_unknown")
        return
    if not risks:
        return
    settings = services.settings
    if settings.is_production and not settings.redis_may_lose:
        raise StartupError(
            f"Redis may lose what it is given ({', '.join(risks)}): set appendonly yes and maxmemory-policy noeviction "
            "there, or XIAOQIAO_REDIS_MAY_LOSE=true to accept it."
        )
    log.warning("storage_may_lose_data", settings=risks)


async def _first_administrator(services: Services) -> None:
    """Create `admin` at the very first start and say where the password is."""
    if not await accounts.lacks_administrator(services):
        return
    # In a file of its owner's, and never printed: what is printed ends in logs, which are kept and read by others.
    # Written before the account is made, so that no crash leaves an account whose password nobody has.
    path = secret_files.path_of(services.settings, "admin_password")
    password = secret_files.load_or_make(path, length=12)
    if await accounts.create_first_administrator(services, password):
        print(
            f"首次启动：已创建管理员 {accounts.FIRST_USERNAME}，密码在 {path.resolve()}"
            "（只有本机用户可读；登录后请修改密码并删除这个文件）",
            flush=True,
        )


async def _wait_for_storage(services: Services) -> None:
    told = False
    while True:
        try:
            await wait(services.redis.ping())
            return
        except StorageUnavailable:
            if not told:
                where = services.settings.storage_url.rsplit("@", 1)[-1]
                print(f"handoff: waiting for Redis at {where} ...", file=sys.stderr, flush=True)
                told = True
            await asyncio.sleep(STORAGE_PAUSE_S)


if __name__ == "__main__":
    sys.exit(main())
