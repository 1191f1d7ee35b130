"""What both WebSockets share: reading frames, the first frame, errors as frames."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog
from fastapi import WebSocket
from pydantic import BaseModel, ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketState

from handoff import shutdown
from handoff.attachments.addresses import Audience
from handoff.errors import BadInput, HandoffError, StorageUnavailable, Unauthorized
from handoff.open_streams import Pace
from handoff.routes.shown import shown
from handoff.schemas.common import ErrorDetail
from handoff.schemas.frames import ErrorFrame, Frame
from handoff.services import Services

log = structlog.get_logger(__name__)

AUTH_TIMEOUT_S = 10.0
# Close codes: 4401 like HTTP 401 (do not reconnect with this token), 1013 "try again later".
UNAUTHORIZED = 4401
TRY_AGAIN = 1013
RETRY_S = 1.0

Said = TypeVar("Said", bound=BaseModel)


def bad_frame() -> BadInput:
    """Made anew each time: an error that is raised keeps the frame and its socket for as long as it lives."""
    return BadInput("bad_frame", "收到的数据格式不对，请刷新页面后重试。")


class Socket:
    """One accepted WebSocket that speaks JSON frames."""

    def __init__(self, websocket: WebSocket, pace: Pace, show: Callable[[Frame], Frame]) -> None:
        """`show` makes of a frame what its audience may see."""
        self._websocket = websocket
        self._pace = pace
        self._show = show
        self._sending = asyncio.Lock()

    async def send(self, frame: Frame) -> None:
        """Send one frame."""
        async with self._sending:
            await self._websocket.send_text(self._show(frame).model_dump_json())

    async def send_error(self, error: HandoffError, client_message_id: str | None = None) -> None:
        """Send an error frame; the id says which `send` of the client it answers."""
        detail = ErrorDetail.model_validate(error.body()["error"])
        await self.send(ErrorFrame(error=detail, client_message_id=client_message_id))

    async def receive(self) -> dict[str, Any]:
        """The next frame. BadInput when it is no JSON object; WebSocketDisconnect when the client is gone."""
        await self._pace.keep()
        received = await self._websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code") or 1000)
        try:
            frame = json.loads(received.get("text") or "")
        except (ValueError, RecursionError) as error:
            raise bad_frame() from error
        if not isinstance(frame, dict):
            raise bad_frame()
        return frame

    async def close(self, code: int) -> None:
        """Close, if it is still open."""
        if self._websocket.application_state == WebSocketState.CONNECTED:
            await self._websocket.close(code)


def parse(model: type[Said], frame: dict[str, Any]) -> Said:
    """A frame as its model; BadInput when it does not fit."""
    try:
        return model.model_validate(frame)
    except (ValidationError, UnicodeError) as error:
        raise bad_frame() from error


async def serve(
    services: Services,
    websocket: WebSocket,
    address: str,
    authenticate: Callable[[dict[str, Any]], Awaitable[Callable[[Socket], Coroutine[Any, Any, None]]]],
    audience: Audience,
) -> None:
    """Accept, wait for the auth frame, run the conversation; whatever ends it, end it politely.

    `address`: where it comes from, for the limits. `audience`: who is at the other end.
    """
    await websocket.accept()
    settings = services.settings
    socket = Socket(websocket, Pace(settings.frames_per_second), lambda frame: shown(services, frame, audience))
    try:
        with services.open_streams.one_more({f"address:{address}": settings.streams_per_address}):
            try:
                async with asyncio.timeout(AUTH_TIMEOUT_S):
                    frame = await socket.receive()
            except TimeoutError as error:
                raise Unauthorized("auth_timeout", "没有及时收到登录信息，请刷新页面。") from error
            talk = await authenticate(frame)
            await talk(socket)
    except (Unauthorized, BadInput) as error:
        await _last_words(socket, error, UNAUTHORIZED)
    except HandoffError as error:
        await _last_words(socket, error, TRY_AGAIN)
    except WebSocketDisconnect:
        pass


async def run_together(*parts: Coroutine[Any, Any, None]) -> None:
    """Run the reading and the writing side until one ends; end the other."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await shutdown.end_parts(tasks)
    for task in done:
        if not task.cancelled() and (error := task.exception()) is not None:
            # Sending on a socket whose client has gone raises RuntimeError in Starlette; it is the same as gone.
            if isinstance(error, RuntimeError):
                raise WebSocketDisconnect(1006) from error
            raise error


async def persistently(socket: Socket, step: Callable[[], Awaitable[None]]) -> None:
    """Do a step of the writing side; while Redis is away say so once and try again until it is back."""
    told = False
    while True:
        try:
            await step()
            return
        except StorageUnavailable as error:
            if not told:
                await socket.send_error(error)
                told = True
            await asyncio.sleep(RETRY_S)


async def _last_words(socket: Socket, error: HandoffError, code: int) -> None:
    try:
        await socket.send_error(error)
        await socket.close(code)
    except (RuntimeError, WebSocketDisconnect):
        log.debug("client_gone")
