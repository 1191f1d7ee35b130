"""The application: middleware, error answers, routes, and what runs beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from handoff import shutdown
from handoff.archive.archivist import Archivist
from handoff.archive.audit import ArchivedAuditLog
from handoff.archive.customers import ArchivedCustomers
from handoff.archive.database import Database
from handoff.archive.figures import ArchivedFigures
from handoff.archive.history import ArchivedHistory
from handoff.archive.reviews import ArchivedReviews
from handoff.channels.wechat.channel import WeChatChannel
from handoff.description import with_frames
from handoff.errors import HandoffError, TooManyRequests
from handoff.keeper import Keeper
from handoff.middleware import BodyLimit
from handoff.routes import (
    administration,
    agent,
    agent_customers,
    agent_knowledge,
    agent_notes,
    agent_stream,
    attachments,
    audit,
    canned,
    customer,
    customer_stream,
    demo,
    feedback,
    health,
    hours,
    internal,
    metrics,
    pages,
    reveal,
    skill_groups,
    supervision,
    tickets,
    webhooks,
)
from handoff.services import Services
from handoff.turns import Worker
from handoff.usecases.attachments import sweep
from handoff.webhooks import Teller

log = structlog.get_logger(__name__)

STATUS_MESSAGES = {
    404: ("not_found", "没有这个地址。"),
    405: ("method_not_allowed", "这个地址不支持这种请求方式。"),
}

DESCRIPTION = """
会话、排队与人工坐席服务。

- **customer**: the widget: open a chat, send, read, leave the queue. WebSocket `/api/v1/conversation/stream`.
- **agent**: the console: log in, see the queue, claim, reply, close. WebSocket `/api/v1/agent/stream`.
- **internal**: the assistant's actions: handoff requests.

Every error is `{"error": {"code", "message"}}`: a code for programs, one Chinese sentence for people.
"""

# The routes of every installation. FastAPI prepares them at their first request, once a process and not once an app.
API = APIRouter()
for module in (
    customer,
    customer_stream,
    agent,
    agent_customers,
    agent_knowledge,
    administration,
    agent_notes,
    agent_stream,
    attachments,
    audit,
    canned,
    feedback,
    internal,
    health,
    hours,
    metrics,
    reveal,
    skill_groups,
    supervision,
    tickets,
    webhooks,
):
    API.include_router(module.router)


def create_app(services: Services) -> FastAPI:
    """The application around these parts. Secrets must be set (secret_files.with_secrets)."""
    settings = services.settings
    wechat = WeChatChannel.configured(services)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        worker = Worker(services)
        archive = Database(settings.archive_url)
        services.conversations.read_past_from(ArchivedHistory(archive))
        services.figures.read_from(ArchivedFigures(archive))
        services.audit.read_from(ArchivedAuditLog(archive))
        services.reviews.read_from(ArchivedReviews(archive))
        services.customer_book.read_from(ArchivedCustomers(archive))
        background = [
            asyncio.create_task(services.hub.run(), name="hub"),
            asyncio.create_task(worker.run(), name="worker"),
            asyncio.create_task(Keeper(services).run(), name="keeper"),
            asyncio.create_task(sweep(services), name="uploads"),
            asyncio.create_task(Archivist(services, archive).run(), name="archivist"),
        ]
        if services.webhook_targets:
            background.append(asyncio.create_task(Teller(services).run(), name="webhooks"))
        if wechat is not None:
            background.append(asyncio.create_task(wechat.run(), name="wechat"))
        try:
            yield
        finally:
            await shutdown.end(background, settings.shutdown_grace_s)
            await worker.drain(settings.shutdown_grace_s)
            if wechat is not None:
                await wechat.close(settings.shutdown_grace_s)
            await archive.close()
            await services.close()

    app = FastAPI(
        title="Xiaoqiao handoff service",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None if settings.is_production else "/docs",
        redoc_url=None,
    )
    app.state.services = services
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Date"],  # the widget corrects devices whose clock is wrong
            max_age=600,
        )
    app.add_middleware(
        BodyLimit, limit_bytes=settings.body_limit_bytes, uploads_limit_bytes=settings.attachment_limit_bytes + 1
    )
    app.add_exception_handler(HandoffError, _handoff_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected_error)
    app.router.routes.extend(API.routes)
    if not settings.is_production:
        app.include_router(demo.router)
    for router in wechat.routers() if wechat is not None else []:
        app.include_router(router)
    pages.mount(app, settings.web_dir)
    app.openapi = with_frames(app)  # type: ignore[method-assign]
    return app


def _handoff_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HandoffError)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooManyRequests) else None
    return JSONResponse(error.body(), error.status, headers)


def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Where and what, but not the input itself: it may hold a password, or bytes that cannot be written back.
    details = [
        {"field": ".".join(str(part) for part in row["loc"] if not isinstance(part, bytes)), "problem": row["type"]}
        for row in error.errors()[:10]
    ]
    fields = "、".join(dict.fromkeys(detail["field"] for detail in details))
    message = f"请求内容有误，请检查：{fields}。".encode("utf-8", "replace").decode()
    return JSONResponse({"error": {"code": "invalid_input", "message": message, "details": details}}, 422)


def _http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, message = STATUS_MESSAGES.get(error.status_code, ("bad_request", "请求有误，请检查后重试。"))
    return JSONResponse({"error": {"code": code, "message": message}}, error.status_code, error.headers)


def _unexpected_error(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected_error", path=request.url.path, exc_info=error)
    return JSONResponse({"error": {"code": "internal_error", "message": "服务出了点问题，请稍后重试。"}}, 500)
