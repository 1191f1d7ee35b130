"""The agent's WebSocket: the live queue, and messages of the conversations the agent serves."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, WebSocket

from handoff.attachments.addresses import Audience
from handoff.deps import AddressDep, ServicesDep
from handoff.errors import HandoffError, Unauthorized
from handoff.events import QUEUE_TOPIC, SETTINGS_TOPIC, TICKET_TOPIC, agent_topic
from handoff.models import Agent
from handoff.routes.agent_writer import Writer
from handoff.routes.socket import Socket, bad_frame, parse, persistently, run_together, serve
from handoff.schemas.agent import AgentAuthFrame, AgentReadFrame, AgentTypingFrame, TicketFrame, WatchFrame
from handoff.schemas.frames import PongFrame
from handoff.services import Services
from handoff.usecases import accounts
from handoff.vocabulary import Sender

router = APIRouter(prefix="/api/v1")


@router.websocket("/agent/stream")
async def stream(websocket: WebSocket, services: ServicesDep, address: AddressDep) -> None:
    """First frame {type: auth, token}; an open stream is the agent's heartbeat."""

    async def authenticate(frame: dict[str, Any]) -> Callable[[Socket], Coroutine[Any, Any, None]]:
        family = await accounts.family_of(services, parse(AgentAuthFrame, frame).token)
        agent = await accounts.agent_of_family(services, family)
        return lambda socket: _talk(services, socket, family, agent)

    await serve(services, websocket, address, authenticate, Audience.AGENT)


async def _talk(services: Services, socket: Socket, family: str, agent: Agent) -> None:
    with services.hub.subscribe(QUEUE_TOPIC, TICKET_TOPIC, SETTINGS_TOPIC, agent_topic(agent.id)) as subscription:
        writer = Writer(services, socket, subscription, agent, family)
        try:
            await run_together(
                _read(services, socket, writer),
                writer.run(),
                _beat(services, socket, writer),
            )
        finally:
            await writer.stop_watching()


async def _beat(services: Services, socket: Socket, writer: Writer) -> None:
    """Keep the agent present, and end the stream when the session ends."""
    while True:
        await persistently(socket, writer.check_session)
        await persistently(socket, writer.keep_watching)
        await asyncio.sleep(services.settings.heartbeat_s / 3)


async def _read(services: Services, socket: Socket, writer: Writer) -> None:
    while True:
        try:
            frame = await socket.receive()
            if frame.get("type") != "ping":
                # What they may do now counts, not what they might when the stream began.
                await writer.check_session()
            match frame.get("type"):
                case "typing":
                    conversation_id = parse(AgentTypingFrame, frame).conversation_id
                    if writer.serves(conversation_id):
                        await services.hub.typing(conversation_id, Sender.AGENT)
                case "watch":
                    await writer.watch(parse(WatchFrame, frame).conversation_id)
                case "unwatch":
                    await writer.unwatch(parse(WatchFrame, frame).conversation_id)
                case "follow_ticket":
                    await writer.follow_ticket(parse(TicketFrame, frame).ticket_id)
                case "leave_ticket":
                    writer.leave_ticket(parse(TicketFrame, frame).ticket_id)
                case "read":
                    mark = parse(AgentReadFrame, frame)
                    await services.conversations.read_up_to(mark.conversation_id, mark.seq, writer.agent_id)
                case "ping":
                    await socket.send(PongFrame())
                case _:
                    raise bad_frame()
        except Unauthorized:
            raise
        except HandoffError as error:
            await socket.send_error(error)
