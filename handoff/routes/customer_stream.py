"""The customer's WebSocket: messages by number, the state of the conversation, typing signs."""

from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from fastapi import APIRouter, WebSocket

from handoff.attachments.addresses import Audience
from handoff.deps import AddressDep, ServicesDep
from handoff.errors import HandoffError
from handoff.events import Subscription, conversation_topic
from handoff.open_streams import Seldom
from handoff.routes.socket import Socket, bad_frame, parse, persistently, run_together, serve
from handoff.schemas.common import ConversationView
from handoff.schemas.customer import AuthFrame, ReadFrame, SendFrame
from handoff.schemas.frames import ConversationFrame, MessageFrame, PongFrame, ReadyFrame, SentFrame, TypingFrame
from handoff.services import Services
from handoff.usecases import customers
from handoff.usecases.views import conversation_view, find_conversation
from handoff.vocabulary import Sender

router = APIRouter(prefix="/api/v1")

PAGE = 200
TYPING_EVERY_S = 0.5  # a sign is passed on to every process; more often tells nobody more


@router.websocket("/conversation/stream")
async def stream(websocket: WebSocket, services: ServicesDep, address: AddressDep) -> None:
    """First frame {type: auth, token, after}; then messages after that number, and live ones."""

    async def authenticate(frame: dict[str, Any]) -> Callable[[Socket], Coroutine[Any, Any, None]]:
        auth_frame = parse(AuthFrame, frame)
        conversation_id = await customers.conversation_of(services, auth_frame.token)
        structlog.contextvars.bind_contextvars(conversation_id=conversation_id)
        return lambda socket: _talk(services, socket, address, conversation_id, auth_frame.after)

    await serve(services, websocket, address, authenticate, Audience.CUSTOMER)


async def _talk(services: Services, socket: Socket, address: str, conversation_id: str, after: int) -> None:
    limits = {f"conversation:{conversation_id}": services.settings.streams_per_conversation}
    with (
        services.open_streams.one_more(limits),
        services.hub.subscribe(conversation_topic(conversation_id)) as subscription,
    ):
        reader = Reader(services, socket, address, conversation_id)
        writer = Writer(services, socket, subscription, conversation_id, after)
        await run_together(reader.run(), writer.run())


class Writer:
    """Sends what the client has not seen. Notices only wake it; what it sends it reads from the store."""

    def __init__(
        self, services: Services, socket: Socket, subscription: Subscription, conversation_id: str, after: int
    ) -> None:
        self._services = services
        self._socket = socket
        self._subscription = subscription
        self._conversation_id = conversation_id
        self._sent_seq = after
        self._view: ConversationView | None = None

    async def run(self) -> None:
        """Send `ready`, the missed messages, then what comes."""
        await persistently(self._socket, self._ready)
        await persistently(self._socket, self._messages)
        while True:
            notices = await self._subscription.take()
            kinds = {notice.kind for notice in notices}
            typists = {Sender(notice.sender) for notice in notices if notice.kind == "typing" and notice.sender}
            for sender in typists - {Sender.CUSTOMER}:
                await self._socket.send(TypingFrame(sender=sender))
            if kinds & {"message", "conversation", "back", "lost"}:
                await persistently(self._socket, self._messages)
            # Every message moves last_seq, but only another state or place is worth a frame.
            if kinds & {"conversation", "read", "position", "back", "lost"}:
                await persistently(self._socket, self._conversation)

    async def _ready(self) -> None:
        self._view = await self._read_view()
        # A client that claims to have more than there is would never see the next message.
        self._sent_seq = min(self._sent_seq, self._view.last_seq)
        await self._socket.send(ReadyFrame(conversation=self._view))

    async def _messages(self) -> None:
        while True:
            page = await self._services.conversations.messages(self._conversation_id, self._sent_seq, PAGE)
            for message in page:
                await self._socket.send(MessageFrame(message=message))
                self._sent_seq = message.seq
            if len(page) < PAGE:
                return

    async def _conversation(self) -> None:
        before, self._view = self._view, await self._read_view()
        if before is None or _without_seq(before) != _without_seq(self._view):
            await self._socket.send(ConversationFrame(conversation=self._view))

    async def _read_view(self) -> ConversationView:
        conversation = await find_conversation(self._services, self._conversation_id)
        return await conversation_view(self._services, conversation)


class Reader:
    """Does what the client's frames say."""

    def __init__(self, services: Services, socket: Socket, address: str, conversation_id: str) -> None:
        self._services = services
        self._socket = socket
        self._address = address
        self._conversation_id = conversation_id
        self._typing = Seldom(TYPING_EVERY_S)

    async def run(self) -> None:
        """Read frames until the client is gone; what is wrong with one is answered, and the next one read."""
        while True:
            frame: dict[str, Any] = {}
            try:
                frame = await self._socket.receive()
                await self._handle(frame)
            except HandoffError as error:
                answers = frame.get("client_message_id")
                await self._socket.send_error(error, answers if isinstance(answers, str) else None)

    async def _handle(self, frame: dict[str, Any]) -> None:
        match frame.get("type"):
            case "send":
                wanted = parse(SendFrame, frame)
                accepted = await customers.send(
                    self._services,
                    self._conversation_id,
                    wanted.text,
                    wanted.client_message_id,
                    wanted.payload,
                    wanted.attachments,
                    address=self._address,
                )
                await self._socket.send(SentFrame(client_message_id=wanted.client_message_id, seq=accepted.seq))
            case "typing":
                if self._typing.is_due():
                    await self._services.hub.typing(self._conversation_id, Sender.CUSTOMER)
            case "read":
                await self._services.conversations.read_up_to(self._conversation_id, parse(ReadFrame, frame).seq)
            case "ping":
                await self._socket.send(PongFrame())
            case _:
                raise bad_frame()


def _without_seq(view: ConversationView) -> ConversationView:
    # What the customer has read they know themselves.
    return view.model_copy(update={"last_seq": 0, "customer_read_seq": 0})
