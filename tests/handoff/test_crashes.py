"""A process dies between any two of its calls to Redis, another one goes on: the same comes of it as without.

The whole way of a customer, from the first text to the trimmed archive, is walked once undisturbed, and then once for
every call that it makes: the process dies when that call has taken effect, and before it hears of it.
"""

import contextlib
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from handoff import texts
from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.archive.history import ArchivedHistory
from handoff.assistant import Answer, BotMessage
from handoff.errors import IllegalMove
from handoff.models import Agent, HandoffContext, Outcome, Turn
from handoff.schemas.agent import Reply
from handoff.schemas.internal import NewHandoffRequest
from handoff.services import Services
from handoff.turns import Worker
from handoff.usecases import customers, handoffs, service, ticket_work, tickets
from handoff.vocabulary import OutcomeKind, TicketKind
from tests.handoff.makers import make_agent, make_conversation
from tests.handoff.mortal import Dead, Mortal

Step = Callable[[Services], Awaitable[Any]]
PLENTY = 1000  # more calls than the way takes


class Way:
    """One walk; a step that was cut off is taken again by a new process, as clients and workers do."""

    def __init__(self, settings, healthy: Services, database: Database, mortal: Mortal) -> None:
        self._settings = settings
        self._healthy = healthy  # the action server's calls reach another process
        self._database = database
        self._mortal = mortal

    async def walk(self) -> tuple[Any, ...]:
        await self._healthy.redis.flushall()
        await self._healthy.turns.prepare()
        agent = await make_agent(self._healthy, "lin")
        conversation = await make_conversation(self._healthy)
        self._id, self._agent = conversation.id, agent
        steps = await self._steps(agent)
        process = self._process()
        while steps:
            try:
                await steps[0](process)
                steps.pop(0)
            except Dead:
                await process.close()
                process = self._process()
        await process.close()
        return await self._outcome()

    async def _steps(self, agent: Agent) -> list[Step]:
        return [
            lambda s: customers.send(s, self._id, "宽带又断了", "k1", None),
            self._turns,
            lambda s: customers.send(s, self._id, "转人工", "k2", None),
            self._turns,
            lambda s: customers.send(s, self._id, "快点", "k3", None),
            self._claim,
            lambda s: service.reply(s, agent, self._id, Reply(text="您好", client_message_id="k1")),
            lambda s: self._close(s, agent),
            lambda s: customers.send(s, self._id, "谢谢", "k4", None),
            self._turns,
            self._archive,
        ]

    def _process(self) -> Services:
        process = Services.build(self._settings)
        process.conversations.read_past_from(ArchivedHistory(self._database))
        self._mortal.inhabit(process.redis)
        return process

    async def _turns(self, process: Services) -> None:
        """Works what is new or was left by a dead worker."""
        worker = Worker(process)
        process.assistant.answer = lambda c, seq, text, payload, failed: self._answer(seq, text)  # type: ignore[method-assign]
        for entry in await process.turns.take_over("w", 10, 0):
            await worker._one_turn(entry)
        while entries := await process.turns.take("w", 1, 1):
            await worker._one_turn(entries[0])

    async def _answer(self, seq: int, text: str) -> Answer:
        if "人工" in text:
            wanted = {"reason": "customer_request", "skill_group": "network", "priority": "normal"}
            await handoffs.request_handoff(
                self._healthy,
                NewHandoffRequest(conversation_id=self._id, turn_seq=seq, context=HandoffContext(), **wanted),
            )
            return Answer([BotMessage(text="说晚了的话")], None)
        return Answer([BotMessage(text=f"答：{text}")], Turn(outcome=Outcome(kind=OutcomeKind.ANSWER)))

    async def _claim(self, process: Services) -> None:
        conversation = await process.conversations.get(self._id)
        assert conversation.request_id is not None
        assert not isinstance(await service.claim(process, self._agent, conversation.request_id), service.Lost)

    async def _close(self, process: Services, agent: Agent) -> None:
        # Illegal when the process that died has done it; anything else would be seen in the outcome.
        with contextlib.suppress(IllegalMove):
            await service.close(process, agent, self._id, "answered", "好了", True)

    async def _archive(self, process: Services) -> None:
        archivist = Archivist(process, self._database)
        while await archivist.copy_due():
            pass
        process.trimming._quiet_ms = 0
        assert (
            await process.trimming.trim(self._id, await self._database.request_ids(self._id)) is None
            or (await process.conversations.get(self._id)).trimmed_seq
        )

    async def _outcome(self) -> tuple[Any, ...]:
        healthy = self._healthy
        conversation = await healthy.conversations.get(self._id)
        messages = await healthy.conversations.messages(self._id, 0, 100)
        [request] = await healthy.queue.get_many([conversation.last_request_id])
        return (
            [(message.seq, message.sender, message.text) for message in messages],
            sorted(await healthy.conversations.understanding(self._id)),
            (conversation.state, conversation.episode, conversation.last_seq, conversation.trimmed_seq),
            (conversation.archived_seq, conversation.turn_entry, conversation.agent_id),
            (request.state, request.disposition, request.is_trimmed),
            await healthy.agents.conversation_ids(self._agent.id),
            [waiting.id for waiting in await healthy.queue.waiting()],
            await healthy.turns.length(),
            await healthy.trimming.archive_due(10),
        )


