"""A turn that fails whatever is tried is given up after three tries, and what comes behind it goes on."""

import json
from typing import Any

import pytest
import structlog
from prometheus_client import REGISTRY

from handoff import texts, turns
from handoff.app import create_app
from handoff.services import Services
from handoff.vocabulary import ConversationState
from tests.handoff.makers import customer_message, make_conversation
from tests.handoff.people import Visitor, client, until
from tests.handoff.servers import serve

PUT = """
redis.call('RPUSH', 'xq:mailbox:' .. ARGV[1], ARGV[2])
local entry = redis.call('XADD', 'xq:turns', '*', 'conversation', ARGV[1])
redis.call('HSET', 'xq:conversation:' .. ARGV[1], 'turn_entry', entry)
"""
SAID = "我的密码是六一八"


@pytest.fixture
async def quick(settings, services, rasa, monkeypatch):
    """A running service that tries again at once."""
    monkeypatch.setattr(turns, "TAKE_OVER_EVERY_S", 0.02)
    running = Services.build(settings.model_copy(update={"rasa_url": rasa.url, "turn_takeover_s": 0.05}))
    async with serve(create_app(running)) as url, client(url) as http:
        rasa.handoff_url, rasa.service_token = url, settings.service_token.get_secret_value()
        yield await Visitor.open(url, http), running


def abandoned() -> float:
    return REGISTRY.get_sample_value("xiaoqiao_turns_failed_total", {"result": "abandoned"}) or 0


async def put(services: Services, visitor: Visitor, turn: str) -> None:
    """A waiting turn as another release of the program may have left it."""
    await services.redis.eval(PUT, 0, visitor.id, turn)


async def nothing_waits(services: Services, visitor: Visitor) -> None:
    async def reached() -> bool:
        return await services.turns.length() == 0

    await until(reached)
    assert (await services.redis.xpending("xq:turns", "workers"))["pending"] == 0
    stored = await services.redis.hmget(f"xq:conversation:{visitor.id}", "turn_entry", "turn_failures")
    assert stored == [None, None]


async def events(services: Services, visitor: Visitor, kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in await services.conversations.journal(visitor.id) if event["kind"] == kind]


@pytest.mark.parametrize("turn", ["", "{", json.dumps({"route": "assistant", "text": SAID})])
async def test_a_waiting_turn_that_cannot_be_read(quick, services, turn):
    visitor, _ = quick
    before = abandoned()
    with structlog.testing.capture_logs() as logged:
        await put(services, visitor, turn)
        assert await visitor.answered("system") == [texts.APOLOGY]
    assert [one["title"] for one in (await visitor.messages())[-1]["buttons"]] == ["转人工"]
    await nothing_waits(services, visitor)
    assert await events(services, visitor, "turn_abandoned") == [{"why": "ValidationError", "last_seq": 0}]
    assert abandoned() == before + 1
    assert [one["failures"] for one in logged if one["event"] == "turn_failed"] == [1, 2, 3]
    assert SAID not in str(logged)
    await visitor.say("在吗")
    assert await visitor.answered("bot") == ["答：在吗"]


async def test_one_behind_others_fails_in_its_own_turn(quick, services, rasa):
    visitor, _ = quick
    rasa.gate.clear()
    await visitor.say("查话费")
    await services.redis.rpush(f"xq:mailbox:{visitor.id}", "{")
    await visitor.say("查流量")
    rasa.gate.set()
    await visitor.answered("bot", 2)
    assert [text for text in await visitor.texts() if not text.startswith("查")] == [
        "答：查话费",
        texts.APOLOGY,
        "答：查流量",
    ]
    await nothing_waits(services, visitor)


async def test_a_customer_who_waits_for_a_person_is_told_nothing(quick, services):
    visitor, _ = quick
    await visitor.say("转人工")
    await visitor.in_state("queued")
    await nothing_waits(services, visitor)
    said = await visitor.texts("system")
    await put(services, visitor, "{")
    await nothing_waits(services, visitor)
    assert await visitor.texts("system") == said


async def test_a_script_that_fails_at_the_end_of_a_turn(quick, services):
    """What was understood cannot be written: the answer is not given, and the customer hears so."""
    visitor, _ = quick
    await services.redis.set(f"xq:understanding:{visitor.id}", "no hash")
    await visitor.say("查话费")
    await visitor.answered("system")
    await nothing_waits(services, visitor)
    assert (await visitor.texts("system"))[-1] == texts.APOLOGY
    assert await events(services, visitor, "turn_abandoned") == [{"why": "StorageUnavailable", "last_seq": 1}]
    await services.redis.delete(f"xq:understanding:{visitor.id}")
    await visitor.say("查流量")
    assert (await visitor.answered("bot"))[-1] == "答：查流量"


async def test_a_script_that_fails_within_a_turn_is_given_up_like_any_error(quick, services):
    visitor, _ = quick
    await visitor.say("转人工")
    await visitor.in_state("queued")
    told = len(await visitor.texts("system"))
    await services.redis.set("xq:ticket-number", "no number")
    [payload] = [
        one["payload"] for one in (await visitor.messages())[-1]["buttons"] if one["title"] == texts.LEAVE_MESSAGE.title
    ]
    await visitor.say("留言", payload=payload)
    await visitor.answered("system", told + 1)
    seq = await visitor.say("明天再说")
    assert (await visitor.answered("system", told + 2))[-1] == texts.NOT_TAKEN
    await nothing_waits(services, visitor)
    assert await events(services, visitor, "turn_given_up") == [{"seq": seq}]


async def test_a_turn_goes_on_also_when_the_customer_cannot_be_told(quick, services):
    visitor, running = quick
    await services.redis.set(f"xq:journal:{visitor.id}", "no list")
    await put(services, visitor, "{")
    await nothing_waits(services, visitor)
    assert await running.turns.waiting(visitor.id) == []


async def test_a_store_that_refuses_everything_costs_no_try(services):
    """No memory left is no fault of this turn: it waits until there is some."""
    worker = turns.Worker(services)
    await services.turns.prepare()
    conversation_id = (await make_conversation(services)).id
    said = customer_message("查话费")
    await services.conversations.accept(
        conversation_id, said, message_key="k", plan={ConversationState.BOT: "assistant"}, payload=None
    )
    [entry] = await services.turns.take("w", 1, 100)
    await services.redis.config_set("maxmemory", "1")
    try:
        await worker._work(entry)
    finally:
        await services.redis.config_set("maxmemory", "0")
    assert await services.redis.hget(f"xq:conversation:{conversation_id}", "turn_failures") is None
    assert len(await services.turns.waiting(conversation_id)) == 1
