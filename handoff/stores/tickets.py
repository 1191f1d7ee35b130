"""Tickets and the lists agents take them from."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from handoff.keys import Keys
from handoff.models import Draft
from handoff.stores.connection import Scripts, wait
from handoff.stores.conversations import script_message
from handoff.tickets import Ticket
from handoff.vocabulary import TicketKind, TicketState

LIST_LIMIT = 200  # tickets of a group and state that are listed, the most urgent ones

# The script sets these itself.
_GIVEN_LATER = {"number", "state", "owner_id", "owner_name", "taken_at_ms", "ended_at_ms"}


@dataclass(frozen=True)
class TicketMove:
    """How taking or ending went. Losing is normal; `owner` names who has it."""

    moved: bool
    state: TicketState | None = None
    owner: str | None = None


class Tickets:
    """Reads and writes tickets."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

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

    async def ask(self, conversation_id: str, kind: TicketKind, message: Draft, message_key: str) -> None:
        """Ask the customer what the ticket shall say; their next text is it."""
        await self._scripts.run(
            "ask_for_ticket",
            conversation=conversation_id,
            step=kind,
            message=script_message(message),
            message_key=message_key,
        )

    async def move(
        self, ticket_id: str, to: TicketState, agent_id: str, agent_name: str, message: Draft, *, any_owner: bool
    ) -> TicketMove | None:
        """Take it (IN_PROGRESS) or end it (DONE); `any_owner`: also one that somebody else owns."""
        answer = await self._scripts.run(
            "move_ticket",
            ticket=ticket_id,
            **{"from": TicketState.NEW if to == TicketState.IN_PROGRESS else TicketState.IN_PROGRESS},
            to=to,
            agent=agent_id,
            agent_name=agent_name,
            any_owner=any_owner or None,
            message=script_message(message),
        )
        if answer.get("missing"):
            return None
        return TicketMove(bool(answer["moved"]), answer.get("state"), answer.get("owner"))

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

    async def of_conversation(self, conversation_id: str) -> list[Ticket]:
        """A conversation's tickets, oldest first."""
        ids = await wait(self._redis.smembers(self._keys("conversation_tickets", conversation_id)))
        return sorted(await self._get_many(sorted(ids)), key=lambda one: one.number)

    async def _get_many(self, ids: Sequence[str]) -> list[Ticket]:
        if not ids:
            return []
        pipeline = self._redis.pipeline(transaction=False)
        for ticket_id in ids:
            pipeline.hgetall(self._keys("ticket", ticket_id))
        return [Ticket.model_validate(fields) for fields in await wait(pipeline.execute()) if fields]
