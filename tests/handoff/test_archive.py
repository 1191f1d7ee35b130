"""The archive has everything once, whatever happens in between."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.archive.tables import ArchivedConversation, ArchivedEvent, ArchivedMessage, ArchivedRequest, Base
from tests.handoff import migrations
from tests.handoff.conftest import ARCHIVE_LEASE
from tests.handoff.people import until


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request, settings):
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").url("archive")
    else:
        url = settings.archive_url.replace("archive.db", "test.db")
    archive = Database(url)
    yield archive
    await archive.close()


async def rows(database: Database, table: type[Base]) -> list:
    async with database.connect() as connection:
        return list(
            (await connection.execute(select(table.__table__).order_by(*table.__table__.primary_key))).mappings()
        )


async def test_whole_conversation_is_archived_once(world, services, database):
    archivist = Archivist(services, database)
    visitor = await world.visitor()
    await visitor.say("为什么话费高")
    await visitor.answered("bot")
    assert await archivist.copy_due() == 1
    assert await archivist.copy_due() == 0  # nothing new
    await visitor.say("转人工")
    await visitor.in_state("queued")
    agent = await world.agent()
    await agent.claim_first()
    await archivist.copy_due()
    await agent.reply(visitor.id, "您好")
    await agent.close(visitor.id, disposition="handled", summary="已处理")
    buttons = (await visitor.messages("system"))[-1]["buttons"]
    await visitor.say("满意", payload=buttons[1]["payload"])
    await until(lambda: visitor.answered("system", 4))
    await until(lambda: archivist.copy_due())

    said = await visitor.messages()
    archived = await rows(database, ArchivedMessage)
    assert [(row["seq"], row["text"], row["sender"]) for row in archived] == [
        (m["seq"], m["text"], m["sender"]) for m in said
    ]
    assert archived[0]["turn"]["intent"] == "query_bill"
    assert archived[1]["outcome"]["article_id"] == "bill-why-higher"
    [conversation] = await rows(database, ArchivedConversation)
    assert (conversation["state"], conversation["episode"], conversation["last_seq"]) == ("bot", 2, len(said))
    [request] = await rows(database, ArchivedRequest)
    assert (request["state"], request["disposition"], request["summary"]) == ("done", "handled", "已处理")
    assert (request["satisfaction"], request["context"]["failed_turns"]) == (4, 2)
    events = await rows(database, ArchivedEvent)
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    kinds = [event["kind"] for event in events]
    assert [kind for kind in kinds if kind != "moved"] == [
        "requested",
        "bot_text_dropped",
        "claimed",
        "finished",
        "rated",
    ]
    moves = [event["data"]["move"] for event in events if event["kind"] == "moved"]
    assert moves == ["enqueue", "claim", "finish"]


async def test_copied_again_after_a_crash_changes_nothing(world, services, database):
    """Killed between writing to SQL and noting it in Redis: the same is copied again, with the same result."""
    archivist = Archivist(services, database)
    visitor = await world.visitor()
    await visitor.say("你好")
    await visitor.answered("bot")
    await archivist.copy_due()
    before = await rows(database, ArchivedMessage)
    await services.redis.hdel(f"xq:conversation:{visitor.id}", "archived_seq", "archived_event")
    await services.redis.zadd("xq:archive-due", {visitor.id: 1})
    assert await archivist.copy_due() == 1
    assert await rows(database, ArchivedMessage) == before
    assert await archivist.copy_due() == 0


async def test_database_that_is_away_is_waited_out(world, services, settings, tmp_path):
    visitor = await world.visitor()
    await visitor.say("你好")
    await visitor.answered("bot")
    folder = tmp_path / "later"
    database = Database(f"sqlite+aiosqlite:///{folder / 'archive.db'}")
    archivist = Archivist(services, database)
    with pytest.raises(OperationalError):
        await archivist.copy_due()
    assert visitor.id in await services.trimming.archive_due(10)
    folder.mkdir()
    await archivist.copy_due()
    assert [row["text"] for row in await rows(database, ArchivedMessage)] == ["你好", "答：你好"]
    await database.close()


async def test_more_than_a_page_of_messages(services, database, monkeypatch):
    from handoff.archive import archivist as module
    from tests.handoff.makers import make_conversation, system_message

    monkeypatch.setattr(module, "PAGE", 10)
    conversation = await make_conversation(services)
    for number in range(35):
        await services.conversations.append(conversation.id, system_message(str(number)))
    archivist = Archivist(services, database)
    for _ in range(4):
        assert await archivist.copy_due() == 1
    assert await archivist.copy_due() == 0
    assert [row["text"] for row in await rows(database, ArchivedMessage)] == [str(number) for number in range(35)]


async def test_expired_conversation_leaves_the_list(services, database):
    await services.redis.zadd("xq:archive-due", {"gone": 1})
    archivist = Archivist(services, database)
    await archivist.copy_due()
    assert await archivist.copy_due() == 0


async def test_migrations_make_the_tables_of_the_models(database, monkeypatch):
    monkeypatch.setattr("handoff.archive.database._upgrade", migrations.by_alembic)
    await database.migrate()
    await database.migrate()  # again: nothing to do
    async with database.connect() as connection:
        differences = await connection.run_sync(
            lambda plain: compare_metadata(MigrationContext.configure(plain), Base.metadata)
        )
    assert differences == []


async def test_databases_of_the_tests_are_those_of_the_migrations(database, monkeypatch):
    for upgrade in (migrations.upgrade, migrations.by_alembic):  # Alembic finds nothing left to do
        monkeypatch.setattr("handoff.archive.database._upgrade", upgrade)
        await database.migrate()
    async with database.connect() as connection:
        differences = await connection.run_sync(
            lambda plain: compare_metadata(MigrationContext.configure(plain), Base.metadata)
        )
    assert differences == []


async def test_running_service_archives_by_itself(world, settings):
    await world.services.redis.delete(ARCHIVE_LEASE)
    visitor = await world.visitor()
    await visitor.say("你好")
    await visitor.answered("bot")
    database = Database(settings.archive_url)

    async def has_both() -> bool:
        try:
            return len(await rows(database, ArchivedMessage)) == 2
        except OperationalError:
            return False

    await until(has_both)
    await asyncio.sleep(0)
    await database.close()


async def test_rating(world):
    visitor, agent = await world.active_pair()
    url = f"{world.url}/api/v1/conversation/satisfaction"
    early = await world.http.post(url, json={"score": 5}, headers=visitor.headers)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "nothing_to_rate")
    await agent.close(visitor.id)
    assert (await world.http.post(url, json={"score": 6}, headers=visitor.headers)).status_code == 422
    rated = await world.http.post(url, json={"score": 2, "comment": "等太久"}, headers=visitor.headers)
    assert rated.status_code == 204
    conversation = await world.services.conversations.get(visitor.id)
    request = await world.services.queue.get(conversation.last_request_id)
    assert (request.satisfaction, request.satisfaction_comment) == (2, "等太久")
    # A satisfaction payload nobody offered is a text like any other.
    await visitor.say("满意", payload='/satisfaction{"score": 99}')
    assert await visitor.answered("bot") == ["答：满意"]
