"""The agent's WebSocket: the live queue, and messages of the conversations the agent serves."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, WebSocket

from handoff.deps import ServicesDep
from handoff.errors import HandoffError, Unauthorized
from handoff.events import BACK, QUEUE_TOPIC, Notice, Subscription, agent_topic, conversation_topic
from handoff.models import Agent
from handoff.routes.socket import BAD_FRAME, Socket, parse, persistently, run_together, serve
from handoff.schemas.agent import AgentAuthFrame, AgentConversationSummary, AgentTypingFrame
from handoff.services import Services
from handoff.usecases import accounts, service
from handoff.vocabulary import Sender

router = APIRouter(prefix="/api/v1")

PAGE = 200
# Notices are gathered this long: a hundred claims in a moment are one snapshot a screen.
GATHER_S = 0.05


@router.websocket("/agent/stream")
async def stream(websocket: WebSocket, services: ServicesDep) -> None:
    """First frame {type: auth, token}; an open stream is the agent's heartbeat."""

    async def authenticate(frame: dict[str, Any]) -> Callable[[Socket], Coroutine[Any, Any, None]]:
        token = parse(AgentAuthFrame, frame).token
        agent = await accounts.agent_of(services, token)
        return lambda socket: _talk(services, socket, token, agent)

    await serve(websocket, authenticate)


async def _talk(services: Services, socket: Socket, token: str, agent: Agent) -> None:
    with services.hub.subscribe(QUEUE_TOPIC, agent_topic(agent.id)) as subscription:
        writer = Writer(services, socket, subscription, agent)
        await run_together(
            _read(services, socket, writer),
            writer.run(),
            _beat(services, socket, token),
        )


async def _beat(services: Services, socket: Socket, token: str) -> None:
    """Keep the agent present, and end the stream when the session ends."""
    while True:
        await persistently(socket, lambda: _check_session(services, token))
        await asyncio.sleep(services.settings.heartbeat_s / 3)


async def _check_session(services: Services, token: str) -> None:
    await accounts.agent_of(services, token)


class Writer:
    """Sends the queue as a whole, and of each conversation what the client has not seen."""

    def __init__(self, services: Services, socket: Socket, subscription: Subscription, agent: Agent) -> None:
        self._services = services
        self._socket = socket
        self._subscription = subscription
        self._agent = agent
        self._sent_seq: dict[str, int] = {}  # conversations this agent serves
        self._sent_rows: dict[str, AgentConversationSummary] = {}

    def serves(self, conversation_id: str) -> bool:
        """Whether the agent serves this conversation, as far as the stream knows."""
        return conversation_id in self._sent_seq

    async def run(self) -> None:
        """Send `ready` and the queue, then what comes."""
        await persistently(self._socket, self._ready)
        await self._react([BACK])
        while True:
            notices = await self._subscription.take()
            for notice in notices:
                if notice.kind == "typing" and notice.sender != Sender.AGENT and self.serves(notice.conversation or ""):
                    await self._socket.send("typing", conversation_id=notice.conversation, sender=notice.sender)
            if all(notice.kind == "typing" for notice in notices):
                continue
            await asyncio.sleep(GATHER_S)
            await self._react(notices)

    async def _react(self, notices: list[Notice]) -> None:
        kinds = {notice.kind for notice in notices}
        if kinds & {"assigned", "removed", "back", "lost"}:
            await persistently(self._socket, self._assignments)
        if kinds & {"back", "lost"}:
            concerned = set(self._sent_seq)
        else:
            concerned = {n.conversation for n in notices if n.conversation and self.serves(n.conversation)}
        for conversation_id in sorted(concerned):
            await persistently(self._socket, lambda which=conversation_id: self._messages(which))  # type: ignore[misc]
        if concerned:
            await persistently(self._socket, lambda: self._conversations(concerned))
        if kinds & {"queue", "back", "lost"}:
            await persistently(self._socket, self._queue)

    async def _ready(self) -> None:
        mine = await service.my_conversations(self._services, self._agent)
        for row in mine:
            self._subscription.follow(conversation_topic(row.id))
        self._sent_seq = {row.id: row.last_seq for row in mine}
        await self._socket.send("ready", agent=self._agent, conversations=mine)

    async def _queue(self) -> None:
        await self._socket.send("queue", requests=await service.queue_for(self._services, self._agent))

    async def _assignments(self) -> None:
        """Conversations that came (their earlier messages are read over HTTP) and those that went."""
        mine = {row.id: row for row in await service.my_conversations(self._services, self._agent)}
        for gone in set(self._sent_seq) - set(mine):
            conversation = await self._services.conversations.get(gone)
            # What the customer writes to the assistant after the service is not the agent's any more.
            await self._messages(gone, until=conversation.episode_started_seq if conversation else 0)
            del self._sent_seq[gone]
            self._subscription.unfollow(conversation_topic(gone))
            self._sent_rows.pop(gone, None)
            await self._socket.send("conversation_removed", conversation_id=gone)
        for come in set(mine) - set(self._sent_seq):
            self._subscription.follow(conversation_topic(come))
            self._sent_seq[come] = mine[come].last_seq
            await self._send_row(mine[come])
            await self._messages(come)  # what came between reading the row and following the conversation

    async def _messages(self, conversation_id: str, until: int | None = None) -> None:
        while True:
            page = await self._services.conversations.messages(conversation_id, self._sent_seq[conversation_id], PAGE)
            for message in page:
                if until is not None and message.seq > until:
                    return
                await self._socket.send("message", conversation_id=conversation_id, message=message)
                self._sent_seq[conversation_id] = message.seq
            if len(page) < PAGE:
                return

    async def _conversations(self, ids: set[str]) -> None:
        found = [one for one in await self._services.conversations.get_many(sorted(ids)) if one]
        for row in await service.summaries(self._services, found):
            await self._send_row(row)

    async def _send_row(self, row: AgentConversationSummary) -> None:
        if self._sent_rows.get(row.id) != row:
            self._sent_rows[row.id] = row
            await self._socket.send("conversation", conversation=row)


async def _read(services: Services, socket: Socket, writer: Writer) -> None:
    while True:
        try:
            frame = await socket.receive()
            match frame.get("type"):
                case "typing":
                    conversation_id = parse(AgentTypingFrame, frame).conversation_id
                    if writer.serves(conversation_id):
                        await services.hub.typing(conversation_id, Sender.AGENT)
                case "ping":
                    await socket.send("pong")
                case _:
                    raise BAD_FRAME
        except Unauthorized:
            raise
        except HandoffError as error:
            await socket.send_error(error)
