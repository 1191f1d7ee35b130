"""Tickets and the lists agents take them from."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.keys import Keys
from handoff.models import Agent, Draft, Mentioned, Note
from handoff.stores.connection import Scripts, wait
from handoff.stores.conversations import Accepted
from handoff.stores.messages import script_message
from handoff.stores.records import Records
from handoff.tickets import Ticket, TicketChange, TicketCounts
from handoff.vocabulary import TicketChangeKind, TicketState

LIST_LIMIT = 200  # tickets of a group and state that are listed, the most urgent ones

# The script sets these itself.
_GIVEN_LATER = {
    "number",
    "state",
    "owner_id",
    "owner_name",
    "taken_at_ms",
    "ended_at_ms",
    "result",
    "changes",
    "unread",
}


@dataclass(frozen=True)
class Move:
    """What an agent does with a ticket."""

    kind: TicketChangeKind
    sources: Sequence[TicketState]  # where the ticket may stand before
    to: TicketState
    by: Agent
    change_id: str
    once: bool = False  # the same wish of the same owner again has been fulfilled already
    owner_only: bool = False
    owner: Agent | None = None  # whose it is then
    skill_group: str | None = None  # whose queue it goes to
    to_name: str = ""  # what owner or group are called
    text: str = ""
    due_at_ms: int | None = None
    result: str | None = None
    message: Draft | None = None  # what the customer is told
    audit: AuditEntry | None = None


@dataclass(frozen=True)
class TicketMove:
    """How a move went. Losing is normal; `owner` names who has it."""

    moved: bool
    state: TicketState | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Reply:
    """What the customer replies to a ticket's people, and what both sides are told of it."""

    seq: int  # the message
    turn_seq: int  # the turn that adds it
    by_name: str
    text: str
    message: Draft  # what the customer is told
    note: str
    author: Mentioned
    mentions: Sequence[Mentioned]


@dataclass(frozen=True)
class Replied:
    """`has_changed`: the ticket is no longer as it was read. `turn_seq`: which turn had added it before, if known."""

    is_new: bool
    has_changed: bool
    turn_seq: int | None


