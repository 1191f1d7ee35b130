"""Redis holds what lives: the past of a quiet conversation is in the archive, and nobody notices."""

import asyncio

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handoff import metrics
from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.archive.history import ArchivedHistory
from handoff.archive.tables import ArchivedEvent, ArchivedMessage, ArchivedRequest
from handoff.audit import Action
from handoff.errors import StorageUnavailable
from handoff.models import Agent, Mentioned
from handoff.stores.conversations import Accepted
from handoff.usecases import tickets
from handoff.vocabulary import Channel, ConversationState, NoteKind, Role
from tests.handoff.makers import customer_message, make_conversation, make_request, system_message
from tests.handoff.people import until

QUIET_S = 0.05


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, settings):
    values = {"trim_after_s": QUIET_S}
    if request.param == "postgresql":
        values["database_url"] = request.getfixturevalue("postgres").url("trimming")
    return settings.model_copy(update=values)


@pytest.fixture
async def archivist(settings, services):
    database = Database(settings.archive_url)
    await database.migrate()
    services.conversations.read_past_from(ArchivedHistory(database))
    yield Archivist(services, database)
    await database.close()


async def archive_and_trim(archivist: Archivist) -> int:
    while await archivist.copy_due():
        pass
    await asyncio.sleep(QUIET_S * 1.2)
    return await archivist.trim_due()


async def memory_bytes(services, conversation_id: str) -> int:
    keys = [key async for key in services.redis.scan_iter(f"*{conversation_id}*")]
    conversation = await services.conversations.get(conversation_id)
    keys += [f"xq:request:{conversation.last_request_id}"] if conversation.last_request_id else []
    return sum([await services.redis.memory_usage(key, samples=0) or 0 for key in keys])


async def rows(archivist: Archivist, table, conversation_id: str) -> list:
    query = select(table.__table__).where(table.__table__.c.conversation_id == conversation_id)
    async with archivist._database.connect() as connection:
        return list((await connection.execute(query.order_by(*table.__table__.primary_key))).mappings())


async def test_customer_and_agent_read_the_past_and_go_on(world, services, archivist):
    visitor = await world.visitor()
    for number in range(9):
        await visitor.say(f"第{number}个问题，想问一下我的套餐还剩多少流量", key=f"q{number}")
        await visitor.answered("bot", number + 1)
    await visitor.say("转人工")
    await visitor.in_state("queued")
    agent = await world.agent()
    await agent.claim_first()
    await agent.reply(visitor.id, "您好")
    await agent.close(visitor.id, summary="套餐已核对，客户满意")
    before = (await visitor.read())["messages"]
    seen_by_agent = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()
    large = await memory_bytes(services, visitor.id)

    assert await archive_and_trim(archivist) == 1
    small = await memory_bytes(services, visitor.id)
    print(f"memory of an idle conversation of {len(before)} messages: {large} -> {small} bytes")
    assert small < large / 4
    assert await services.redis.exists(f"xq:messages:{visitor.id}", f"xq:journal:{visitor.id}") == 0
    assert (await visitor.read())["messages"] == before
    assert (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json() == seen_by_agent

    # A client that missed the last acknowledgement sends that message again; then the customer writes something new.
    assert (await visitor.post("第8个问题", key="q8")).json()["duplicate"]
    assert await visitor.say("又断网了") == len(before) + 1
    await visitor.answered("bot", 10)
    after = (await visitor.read())["messages"]
    assert after[: len(before)] == before
    assert [message["seq"] for message in after] == list(range(1, len(before) + 3))
    # Across the seam, in pages and on the stream.
    url = f"{world.url}/api/v1/conversation?after={len(before) - 2}&limit=3"
    page = (await world.http.get(url, headers=visitor.headers)).json()
    assert ([m["seq"] for m in page["messages"]], page["more"]) == (
        [len(before) - 1, len(before), len(before) + 1],
        True,
    )
    async with visitor.stream() as stream:
        await until(lambda: len(stream.seqs()) == len(after))
        assert stream.seqs() == [message["seq"] for message in after]
    # And once more: only what came since is added to the archive.
    assert await archive_and_trim(archivist) == 1
    assert (await visitor.read())["messages"] == after


async def test_rating_after_the_service_has_left_redis(world, services, archivist):
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id, summary="已处理")
    assert await archive_and_trim(archivist) == 1
    [request] = await rows(archivist, ArchivedRequest, visitor.id)
    answer = await world.http.post(
        f"{world.url}/api/v1/conversation/satisfaction", json={"score": 5}, headers=visitor.headers
    )
    assert answer.status_code == 204
    assert await archivist.copy_due() == 1
    [rated] = await rows(archivist, ArchivedRequest, visitor.id)
    assert dict(rated) == {**request, "satisfaction": 5}
    assert request["context"]["failed_turns"] == 2


