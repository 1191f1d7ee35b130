"""Who is served earlier, and why: the customer's standing, and coming back with something unresolved."""

import asyncio

import jwt
import pytest
from sqlalchemy import select

from handoff import audit, rules
from handoff.archive.archivist import Archivist
from handoff.archive.customers import ArchivedCustomers
from handoff.archive.database import Database
from handoff.archive.tables import ArchivedRequest
from handoff.models import Contact, Conversation, Customer
from handoff.stores.customer_book import Details
from handoff.usecases import priority
from handoff.usecases.priority import Weight, weigh
from handoff.vocabulary import Channel, ConversationState, HandoffReason, Priority, PriorityReason
from tests.handoff.conftest import IDENTITY_SECRET

DAY_MS = 24 * 3600 * 1000
NOW_MS = 1_790_000_000_000
VIP, ELDERLY, REPEATED = PriorityReason


def contact(days_ago: float, resolved: bool | None = False) -> Contact:
    return Contact(
        conversation_id="c1",
        channel=Channel.WEB,
        at_ms=int(NOW_MS - days_ago * DAY_MS),
        reason=HandoffReason.COMPLAINT,
        resolved=resolved,
    )


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        ([], None),
        ([contact(1)], contact(1)),
        ([contact(7)], contact(7)),
        ([contact(7.1)], None),
        ([contact(1, resolved=True)], None),
        ([contact(1, resolved=None)], None),  # nobody said
        ([contact(1, resolved=True), contact(2)], None),  # the last one was resolved
        ([contact(2, resolved=True), contact(1)], contact(1)),
    ],
)
def test_repeated_is_who_comes_back_with_something_unresolved(contacts, expected):
    assert rules.repeated_contact(contacts, NOW_MS) == expected


@pytest.mark.parametrize(
    ("of_matter", "reasons", "expected"),
    [
        ("normal", [], "normal"),
        ("normal", [VIP], "high"),
        ("normal", [VIP, ELDERLY], "high"),  # one customer, one step
        ("normal", [REPEATED], "high"),
        ("normal", [ELDERLY, REPEATED], "urgent"),
        ("high", [VIP], "urgent"),
        ("urgent", [VIP, REPEATED], "urgent"),
    ],
)
def test_priority_is_raised_step_by_step(of_matter, reasons, expected):
    assert rules.raised(Priority(of_matter), reasons) == expected


class Book:
    """A source that answers when it is told to."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.asked = 0

    async def details(self, customer_id: str) -> Details:
        self.asked += 1
        await self.may_answer.wait()
        return Details(is_vip=True)


@pytest.fixture
def known() -> Conversation:
    return Conversation(id="c1", state=ConversationState.BOT, channel=Channel.WEB, customer=Customer(id="u1"))


async def test_what_is_not_known_in_time_does_not_count(services, known):
    book = Book()
    services.customer_book.read_from(book)
    assert await weigh(services, known, Priority.HIGH) == Weight(Priority.HIGH)
    assert len(priority._running) == 1  # it ends by itself
    book.may_answer.set()
    await asyncio.gather(*priority._running)
    assert not priority._running
    assert await weigh(services, known, Priority.NORMAL) == Weight(Priority.HIGH, (VIP,))


async def test_look_ups_do_not_pile_up_behind_a_database_that_hangs(services, known, monkeypatch):
    monkeypatch.setattr(priority, "MAXIMUM_RUNNING", 3)
    book = Book()
    services.customer_book.read_from(book)
    weights = await asyncio.gather(*(weigh(services, known, Priority.NORMAL) for _ in range(20)))
    assert set(weights) == {Weight(Priority.NORMAL)}
    assert book.asked <= 3
    book.may_answer.set()
    await asyncio.gather(*priority._running)


async def test_without_an_archive_the_matter_alone_counts(services, known):
    elderly = known.model_copy(update={"customer": Customer(id="u1", elderly=True)})
    assert await weigh(services, known, Priority.NORMAL) == Weight(Priority.NORMAL)
    assert await weigh(services, elderly, Priority.NORMAL) == Weight(Priority.HIGH, (ELDERLY,))


async def test_customer_who_comes_back_with_something_unresolved_goes_first(world, services, settings):
    database = Database(settings.archive_url)
    await database.migrate()
    agent = await world.agent()

    async def asks(customer: str):
        token = jwt.encode({"sub": customer, "name": customer, "exp": 4e9}, IDENTITY_SECRET, "HS256")
        visitor = await world.visitor(identity_token=token)
        await visitor.say("转人工")
        await visitor.in_state("queued")
        return visitor

    try:
        first = await asks("王芳")
        await agent.claim_first()
        await agent.close(first.id, disposition="answered", summary="等退费到账", resolved=False)
        await Archivist(services, database).copy_due()
        book = ArchivedCustomers(database)
        changed = audit.entry(audit.Action.CUSTOMER_CHANGED)
        await book.change("李强", Details(is_elderly=True), agent_id="a", agent_name="陈", at_ms=1, audit=changed)
        visitors = [await asks(name) for name in ("路人", "王芳", "李强")]
        rows = [(r["customer_name"], r["priority"], r["priority_reasons"]) for r in await agent.queue()]
        assert rows == [
            ("王芳", "high", ["repeated"]),
            ("李强", "high", ["elderly"]),
            ("路人", "normal", []),
        ]
        request = (await agent.call("GET", f"/agent/conversations/{visitors[1].id}")).json()["request"]
        assert request["priority_reasons"] == ["repeated"]
        before = request["repeated_contact"]
        await Archivist(services, database).copy_due()
        async with database.connect() as connection:
            kept = await connection.execute(
                select(ArchivedRequest.__table__).where(ArchivedRequest.__table__.c.id == request["id"])
            )
        row = kept.mappings().one()
        assert (row["priority_reasons"], row["repeated_contact"]) == (["repeated"], before)
        assert (before["conversation_id"], before["summary"], before["resolved"]) == (first.id, "等退费到账", False)
    finally:
        await database.close()


async def test_visitor_whom_nobody_knows_comes_back_in_the_same_conversation(world):
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id, disposition="answered", resolved=False)
    await visitor.say("转人工")
    await visitor.in_state("queued")
    [row] = await agent.queue()
    assert (row["priority"], row["priority_reasons"]) == ("high", ["repeated"])
    await agent.claim(row["id"])
    await agent.close(visitor.id, disposition="answered", resolved=True)
    await visitor.say("转人工")
    await visitor.in_state("queued")
    [row] = await agent.queue()
    assert (row["priority"], row["priority_reasons"]) == ("normal", [])