class Tickets:
    """Reads and writes tickets."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts
        self._records = Records("ticket")

    async def open(self, ticket: Ticket, message: Draft, ticket_key: str) -> tuple[int, bool] | None:
        """Store it once by its key and tell the customer: its number, and whether it was there before."""
        answer = await self._scripts.run(
            "open_ticket",
            conversation=ticket.conversation_id,
            ticket=ticket.id,
            fields=ticket.model_dump(mode="json", exclude=_GIVEN_LATER),
            skill_group=ticket.skill_group,
            due_at_ms=ticket.due_at_ms,
            ticket_key=ticket_key,
            message=script_message(message),
        )
        return None if answer.get("missing") else (int(answer["number"]), bool(answer["duplicate"]))

    async def move(self, ticket_id: str, wanted: Move) -> TicketMove | None:
        """Do it, or say who has the ticket and where it stands; None without such a ticket."""
        answer = await self._scripts.run(
            "move_ticket",
            ticket=ticket_id,
            sources={state.value: True for state in wanted.sources},
            to=wanted.to,
            by={"id": wanted.by.id, "name": wanted.by.name},
            event=f"ticket_{wanted.kind.value}",
            change=TicketChange(
                id=wanted.change_id,
                kind=wanted.kind,
                by_name=wanted.by.name,
                to=wanted.to_name,
                text=wanted.text,
                due_at_ms=wanted.due_at_ms,
            ).model_dump_json(exclude={"at_ms"}),
            change_id=wanted.change_id,
            once=wanted.once or None,
            owner_only=wanted.owner_only or None,
            owner={"id": wanted.owner.id, "name": wanted.owner.name} if wanted.owner else None,
            skill_group=wanted.skill_group,
            due_at_ms=wanted.due_at_ms,
            result=wanted.result,
            message=script_message(wanted.message) if wanted.message else None,
            audit=wanted.audit,
        )
        if answer.get("missing"):
            return None
        return TicketMove(bool(answer["moved"]), answer.get("state"), answer.get("owner"))

    async def answer(
        self, ticket: Ticket, agent_id: str, message: Draft, message_key: str, *, audit: AuditEntry | None = None
    ) -> Accepted | TicketMove | None:
        """The owner writes to the customer, once by the key; else who has the ticket. None when it is gone."""
        answer = await self._scripts.run(
            "answer_ticket",
            ticket=ticket.id,
            agent=agent_id,
            message=script_message(message),
            message_key=message_key,
            audit=audit,
        )
        if answer.get("missing"):
            return None
        if answer.get("refused"):
            return TicketMove(False, answer["state"], answer.get("owner"))
        return Accepted(answer["seq"], answer["duplicate"])

    async def reply(self, ticket: Ticket, reply: Reply) -> Replied | None:
        """Add what the customer replied, once, to the ticket as it was read; None when it is gone."""
        # Lua puts number, place and time in front.
        note = Note(
            number=0,
            after_seq=0,
            at_ms=0,
            agent_id=reply.author.id,
            agent_name=reply.author.name,
            text=reply.note,
            mentions=list(reply.mentions),
        )
        change_id = f"reply:{reply.seq}"
        change = TicketChange(
            id=change_id, kind=TicketChangeKind.REPLIED, by_name=reply.by_name, text=reply.text, seq=reply.seq
        )
        answer = await self._scripts.run(
            "reply_ticket",
            ticket=ticket.id,
            conversation=ticket.conversation_id,
            state=ticket.state,
            owner=ticket.owner_id,
            turn=reply.turn_seq,
            change=change.model_dump_json(exclude={"at_ms"}),
            change_id=change_id,
            message=script_message(reply.message),
            note=note.model_dump_json(exclude={"number", "after_seq", "at_ms"}),
            mentions=[one.id for one in reply.mentions],
        )
        if answer.get("missing"):
            return None
        return Replied(bool(answer.get("added")), bool(answer.get("changed")), answer.get("turn"))

    async def mark_read(self, ticket_id: str, agent_id: str) -> None:
        """The owner has read what the customer replied."""
        await self._scripts.run("read_ticket", ticket=ticket_id, agent=agent_id)

    async def overdue(self, limit: int) -> list[Ticket]:
        """Open tickets past their time that nobody was told of, the longest overdue first."""
        now = await wait(self._redis.time())
        now_ms = int(now[0]) * 1000 + int(now[1]) // 1000
        ids = await wait(
            self._redis.zrange(self._keys("tickets_due"), "-inf", now_ms, byscore=True, offset=0, num=limit)  # type: ignore[arg-type]
        )
        return await self._get_many(ids)

    async def note_overdue(self, ticket: Ticket) -> bool:
        """Supervisors have been told; False when it was noted before, or the ticket is no longer due then."""
        change = TicketChange(id=f"overdue:{ticket.due_at_ms}", kind=TicketChangeKind.OVERDUE)
        answer = await self._scripts.run(
            "overdue_ticket",
            ticket=ticket.id,
            due_at_ms=ticket.due_at_ms,
            change=change.model_dump_json(exclude={"at_ms"}),
        )
        return bool(answer["noted"])

    async def owned(self, agent_id: str) -> list[Ticket]:
        """What an agent has to do, the most urgent first."""
        ids = await wait(self._redis.zrange(self._keys("agent_tickets", agent_id), 0, LIST_LIMIT - 1))
        return await self._get_many(ids)

    async def counts(self, skill_groups: Sequence[str], agent_id: str, now_ms: int) -> TicketCounts:
        """How many are new and overdue in these groups, and how many the agent owns."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.zcard(self._keys("agent_tickets", agent_id))
        for group in skill_groups:
            pipeline.zcard(self._keys("tickets", f"{group}:{TicketState.NEW}"))
            pipeline.zcard(self._keys("tickets", f"{group}:{TicketState.IN_PROGRESS}"))
            for state in (TicketState.NEW, TicketState.IN_PROGRESS):
                pipeline.zcount(self._keys("tickets", f"{group}:{state}"), "-inf", now_ms)
        mine, *rest = await wait(pipeline.execute())
        new, in_progress, *late = (sum(rest[number::4]) for number in range(4))
        return TicketCounts(new=new, mine=mine, in_progress=in_progress, overdue=sum(late))

    async def get(self, ticket_id: str) -> Ticket | None:
        """One ticket."""
        found = await self._get_many([ticket_id])
        return found[0] if found else None

    async def listed(self, skill_groups: Sequence[str], state: TicketState) -> list[Ticket]:
        """The tickets of these groups in this state, the most urgent first (done: the latest first)."""
        pipeline = self._redis.pipeline(transaction=False)
        is_over = state == TicketState.DONE
        for group in skill_groups:
            pipeline.zrange(self._keys("tickets", f"{group}:{state}"), 0, LIST_LIMIT - 1, desc=is_over)
        ids = [ticket_id for listed in await wait(pipeline.execute()) for ticket_id in listed]
        tickets = await self._get_many(ids)
        return sorted(tickets, key=lambda one: -(one.ended_at_ms or 0) if is_over else one.due_at_ms)

    async def of_conversation(self, conversation_id: str, *, all_readable: bool = False) -> list[Ticket]:
        """A conversation's tickets, oldest first; `all_readable`: one that cannot be read is an error."""
        ids = await wait(self._redis.smembers(self._keys("conversation_tickets", conversation_id)))
        return sorted(await self._get_many(sorted(ids), all_readable=all_readable), key=lambda one: one.number)

    async def _get_many(self, ids: Sequence[str], *, all_readable: bool = False) -> list[Ticket]:
        if not ids:
            return []
        pipeline = self._redis.pipeline(transaction=False)
        for ticket_id in ids:
            pipeline.hgetall(self._keys("ticket", ticket_id))
        stored = await wait(pipeline.execute())
        return self._records.read_all(ids, stored, Ticket.model_validate, all_readable=all_readable)
