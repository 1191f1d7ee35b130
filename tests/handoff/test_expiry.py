"""What runs out in Redis, and when: never what somebody waits for, and nothing is left of what has."""

import pytest

from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.keeper import Keeper
from handoff.keys import CONVERSATION_TTL_S, FEEDBACK_KEPT, OFFERING_MESSAGES
from handoff.models import Button, Conversation, Mentioned
from handoff.stores.deliveries import Address
from handoff.stores.sessions import Login
from handoff.vocabulary import Channel, ConversationState, NoteKind
from tests.handoff.makers import make_agent, make_conversation, make_request, system_message

LIN = Mentioned(id="a1", name="lin")


@pytest.fixture
async def archivist(settings, services):
    database = Database(settings.archive_url)
    yield Archivist(services, database)
    await database.close()


async def ttls(services, *ids: str) -> set[int]:
    """Of all keys that name one of these ids; near a month counts as a month."""
    keys = [key async for key in services.redis.scan_iter("*") if key.split(":")[-1] in ids]
    assert keys
    found = [await services.redis.ttl(key) for key in keys]
    return {CONVERSATION_TTL_S if CONVERSATION_TTL_S - 60 <= ttl <= CONVERSATION_TTL_S else ttl for ttl in found}


async def finish(services, conversation_id: str, agent_id: str) -> None:
    ended = await services.served.finish(
        conversation_id,
        agent_id,
        may_all=False,
        disposition="answered",
        summary=None,
        resolved=True,
        message=system_message(),
    )
    assert ended.get("finished")


async def test_nothing_runs_out_while_it_waits_or_is_served(services, archivist):
    agent = await make_agent(services, "lin")
    request = await make_request(services)
    ids = (request.id, request.conversation_id)
    await services.conversations.append(request.conversation_id, system_message(), message_key="k")
    await services.notes.add(ids[1], author=LIN, text="备注", mentions=[], kind=NoteKind.NOTE, note_key="n")
    await archivist.copy_due()
    assert await ttls(services, *ids) == {-1}
    await services.queue.claim(request.id, agent.id, agent.name, 3, system_message())
    await archivist.copy_due()
    assert await ttls(services, *ids) == {-1}
    await finish(services, ids[1], agent.id)
    assert await ttls(services, *ids) == {-1}  # not archived yet
    await archivist.copy_due()
    assert await ttls(services, *ids) == {CONVERSATION_TTL_S}
    await services.conversations.append(ids[1], system_message())
    assert await ttls(services, *ids) == {-1}
    await archivist.copy_due()
    services.trimming._quiet_ms = 0
    assert await services.trimming.trim(ids[1], [request.id]) is None
    assert await ttls(services, *ids) == {CONVERSATION_TTL_S}


async def test_note_and_channel_prolong_all_of_a_conversation(services, archivist):
    address = Address(Channel.WECHAT, "main", "openid")
    new = Conversation(id="c-wechat", state=ConversationState.BOT, channel=Channel.WECHAT)
    assert await services.deliveries.open_address(address, new) == (new.id, True)
    assert await ttls(services, new.id) == {CONVERSATION_TTL_S}
    await services.conversations.append(new.id, system_message(), message_key="k")
    await archivist.copy_due()
    for key in await services.redis.keys(f"*:{new.id}"):
        await services.redis.expire(key, 100)
    assert await services.deliveries.open_address(address, new) == (new.id, False)
    assert await ttls(services, new.id) == {CONVERSATION_TTL_S}
    for key in await services.redis.keys(f"*:{new.id}"):
        await services.redis.expire(key, 100)
    await services.notes.add(new.id, author=LIN, text="备注", mentions=[], kind=NoteKind.NOTE, note_key="n")
    assert await ttls(services, new.id) == {-1}
    # Who waits does not begin to run out by writing.
    assert await services.deliveries.open_address(address, new) == (new.id, False)
    assert await ttls(services, new.id) == {-1}


async def test_request_that_is_gone_takes_up_no_place(services):
    """Lost by hand, or by a Redis that evicts."""
    agent = await make_agent(services, "lin", capacity=1)
    gone, served, waiting = [await make_request(services) for _ in range(3)]
    assert (await services.queue.claim(served.id, agent.id, agent.name, 1, system_message())).won
    for lost in (gone, served):
        await services.redis.delete(f"xq:request:{lost.id}", f"xq:conversation:{lost.conversation_id}")
    assert await services.queue.lengths(["general"]) == {"general": 2}
    await services.turns.prepare()
    await Keeper(services).look_around()
    assert await services.queue.lengths(["general"]) == {"general": 1}
    assert (await services.queue.claim(waiting.id, agent.id, agent.name, 1, system_message())).won
    await Keeper(services).look_around()
    assert await services.agents.conversation_ids(agent.id) == [waiting.conversation_id]