class ReplyWay(Way):
    """A customer answers the owner of a ticket, as announced, then with words the assistant does not understand."""

    async def _steps(self, agent: Agent) -> list[Step]:
        healthy = self._healthy
        await tickets.open_ticket(healthy, self._id, TicketKind.MESSAGE, "宽带断了", ticket_key="ticket:k1")
        [ticket] = await healthy.tickets.of_conversation(self._id)
        self._ticket = ticket.id
        await ticket_work.take(healthy, agent, ticket.id)
        return [
            lambda s: ticket_work.answer(s, agent, self._ticket, "明天在家吗？", "k1"),
            lambda s: customers.send(s, self._id, "回复处理人", "k2", texts.reply_to(self._ticket).payload),
            lambda s: customers.send(s, self._id, "下午在", "k3", None),
            self._turns,
            lambda s: customers.send(s, self._id, "三点后", "k4", None),
            self._turns,
            lambda s: customers.send(s, self._id, "转给处理人", "k5", texts.give_to(self._ticket, 8).payload),
            self._turns,
        ]

    async def _answer(self, seq: int, text: str) -> Answer:
        return Answer([BotMessage(text="没听懂")], Turn(outcome=Outcome(kind=OutcomeKind.REPHRASE)))

    async def _outcome(self) -> tuple[Any, ...]:
        healthy = self._healthy
        ticket = await healthy.tickets.get(self._ticket)
        messages = await healthy.conversations.messages(self._id, 0, 100)
        return (
            [(message.seq, message.sender, message.text.split("，")[0]) for message in messages],
            [(change.kind, change.seq, change.text) for change in ticket.changes],
            ticket.unread,
            [note.text for note in await healthy.notes.of(self._id)],
            [mention.note.number for mention in await healthy.notes.mentions(self._agent.id)],
            [
                (event["kind"], event["data"].get("change", {}).get("seq"))
                for event in await healthy.conversations.journal(self._id)
            ],
            await healthy.turns.length(),
        )


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the dead close no sockets
async def test_a_reply_to_a_ticket_is_added_once_whatever_call_is_the_last(settings, services):
    database = Database(settings.archive_url)
    undisturbed = Mortal(PLENTY)
    expected = await ReplyWay(settings, services, database, undisturbed).walk()
    assert expected[1:3] == ([("taken", None, ""), ("replied", 5, "下午在"), ("replied", 8, "三点后")], 2)
    assert expected[3] == ["客户回复了工单 1：下午在", "客户回复了工单 1：三点后"]
    assert undisturbed.calls < PLENTY
    for number in range(1, undisturbed.calls + 1):
        found = await ReplyWay(settings, services, database, Mortal(number)).walk()
        assert found == expected, f"died after call {number} of {undisturbed.calls}"
    await database.close()
    gc.collect()


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the dead close no sockets
async def test_a_crash_at_any_call_to_redis_changes_nothing(settings, services):
    database = Database(settings.archive_url)
    await database.migrate()
    services.conversations.read_past_from(ArchivedHistory(database))
    undisturbed = Mortal(PLENTY)
    expected = await Way(settings, services, database, undisturbed).walk()
    texts = [text for _, _, text in expected[0]]
    assert texts[:3] == ["宽带又断了", "答：宽带又断了", "转人工"]
    assert texts[-2:] == ["谢谢", "答：谢谢"]
    assert expected[3][0] == len(texts)
    assert 30 < undisturbed.calls < PLENTY
    for number in range(1, undisturbed.calls + 1):
        found = await Way(settings, services, database, Mortal(number)).walk()
        assert found == expected, f"died after call {number} of {undisturbed.calls}"
    await database.close()
    # What the dead left open is found here, and not in the middle of somebody else's test.
    gc.collect()
