"""What the agent's stream says: the queue, and of the conversations it carries what the client has not seen."""

import asyncio
import contextlib

from handoff.errors import Forbidden, NotFound, StorageUnavailable
from handoff.events import BACK, Notice, Subscription, conversation_topic
from handoff.models import Agent
from handoff.permissions import Permission, may
from handoff.routes.socket import Socket, persistently
from handoff.schemas.agent import AgentConversationSummary
from handoff.schemas.frames import (
    DeskAgentFrame,
    DeskConversationFrame,
    DeskMessageFrame,
    DeskReadyFrame,
    DeskTypingFrame,
    FollowUpsFrame,
    MentionsFrame,
    NotesFrame,
    QueueFrame,
    ReferenceFrame,
    RemovedFrame,
    TicketsFrame,
)
from handoff.schemas.reference import ReferenceData
from handoff.services import Services
from handoff.usecases import accounts, reference, service, ticket_page, ticket_work, watching
from handoff.vocabulary import Sender

PAGE = 200
# Notices are gathered this long: a hundred claims in a moment are one snapshot a screen.
GATHER_S = 0.05


class Writer:
    """Sends the queue as a whole, and of each conversation what the client has not seen."""

    def __init__(
        self, services: Services, socket: Socket, subscription: Subscription, agent: Agent, family: str
    ) -> None:
        self._services = services
        self._socket = socket
        self._subscription = subscription
        self._agent = self._told = agent  # as known, and as the client was told
        self._family = family
        self._sent_seq: dict[str, int] = {}  # conversations the stream carries, for one of these reasons:
        self._served: set[str] = set()
        self._watched: set[str] = set()  # a supervisor looks on
        self._tickets_read: dict[str, str] = {}  # ticket -> its conversation
        self._sent_rows: dict[str, AgentConversationSummary] = {}
        self._sent_names: ReferenceData | None = None

    @property
    def agent_id(self) -> str:
        """Whose stream it is."""
        return self._agent.id

    async def check_session(self) -> None:
        """A sign of life, and who the agent is by now: role and groups may have changed since.

        Unauthorized when the session has ended, whatever became of its access tokens.
        """
        self._agent = await accounts.agent_of_family(self._services, self._family)

    def serves(self, conversation_id: str) -> bool:
        """Whether the agent serves this conversation, as far as the stream knows."""
        return conversation_id in self._served

    def follows(self, conversation_id: str) -> bool:
        """Whether the stream carries this conversation: served, watched, or that of a ticket."""
        return conversation_id in self._sent_seq

    async def watch(self, conversation_id: str) -> None:
        """Carry a conversation that somebody else serves."""
        if conversation_id in self._served | self._watched:
            return
        last_seq = await watching.watch(self._services, self._agent, conversation_id)
        self._watched.add(conversation_id)
        await self._carry(conversation_id, last_seq)

    async def unwatch(self, conversation_id: str) -> None:
        """No longer; a conversation that has become the agent's own stays."""
        if conversation_id not in self._watched:
            return
        self._watched.discard(conversation_id)
        self._drop(conversation_id)
        await self._services.watches.unwatch(conversation_id, self._agent.id)

    async def stop_watching(self) -> None:
        """The console is gone. If the storage is too, the watching ends by silence."""
        with contextlib.suppress(StorageUnavailable):
            for conversation_id in sorted(self._watched):
                await self.unwatch(conversation_id)

    async def keep_watching(self) -> None:
        """Say again what is watched, before the others think it is over."""
        for conversation_id in sorted(self._watched):
            await self._services.watches.watch(conversation_id, self._agent.id, is_new=False)

    async def follow_ticket(self, ticket_id: str) -> None:
        """Carry the conversation of a ticket, if the agent may read it, while its page is open."""
        conversation = await ticket_page.follow(self._services, self._agent, ticket_id)
        self._tickets_read[ticket_id] = conversation.id
        await self._carry(conversation.id, conversation.last_seq)

    def leave_ticket(self, ticket_id: str) -> None:
        """Its page is closed, or it is not the agent's to read any more."""
        conversation_id = self._tickets_read.pop(ticket_id, None)
        if conversation_id is not None:
            self._drop(conversation_id)

    async def _carry(self, conversation_id: str, last_seq: int) -> None:
        """From this message on; the row tells a client that read the conversation before whether it missed one."""
        self._subscription.follow(conversation_topic(conversation_id))
        self._sent_seq.setdefault(conversation_id, last_seq)
        self._sent_rows.pop(conversation_id, None)
        await self._conversations({conversation_id})

    def _drop(self, conversation_id: str) -> None:
        """One reason to carry it is gone; the last takes it off the stream."""
        if conversation_id in self._served | self._watched or conversation_id in self._tickets_read.values():
            return
        self._sent_seq.pop(conversation_id, None)
        self._sent_rows.pop(conversation_id, None)
        self._subscription.unfollow(conversation_topic(conversation_id))

    async def run(self) -> None:
        """Send `ready` and the queue, then what comes."""
        await persistently(self._socket, self._ready)
        await self._react([BACK])
        while True:
            notices = await self._subscription.take()
            for notice in notices:
                if notice.kind == "typing" and notice.conversation and notice.sender and self._is_typing_news(notice):
                    sender = Sender(notice.sender)
                    await self._socket.send(DeskTypingFrame(conversation_id=notice.conversation, sender=sender))
            if all(notice.kind == "typing" for notice in notices):
                continue
            await asyncio.sleep(GATHER_S)
            await self._react(notices)

    def _is_typing_news(self, notice: Notice) -> bool:
        """Not the agent's own typing; who watches sees both sides."""
        conversation_id = notice.conversation or ""
        return conversation_id in self._watched or (notice.sender != Sender.AGENT and self.follows(conversation_id))

    async def _react(self, notices: list[Notice]) -> None:
        kinds = {notice.kind for notice in notices}
        if kinds & {"session", "back", "lost"}:
            await persistently(self._socket, self.check_session)
        if kinds & {"agent", "back", "lost"}:  # before what depends on the groups they serve
            await persistently(self._socket, self._record)
        if kinds & {"settings", "back", "lost"}:
            await persistently(self._socket, self._reference)
        if kinds & {"assigned", "removed", "back", "lost"}:
            await persistently(self._socket, self._assignments)
        if kinds & {"ticket", "agent", "back", "lost"}:  # before anything is said of them
            await persistently(self._socket, self._tickets_still_read)
        if kinds & {"back", "lost"}:
            concerned = set(self._sent_seq)
        else:
            concerned = {n.conversation for n in notices if n.conversation and self.follows(n.conversation)}
        for conversation_id in sorted(concerned):
            await persistently(self._socket, lambda which=conversation_id: self._messages(which))  # type: ignore[misc]
        if concerned:
            await persistently(self._socket, lambda: self._conversations(concerned))
        noted = concerned if kinds & {"back", "lost"} else {n.conversation for n in notices if n.kind == "note"}
        for conversation_id in sorted(concerned & noted):
            await persistently(self._socket, lambda which=conversation_id: self._notes(which))  # type: ignore[misc]
        if kinds & {"mention", "back", "lost"}:
            await persistently(self._socket, self._mentions)
        if kinds & {"follow_up", "back", "lost"}:
            await persistently(self._socket, self._follow_ups)
        if kinds & {"ticket", "agent", "back", "lost"}:
            await persistently(self._socket, self._tickets)
        if kinds & {"queue", "agent", "settings", "back", "lost"}:
            await persistently(self._socket, self._queue)

    async def _ready(self) -> None:
        mine = await service.my_conversations(self._services, self._agent)
        for row in mine:
            self._subscription.follow(conversation_topic(row.id))
            self._sent_seq.setdefault(row.id, row.last_seq)  # a ticket's may be carried already
            self._served.add(row.id)
        await self._socket.send(DeskReadyFrame(agent=self._agent, conversations=mine))

    async def _record(self) -> None:
        """The agent's own record: which groups they serve decides what the queue shows them."""
        found = await self._services.agents.get(self._agent.id)
        if found is None or found == self._told:
            return
        self._agent = self._told = found
        await self._socket.send(DeskAgentFrame(agent=found))

    async def _reference(self) -> None:
        """Names; and whoever asks for groups or working hours after this gets them as they are now."""
        await self._services.hours.held(fresh=True)
        names = await reference.reference(self._services, fresh=True)
        if names != self._sent_names:
            self._sent_names = names
            await self._socket.send(ReferenceFrame(reference=names))

    async def _queue(self) -> None:
        await self._socket.send(QueueFrame(requests=await service.queue_for(self._services, self._agent)))

    async def _notes(self, conversation_id: str) -> None:
        """All of them: there are few, and the client has nothing to piece together."""
        notes = await self._services.notes.of(conversation_id)
        if not self.follows(conversation_id):
            return
        await self._socket.send(NotesFrame(conversation_id=conversation_id, notes=notes))

    async def _mentions(self) -> None:
        await self._socket.send(MentionsFrame(mentions=await self._services.notes.mentions(self._agent.id)))

    async def _follow_ups(self) -> None:
        follow_ups = await self._services.service_ends.follow_ups(self._agent.id)
        await self._socket.send(FollowUpsFrame(follow_ups=follow_ups))

    async def _tickets_still_read(self) -> None:
        """A ticket that somebody else has taken, or another group has, is left."""
        for ticket_id in list(self._tickets_read):
            try:
                await ticket_page.conversation_of(self._services, self._agent, ticket_id)
            except (Forbidden, NotFound):
                self.leave_ticket(ticket_id)

    async def _tickets(self) -> None:
        """How many wait; which ones, the page of tickets asks for."""
        if may(self._agent, Permission.SERVE):
            await self._socket.send(TicketsFrame(counts=await ticket_work.counts(self._services, self._agent)))

    async def _assignments(self) -> None:
        """Conversations that came (their earlier messages are read over HTTP) and those that went."""
        mine = set(await self._services.agents.conversation_ids(self._agent.id))
        for taken in self._watched & mine:  # taken over: no longer only watched
            self._watched.discard(taken)
            await self._services.watches.unwatch(taken, self._agent.id)
        for gone in self._served - mine:
            conversation = await self._services.conversations.get(gone)
            # What the customer writes to the assistant after the service is not the agent's any more.
            await self._messages(gone, until=conversation.episode_started_seq if conversation else 0)
            self._served.discard(gone)
            self._drop(gone)
            served_by = conversation.agent_name if conversation and conversation.agent_id != self._agent.id else None
            await self._socket.send(RemovedFrame(conversation_id=gone, agent_name=served_by))
        # Only those that came are read: there may be many that were there before.
        come = await self._services.conversations.get_many(sorted(mine - self._served))
        for row in await service.summaries(self._services, [one for one in come if one]):
            self._served.add(row.id)
            self._subscription.follow(conversation_topic(row.id))
            self._sent_seq.setdefault(row.id, row.last_seq)
            await self._send_row(row)
            await self._messages(row.id)  # what came between reading the row and following the conversation

    async def _messages(self, conversation_id: str, until: int | None = None) -> None:
        # The reading side may take the conversation off the stream, or put it on anew, whenever this waits.
        while (after := self._sent_seq.get(conversation_id)) is not None:
            page = await self._services.conversations.messages(conversation_id, after, PAGE)
            for message in page:
                if until is not None and message.seq > until:
                    return
                sent_seq = self._sent_seq.get(conversation_id)
                if sent_seq is None:
                    return
                if message.seq <= sent_seq:
                    continue
                self._sent_seq[conversation_id] = message.seq
                await self._socket.send(DeskMessageFrame(conversation_id=conversation_id, message=message))
            if len(page) < PAGE:
                return

    async def _conversations(self, ids: set[str]) -> None:
        found = [one for one in await self._services.conversations.get_many(sorted(ids)) if one]
        for row in await service.summaries(self._services, found):
            await self._send_row(row)

    async def _send_row(self, row: AgentConversationSummary) -> None:
        if self.follows(row.id) and self._sent_rows.get(row.id) != row:
            self._sent_rows[row.id] = row
            await self._socket.send(DeskConversationFrame(conversation=row))