async def test_next_agent_is_shown_how_the_last_service_ended_after_it_has_left_redis(world, archivist):
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id, summary="退回两个月的增值业务费")
    assert await archive_and_trim(archivist) == 1
    await visitor.say("转人工")
    await visitor.in_state("queued")
    await agent.claim_first()
    shown = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()
    assert shown["previous"]["summary"] == "退回两个月的增值业务费"


async def test_two_services_between_two_rounds_are_both_archived(world, archivist):
    visitor = await world.visitor()
    agent = await world.agent()
    for number in range(2):
        await visitor.say("转人工")
        await visitor.in_state("queued")
        await agent.claim_first()
        await agent.close(visitor.id, summary=f"第{number}次")
    await archivist.copy_due()
    found = await rows(archivist, ArchivedRequest, visitor.id)
    assert sorted(row["summary"] for row in found) == ["第0次", "第1次"]
    assert {row["state"] for row in found} == {"done"}


async def test_message_is_archived_with_what_is_understood_later(world, archivist):
    """It is copied when its turn has ended, not before."""
    visitor = await world.visitor()
    await visitor.say("你好")
    await visitor.answered("bot")
    world.rasa.gate.clear()
    await visitor.say("等等，为什么话费高")
    await archivist.copy_due()
    assert len(await rows(archivist, ArchivedMessage, visitor.id)) == 2
    world.rasa.gate.set()
    await visitor.answered("bot", 2)
    await archivist.copy_due()
    archived = await rows(archivist, ArchivedMessage, visitor.id)
    assert [row["turn"]["intent"] if row["turn"] else None for row in archived][2] == "query_bill"


async def test_only_quiet_and_archived_conversations_are_trimmed(services, archivist):
    async def trim(conversation_id: str) -> str | None:
        return await services.trimming.trim(conversation_id, [])

    conversation = await make_conversation(services)
    await services.conversations.append(conversation.id, system_message())
    assert await trim(conversation.id) == "not_quiet"
    await asyncio.sleep(QUIET_S * 1.2)
    assert await trim(conversation.id) == "not_archived"
    await archivist.copy_due()
    await services.redis.hset(f"xq:conversation:{conversation.id}", "turn_entry", "1-1")
    assert await trim(conversation.id) == "turn_waits"
    await services.redis.hdel(f"xq:conversation:{conversation.id}", "turn_entry")
    await services.redis.hset(f"xq:conversation:{conversation.id}", "outlet", Channel.WECHAT)
    assert await trim(conversation.id) == "not_delivered"
    await services.redis.hset(f"xq:delivery:{conversation.id}", "delivered_seq", 1)
    assert await trim(conversation.id) is None
    assert await trim("gone") == "missing"

    waiting = (await make_request(services)).conversation_id
    await archivist.copy_due()
    await asyncio.sleep(QUIET_S * 1.2)
    assert await trim(waiting) == "with_person"


async def test_written_to_while_it_is_archived(services, archivist):
    """What comes between the copy and its note in Redis is neither trimmed nor missed."""
    conversation = await make_conversation(services)
    await services.conversations.append(conversation.id, system_message("一"))
    write = archivist._database.write

    async def slow_write(*arguments):
        await write(*arguments)
        await services.conversations.append(conversation.id, system_message("二"))

    archivist._database.write = slow_write
    await archivist.copy_due()
    archivist._database.write = write
    await asyncio.sleep(QUIET_S * 1.2)
    assert await services.trimming.trim(conversation.id, []) == "not_archived"
    assert await archive_and_trim(archivist) == 1
    texts = [message.text for message in await services.conversations.messages(conversation.id, 0, 10)]
    assert texts == ["一", "二"]


async def test_copyist_who_comes_late_takes_nothing_back(services, archivist):
    """Else what was understood would be written anew without it: it has left Redis."""
    conversation = await make_conversation(services)
    await services.conversations.append(conversation.id, system_message())
    assert await archive_and_trim(archivist) == 1
    await services.trimming.archived(conversation.id, 0, 0)
    assert (await services.conversations.get(conversation.id)).archived_seq == 1
    assert await services.trimming.archive_due(10) == []