async def test_claim_of_a_request_that_is_gone_frees_its_place_at_once(services):
    request = await make_request(services)
    await services.redis.delete(f"xq:request:{request.id}")
    assert (await services.queue.claim(request.id, "a1", "lin", 1, system_message())).missing
    assert await services.queue.lengths(["general"]) == {"general": 0}


async def test_conversation_of_a_lost_agent_that_is_gone_is_not_theirs_any_more(services):
    agent = await make_agent(services, "lin")
    request = await make_request(services)
    await services.queue.claim(request.id, agent.id, agent.name, 3, system_message())
    await services.redis.delete(f"xq:conversation:{request.conversation_id}")
    answer = await services.served.requeue(
        request.conversation_id,
        agent.id,
        skill_group=None,
        to_head=True,
        message=system_message(),
        why="agent_lost",
        transfer=("排队", "连接中断"),
    )
    assert answer == {"missing": True}
    assert await services.agents.conversation_ids(agent.id) == []


async def test_lists_that_are_added_to_for_ever_keep_the_latest(services, monkeypatch):
    monkeypatch.setattr("handoff.stores.deliveries.DEAD_LETTERS_KEPT", 3)
    for number in (1, 2, 5, 4, 3):
        await services.deliveries.bury(Channel.WECHAT, f"d{number}", {"failed_at_ms": number})
    assert sorted(await services.deliveries.dead_letters(Channel.WECHAT)) == ["d3", "d4", "d5"]

    monkeypatch.setattr("handoff.stores.conversations.CUSTOMER_CONVERSATIONS_KEPT", 3)
    waiting = (await make_request(services)).conversation_id
    older = [(await make_conversation(services)).id for _ in range(4)]
    for number, conversation_id in enumerate((waiting, *older)):
        await services.redis.hset(f"xq:conversation:{conversation_id}", "last_message_at_ms", number)
        await services.conversations.add_to_customer(conversation_id, "u1")
    assert set(await services.conversations.ids_of_customer("u1")) == {waiting, *older[2:]}
    await services.redis.delete(f"xq:conversation:{older[3]}")
    await services.conversations.add_to_customer(waiting, "u1")
    assert set(await services.conversations.ids_of_customer("u1")) == {waiting, older[2]}


async def test_sessions_that_have_run_out_leave_the_list(services):
    def login(family: str) -> Login:
        return Login(family=family, agent_id="a1", began_ms=1)

    async def listed() -> set[str]:
        return set(await services.redis.smembers("xq:agent-sessions:a1"))

    for family in ("f1", "f2"):
        await services.sessions.open(login(family), f"access-{family}", f"refresh-{family}", 60, 60)
    await services.redis.delete("xq:family:f1")
    assert await listed() == {"f1", "f2"}
    await services.sessions.open(login("f3"), "access-f3", "refresh-f3", 60, 60)
    assert await listed() == {"f2", "f3"}
    await services.redis.delete("xq:family:f2")
    await services.sessions.rotate("refresh-f3", to="new", access="newer", access_s=60, refresh_s=60)
    assert await listed() == {"f3"}


async def test_what_a_quiet_conversation_offered_and_was_judged_does_not_grow(services, archivist):
    services.trimming._quiet_ms = 0
    conversation_id = (await make_conversation(services)).id

    async def offer(*payloads: str) -> None:
        for payload in payloads:
            button = Button(title="选这个", payload=payload)
            await services.conversations.append(
                conversation_id, system_message().model_copy(update={"buttons": [button]})
            )

    async def trim() -> set[str]:
        while await archivist.copy_due():
            pass
        assert await services.trimming.trim(conversation_id, []) is None
        return set(await services.redis.smembers(f"xq:offered:{conversation_id}"))

    await offer(*(f"/p{number}" for number in range(OFFERING_MESSAGES + 5)))
    for seq in range(1, FEEDBACK_KEPT + 11):
        await services.redis.hset(f"xq:feedback:{conversation_id}", seq, "1")
    latest = {f"/p{number}" for number in range(5, OFFERING_MESSAGES + 5)}
    assert await trim() == latest
    assert sorted(await services.conversations.feedback(conversation_id)) == list(range(11, FEEDBACK_KEPT + 11))
    # Looked at again with nothing new, what is kept stays.
    assert await trim() == latest
    await offer("/new")
    assert await trim() == {"/new"}
