"""ASGI middleware."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOO_LARGE = {"error": {"code": "body_too_large", "message": "发送的内容太大了，请减少后重试。"}}

UPLOADS = ("/attachments", "/canned-replies/import")  # the only addresses that take files


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
        limit_bytes = self._uploads_limit_bytes if scope["path"].endswith(UPLOADS) else self._limit_bytes
        # Read here, up to the limit, so that the application never sees half a body.
        parts: list[Message] = []
        size = 0
        while True:
            part = await receive()
            parts.append(part)
            size += len(part.get("body", b""))
            if size > limit_bytes:
                await JSONResponse(TOO_LARGE, 413)(scope, receive, send)
                return
            if part["type"] != "http.request" or not part.get("more_body", False):
                break

        async def replay() -> Message:
            return parts.pop(0) if parts else await receive()

        await self._app(scope, replay, send)