async def test_text_the_database_refuses_does_not_stop_the_others(services, archivist, monkeypatch):
    bad, good = await make_conversation(services), await make_conversation(services)
    for conversation in (bad, good):
        await services.conversations.append(conversation.id, system_message("好"))
    write = archivist._database.write

    async def refusing(rows, ratings=()):
        if rows[0].id == bad.id:
            raise IntegrityError("INSERT", None, ValueError("refused"))
        await write(rows, ratings)

    monkeypatch.setattr(archivist._database, "write", refusing)
    await archivist.copy_due()
    assert len(await rows(archivist, ArchivedMessage, good.id)) == 1
    assert await services.trimming.archive_due(10) == [bad.id]
    monkeypatch.setattr(archivist._database, "write", write)
    await archivist.copy_due()
    assert len(await rows(archivist, ArchivedMessage, bad.id)) == 1


async def test_conversation_that_cannot_be_read_stops_neither_the_others_nor_the_audit_log(services, archivist):
    bad, good = await make_conversation(services), await make_conversation(services)
    for conversation in (bad, good):
        await services.conversations.append(conversation.id, system_message("好"))
    await services.redis.hset(f"xq:understanding:{bad.id}", "1", '{"confidence": "客户说的话"}')
    await services.redis.xadd("xq:audit", {"entry": '{"action": "nobody knows"}'})
    await services.audit.record(Action.LOGOUT)
    before = metrics.ARCHIVE_REFUSED._value.get()
    with structlog.testing.capture_logs() as logged:
        for _ in range(2):
            assert await archivist.move_audit() in (0, 1)
            await archivist.copy_due()
            await archivist.trim_due()
    assert len(await rows(archivist, ArchivedMessage, good.id)) == 1
    assert await services.trimming.archive_due(10) == [bad.id]
    assert metrics.ARCHIVE_REFUSED._value.get() == before + 3
    refused = [entry for entry in logged if entry["event"] == "archive_refused"]
    assert [entry["conversation_id"] for entry in refused] == [bad.id]  # told once
    assert "客户说的话" not in str(logged)
    assert (await services.audit.length(), await services.redis.llen("xq:audit-aside")) == (0, 1)
    # Mended, it is archived like any other.
    await services.redis.hdel(f"xq:understanding:{bad.id}", "1")
    await archivist.copy_due()
    assert len(await rows(archivist, ArchivedMessage, bad.id)) == 1


async def test_audit_entry_the_database_refuses_is_set_aside(services, archivist, monkeypatch):
    write = archivist._database.write

    async def refusing(rows, ratings=()):
        if any(row.agent_name == "坏" for row in rows):
            raise IntegrityError("INSERT", None, ValueError("refused"))
        await write(rows, ratings)

    monkeypatch.setattr(archivist._database, "write", refusing)
    for name in ("好", "坏", "好"):
        agent = Agent(id="a1", username="lin", name=name, role=Role.AGENT)
        await services.audit.record(Action.LOGOUT, agent)
    assert await archivist.move_audit() == 2
    assert await services.audit.length() == 0
    [aside] = await services.redis.lrange("xq:audit-aside", 0, -1)
    assert "坏" in aside


async def test_any_character_can_be_archived(services, archivist):
    conversation = await make_conversation(services)
    await services.conversations.append(conversation.id, system_message("零\x00和😀"))
    await archivist.copy_due()
    assert [row["text"] for row in await rows(archivist, ArchivedMessage, conversation.id)] == ["零\ufffd和😀"]


async def test_past_that_is_away_is_told_and_new_messages_are_taken(world, services, archivist, monkeypatch):
    visitor = await world.visitor()
    await visitor.say("你好")
    await visitor.answered("bot")
    assert await archive_and_trim(archivist) == 1
    monkeypatch.setattr(Database, "connect", lambda _self: (_ for _ in ()).throw(OSError("away")))
    answer = await world.http.get(f"{world.url}/api/v1/conversation", headers=visitor.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "storage_unavailable")
    assert await visitor.say("还在吗") == 3
    monkeypatch.undo()
    await until(lambda: visitor.answered("bot", 2))


