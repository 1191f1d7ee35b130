"""The open page of a ticket: it hears the conversation for whoever may read it, recorded, until it is left."""

from collections.abc import Callable
from typing import Any

import pytest

from handoff.errors import StorageUnavailable
from handoff.events import Notice, Subscription
from handoff.models import Agent, Draft
from handoff.routes.agent_writer import Writer
from handoff.schemas.frames import DeskMessageFrame
from handoff.stores.audit import AuditLog
from handoff.vocabulary import Role, Sender
from tests.handoff.people import until


async def opened(world: Any) -> tuple[Any, str]:
    """A customer who left a ticket, and the ticket's id."""
    visitor = await world.visitor()
    await visitor.say("有人吗")
    await visitor.answered("bot")
    body = {"kind": "callback", "text": "宽带断了", "client_ticket_id": "t1", "phone": "13800138000"}
    answer = await visitor.http.post(f"{visitor.url}/api/v1/conversation/tickets", json=body, headers=visitor.headers)
    assert answer.status_code == 201, answer.text
    [ticket] = await world.services.tickets.of_conversation(visitor.id)
    return visitor, ticket.id


async def recorded(world: Any, *actions: str) -> list[tuple[Any, ...]]:
    found = [one for _, one in await world.services.audit.oldest(100) if one.action in actions]
    return [(one.action, one.agent_name, one.conversation_id, one.subject, one.details) for one in found]


