"""A process dies between any two of its calls to Redis: the ways of a conversation through the queue and many hands.

(See test_crashes.py.) What the housekeeping does is among it: whoever keeps house next finds it done, or does it.
"""

import gc
from typing import Any

import pytest

from handoff import texts
from handoff.archive.database import Database
from handoff.errors import HandoffError, StorageUnavailable
from handoff.keeper import assign
from handoff.models import Agent
from handoff.schemas.agent import Reply
from handoff.services import Services
from handoff.usecases import customers, handoffs, positions, service, silence, ticket_work, tickets, transfers
from handoff.vocabulary import Presence, TicketKind
from tests.handoff.makers import make_agent, make_request, system_message
from tests.handoff.mortal import Mortal
from tests.handoff.test_crashes import PLENTY, Step, Way


class DeskWay(Way):
    """What both ways look at in the end: all that is in the conversation, with its events, and who has what."""

    async def _outcome(self) -> tuple[Any, ...]:
        healthy = self._healthy
        conversation = await healthy.conversations.get(self._id)
        named = [each for each in (conversation.request_id, conversation.last_request_id) if each]
        requests = await healthy.queue.get_many(named)
        return (
            # The hour is told behind the first comma.
            [(m.seq, m.sender, m.text.split("，")[0]) for m in await healthy.conversations.messages(self._id, 0, 100)],
            [event["kind"] for event in await healthy.conversations.journal(self._id)],
            (conversation.state, conversation.episode, conversation.agent_name, conversation.turn_entry),
            [
                (one.state, one.disposition, one.satisfaction, one.satisfaction_comment, len(one.transfers))
                for one in requests
            ],
            [(agent.name, agent.active) for agent in await healthy.agents.all()],
            [waiting.conversation_id == self._id for waiting in await healthy.queue.waiting()],
            [(one.number, one.state, one.result) for one in await healthy.tickets.of_conversation(self._id)],
            await healthy.turns.length(),
            await healthy.redis.exists("xq:silent-due", "xq:tickets-due"),
        )

    @staticmethod
    async def _unless_done(work: Any) -> None:
        """Refused when the process that died has done it; anything else would be seen in the outcome."""
        try:
            await work
        except StorageUnavailable:
            raise
        except HandoffError:
            pass


class QueueWay(DeskWay):
    """Asked for, told the place, left; asked for again, assigned, handed on, lost, assigned again."""

    async def _steps(self, agent: Agent) -> list[Step]:
        healthy = self._healthy
        await healthy.agents.change(agent.id, {"skill_groups": '["network"]'}, end_sessions=False)
        mei = await make_agent(healthy, "mei", skill_groups=["bills"], presence=Presence.ONLINE)
        await healthy.agents.set_presence(agent.id, Presence.ONLINE)
        for one in (agent, mei):
            await healthy.agents.heartbeat(one.id)
        ahead = await make_request(healthy, skill_group="network")

        async def tell(process: Services) -> None:
            await positions.tell(process, await process.agents.online())

        async def push(process: Services) -> None:
            await assign(process, await process.agents.online())

        async def mei_falls_silent(_process: Services) -> None:
            await healthy.redis.zadd("xq:heartbeats", {mei.id: 1})

        return [
            lambda s: customers.send(s, self._id, "转人工", "k1", None),
            self._turns,
            tell,
            lambda _: healthy.queue.leave(ahead.conversation_id, system_message()),
            tell,
            lambda s: self._unless_done(handoffs.leave_queue(s, self._id)),
            tell,
            lambda s: customers.send(s, self._id, "还是转人工", "k2", None),
            self._turns,
            push,
            lambda s: self._unless_done(transfers.to_agent(s, agent, self._id, mei.id, "换班")),
            mei_falls_silent,
            lambda s: transfers.give_back_lost(s),
            push,
        ]


class EndWay(DeskWay):
    """Served, silent, reminded, taken leave of; rated with words; then a ticket, taken and ended."""

    async def _steps(self, agent: Agent) -> list[Step]:
        healthy = self._healthy
        await customers.send(healthy, self._id, "转人工", "k0", None)
        await self._turns(healthy)
        await self._claim(healthy)

        async def time_passes(_process: Services) -> None:
            await healthy.redis.zadd("xq:silent-due", {self._id: 1}, xx=True)

        async def on_ticket(process: Services, work: Any, *words: str) -> None:
            [ticket] = await healthy.tickets.of_conversation(self._id)
            await self._unless_done(work(process, agent, ticket.id, *words))

        stars, more = texts.SATISFACTION[-1], texts.SAY_MORE
        return [
            lambda s: service.reply(s, agent, self._id, Reply(text="您好", client_message_id="a1")),
            time_passes,
            silence.look_after,
            time_passes,
            silence.look_after,
            lambda s: customers.send(s, self._id, stars.title, "k1", stars.payload),
            self._turns,
            lambda s: customers.send(s, self._id, more.title, "k2", more.payload),
            self._turns,
            lambda s: customers.send(s, self._id, "等太久", "k3", None),
            self._turns,
            lambda s: tickets.open_ticket(s, self._id, TicketKind.MESSAGE, "请处理", ticket_key="ticket:t1"),
            lambda s: on_ticket(s, ticket_work.take),
            lambda s: on_ticket(s, ticket_work.end, "好了"),
        ]


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the dead close no sockets
@pytest.mark.parametrize("way", [QueueWay, EndWay])
async def test_a_crash_at_the_desk_changes_nothing(settings, services, way):
    database = Database(settings.archive_url)
    undisturbed = Mortal(PLENTY)
    expected = await way(settings, services, database, undisturbed).walk()
    said, events = [text for _, _, text in expected[0]], expected[1]
    if way is QueueWay:
        left = ["moved", "requested", "bot_text_dropped", "moved", "left"]
        handed_on = ["moved", "claimed", "moved", "reassigned", "moved", "requeued", "moved", "claimed"]
        assert events == [*left, "moved", "requested", "bot_text_dropped", *handed_on]
        assert (expected[2][0], expected[4]) == ("active", [("lin", 1), ("mei", 0)])
        assert any(text.startswith(texts.now_first(30)[:4]) for text in said)
    else:
        assert events[-6:] == ["finished", "rated", "rated", "ticket_opened", "ticket_taken", "ticket_done"]
        assert expected[3][0][:4] == ("done", "customer_left", 1, "等太久")
        assert [row[1] for row in expected[6]] == ["done"]
    assert 20 < undisturbed.calls < PLENTY
    for number in range(1, undisturbed.calls + 1):
        found = await way(settings, services, database, Mortal(number)).walk()
        assert found == expected, f"died after call {number} of {undisturbed.calls}"
    await database.close()
    gc.collect()