async def test_agents_read_and_claim_what_is_live_while_the_past_is_away(world, services, archivist, monkeypatch):
    visitor, agent = await world.visitor(), await world.agent()
    await visitor.say("你好")
    await visitor.answered("bot")
    assert await archive_and_trim(archivist) == 1
    with monkeypatch.context() as patch:
        patch.setattr(Database, "connect", lambda _self: (_ for _ in ()).throw(OSError("away")))
        await visitor.say("转人工")
        await until(agent.queue)
        claimed = await agent.claim_first()  # won is won, and shown
        read = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()
        for one in (claimed, read):
            assert (one["earlier_missing"], one["messages"][0]["seq"]) == (True, 3)
        known = (await agent.call("GET", f"/agent/conversations/{visitor.id}?after=3")).json()
        assert (known["earlier_missing"], known["messages"][0]["seq"]) == (False, 4)
    read = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()
    assert (read["earlier_missing"], read["messages"][0]["seq"]) == (False, 1)


async def test_old_rows_are_deleted_when_the_operator_says_so(world, settings, services, archivist):
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id)
    waiting = await world.queued_visitor()
    assert await archive_and_trim(archivist) == 1
    await archivist.forget_old()  # off by default
    said = len((await visitor.read())["messages"])
    assert len(await rows(archivist, ArchivedMessage, visitor.id)) == said

    async with archivist._database._engine.begin() as connection:
        for table, column in (
            (ArchivedMessage, "created_at_ms"),
            (ArchivedEvent, "at_ms"),
            (ArchivedRequest, "ended_at_ms"),
        ):
            await connection.execute(table.__table__.update().where(table.__table__.c[column] > 0).values({column: 1}))
    archivist._services.settings.__dict__["archive_days"] = 30
    archivist._forget_next = 0.0  # looked a moment ago, and looks every few hours
    await archivist.forget_old()
    assert await rows(archivist, ArchivedMessage, visitor.id) == []
    assert await rows(archivist, ArchivedEvent, visitor.id) == []
    assert await rows(archivist, ArchivedRequest, visitor.id) == []
    assert len(await rows(archivist, ArchivedRequest, waiting.id)) == 1  # still waits
    # Their numbers are never given again.
    assert await visitor.say("你好") == said + 1
    await until(lambda: visitor.answered("bot"))
    assert [message["seq"] for message in await visitor.messages()] == [said + 1, said + 2]


async def test_what_was_sent_once_is_known_after_the_past_has_left_redis(services, archivist):
    """Numbers of the bot's answers, of notes and of tickets say nothing of how old a key is."""
    conversation = await make_conversation(services)
    lin = Mentioned(id="a1", name="lin")

    async def said(number: int) -> Accepted | None:
        return await services.conversations.accept(
            conversation.id,
            customer_message(f"第{number}句"),
            message_key=f"customer:k{number}",
            plan=dict.fromkeys(ConversationState, "keep"),
            payload=None,
        )

    async def opened() -> int:
        return await tickets.open_ticket(services, conversation.id, "message", "请处理", ticket_key="ticket:t1")

    async def noted() -> tuple[int, bool]:
        return await services.notes.add(
            conversation.id, author=lin, text="备注", mentions=[], kind=NoteKind.NOTE, note_key="note:n1"
        )

    number, note = await opened(), await noted()
    for each in range(40):
        await said(each)
    assert await archive_and_trim(archivist) == 1
    length = (await services.conversations.get(conversation.id)).last_seq
    assert await opened() == number
    assert await noted() == (note[0], True)
    assert [(await said(each)).duplicate for each in (0, 5, 39)] == [True] * 3
    assert (await services.conversations.get(conversation.id)).last_seq == length
    # A day later nobody sends them again: they go, and with them the last reason to look at the conversation.
    assert await services.redis.zcard("xq:trim-due") == 1
    for key in await services.redis.hkeys(f"xq:seen:{conversation.id}"):
        await services.redis.hset(f"xq:seen:{conversation.id}", key, "1@1")
    await services.redis.zadd("xq:trim-due", {conversation.id: 1})
    assert await archivist.trim_due() == 1
    assert await services.redis.exists(f"xq:seen:{conversation.id}", "xq:trim-due") == 0


async def test_the_desk_goes_on_without_the_archive(world, monkeypatch):
    """What an agent has not read yet may have left Redis; the row of it must not wait for the archive."""
    visitor, agent = await world.active_pair()
    last = (await visitor.messages())[-1]["seq"]
    services = world.services
    await services.redis.ltrim(f"xq:messages:{visitor.id}", last - 1, -1)
    await services.redis.hset(f"xq:conversation:{visitor.id}", "trimmed_seq", last - 1)

    async def away(*_arguments: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(services.conversations._history, "messages", away)
    answer = await agent.call("GET", "/agent/conversations")
    assert answer.status_code == 200
    [row] = answer.json()["conversations"]
    assert row["last_sender"] == "system"
