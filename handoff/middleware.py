"""ASGI middleware."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handoff.errors import TooLarge


def too_large() -> TooLarge:
    """Made anew each time: an error that is raised keeps what its callers held for as long as it lives."""
    return TooLarge("body_too_large", "发送的内容太大了，请减少后重试。")


# The only addresses that take files: who asks and how often is checked before any of it is read.
UPLOADS = ("/attachments", "/canned-replies/import")


class BodyLimit:
    """Refuse request bodies above a size with 413, whether or not they announce it."""

    def __init__(self, app: ASGIApp, limit_bytes: int, uploads_limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes
        self._uploads_limit_bytes = uploads_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """(ASGI)"""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].endswith(UPLOADS):
            await self._streamed(scope, receive, send, self._uploads_limit_bytes)
            return
        # Read here, up to the limit, so that the application never sees half a body.
        parts: list[Message] = []
        size = 0
        while True:
            part = await receive()
            parts.append(part)
            size += len(part.get("body", b""))
            if size > self._limit_bytes:
                await _refuse(scope, receive, send)
                return
            if part["type"] != "http.request" or not part.get("more_body", False):
                break

        async def replay() -> Message:
            return parts.pop(0) if parts else await receive()

        await self._app(scope, replay, send)

    async def _streamed(self, scope: Scope, receive: Receive, send: Send, limit_bytes: int) -> None:
        """The application reads the body when it wants it, and is stopped at the limit."""
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit_bytes:
            await _refuse(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            part = await receive()
            size += len(part.get("body", b""))
            if size > limit_bytes:
                raise too_large()
            return part

        await self._app(scope, counted, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    error = too_large()
    await JSONResponse(error.body(), error.status)(scope, receive, send)