async def test_it_is_heard_by_whom_http_lets_read_it_and_recorded(world: Any) -> None:
    visitor, ticket_id = await opened(world)
    owner, mate = await world.agent(skill_groups=["general"]), await world.agent("mate", skill_groups=["general"])
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    coach = await world.agent("coach", role=Role.TRAINER, skill_groups=["general"])
    assert (await owner.call("POST", f"/agent/tickets/{ticket_id}/take")).status_code == 200
    async with owner.stream() as page, mate.stream() as outside, chief.stream() as above, coach.stream() as beside:
        for heard in (page, above):
            await heard.send(type="follow_ticket", ticket_id=ticket_id)
            assert (await heard.next("conversation"))["conversation"]["id"] == visitor.id
        for refused, code in ((outside, "not_your_conversation"), (beside, "not_permitted")):
            await refused.send(type="follow_ticket", ticket_id=ticket_id)
            assert (await refused.next("error"))["error"]["code"] == code
        await visitor.say("听得到吗")
        await until(lambda: "听得到吗" in page.texts() and "听得到吗" in above.texts())
        for silent in (outside, beside):
            await silent.send(type="ping")
            await silent.next("pong")
            assert (silent.of("message"), silent.of("conversation")) == ([], [])
    about = (visitor.id, ticket_id)
    assert await recorded(world, "conversation_read", "refused") == [
        ("conversation_read", "坐席lin", *about, {}),
        ("conversation_read", "坐席chief", *about, {}),
        ("refused", "坐席mate", *about, {"code": "not_your_conversation", "what": "conversation_read"}),
        ("refused", "坐席coach", *about, {"code": "not_permitted", "what": "conversation_read"}),
    ]
    assert (await mate.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 403


async def test_it_is_not_heard_unrecorded(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, ticket_id = await opened(world)
    agent = await world.agent(skill_groups=["general"])

    async def away(*_args: Any, **_fields: Any) -> None:
        raise StorageUnavailable

    async with agent.stream() as page:
        await page.next("queue")
        monkeypatch.setattr(AuditLog, "record", away)
        await page.send(type="follow_ticket", ticket_id=ticket_id)
        assert (await page.next("error"))["error"]["code"] == "storage_unavailable"
        await visitor.say("听得到吗")
        await visitor.answered("bot", 2)
        await page.send(type="ping")
        await page.next("pong")
        assert (page.of("conversation"), page.of("message")) == ([], [])


async def test_who_looked_before_somebody_else_took_it_hears_no_more(world: Any) -> None:
    visitor, ticket_id = await opened(world)
    owner, mate = await world.agent(skill_groups=["general"]), await world.agent("mate", skill_groups=["general"])
    async with owner.stream() as page, mate.stream() as outside:
        for heard in (page, outside):
            await heard.send(type="follow_ticket", ticket_id=ticket_id)
            await heard.next("conversation")
        await visitor.say("还没人吗")
        await until(lambda: "还没人吗" in page.texts() and "还没人吗" in outside.texts())
        counted = len(outside.of("tickets"))
        await owner.call("POST", f"/agent/tickets/{ticket_id}/take")
        await outside.next("tickets", counted + 1)
        await visitor.say("谢谢接手")
        await until(lambda: "谢谢接手" in page.texts())
        await outside.send(type="ping")
        await outside.next("pong")
        assert "谢谢接手" not in outside.texts()


class Screen:
    """Takes the frames of a stream; at the first message something else happens, as the reading side may do it."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, int]] = []
        self.meanwhile: Callable[[], Any] | None = None

    async def send(self, frame: Any) -> None:
        if isinstance(frame, DeskMessageFrame):
            self.messages.append((frame.conversation_id, frame.message.seq))
            if self.meanwhile is not None:
                todo, self.meanwhile = self.meanwhile, None
                await todo()


class TestPagesLeftWhileMessagesAreSent:
    @pytest.fixture
    async def tickets(self, world: Any) -> dict[str, str]:
        """Of two customers, by the conversation."""
        pairs = [await opened(world) for _ in range(2)]
        return {visitor.id: ticket_id for visitor, ticket_id in pairs}

    @pytest.fixture
    async def agent(self, world: Any) -> Agent:
        account = await world.agent(skill_groups=["general"])
        found: Agent = await world.services.agents.get(account.agent["id"])
        return found

    async def follow(self, world: Any, writer: Writer, tickets: dict[str, str]) -> list[Notice]:
        """All of them, then two messages in each; the notices of them."""
        for ticket_id in tickets.values():
            await writer.follow_ticket(ticket_id)
        for conversation_id in tickets:
            for number in range(2):
                await say(world, conversation_id, f"第{number}条")
        return [Notice(kind="message", conversation=conversation_id) for conversation_id in tickets]

    def writer(self, world: Any, agent: Agent, screen: Screen, subscription: Subscription) -> Writer:
        return Writer(world.services, screen, subscription, agent, "family")  # type: ignore[arg-type]

    async def test_nothing_more_is_said_and_the_stream_goes_on(
        self, world: Any, agent: Agent, tickets: dict[str, str]
    ) -> None:
        screen = Screen()
        with world.services.hub.subscribe() as subscription:
            writer = self.writer(world, agent, screen, subscription)
            notices = await self.follow(world, writer, tickets)

            async def leave() -> None:
                for ticket_id in tickets.values():
                    writer.leave_ticket(ticket_id)

            screen.meanwhile = leave
            await writer._react(notices)
            assert len(screen.messages) == 1
            assert not any(writer.follows(conversation_id) for conversation_id in tickets)

    async def test_one_opened_anew_repeats_nothing(self, world: Any, agent: Agent, tickets: dict[str, str]) -> None:
        screen = Screen()
        with world.services.hub.subscribe() as subscription:
            writer = self.writer(world, agent, screen, subscription)
            notices = await self.follow(world, writer, tickets)

            async def open_anew() -> None:
                for ticket_id in tickets.values():
                    writer.leave_ticket(ticket_id)
                    await writer.follow_ticket(ticket_id)

            screen.meanwhile = open_anew
            await writer._react(notices)
            # What came before it was opened anew, the page has read over HTTP.
            assert len(screen.messages) == 1
            assert all(writer.follows(conversation_id) for conversation_id in tickets)
            for conversation_id in tickets:
                await say(world, conversation_id, "后来的")
            await writer._react(notices)
            assert len(screen.messages) == len(set(screen.messages)) == 3


async def say(world: Any, conversation_id: str, text: str) -> None:
    """A message that nobody answers, so that what is there is known."""
    count = (await world.services.conversations.get(conversation_id)).last_seq
    draft = Draft(id=f"m-{conversation_id}-{count}", sender=Sender.SYSTEM, sender_name="", text=text)
    await world.services.conversations.append(conversation_id, draft, message_key=f"test:{count}")
