"""The application: API, phone page, and the state they share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from sandbox.wechat import api, phone
from sandbox.wechat.platform import Platform


def create_app(platform: Platform) -> FastAPI:
    """The stand-in around this state."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await platform.close()

    app = FastAPI(title="Sandbox WeChat platform", lifespan=lifespan)
    app.state.platform = platform
    app.include_router(api.router)
    app.include_router(phone.router)
    return app
