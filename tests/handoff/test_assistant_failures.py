"""Rasa is slow, broken or gone: an apology and the offer of a person within 3 s, and nothing is lost."""

import asyncio

import pytest
import structlog

from handoff import texts, turns
from handoff.app import create_app
from handoff.services import Services
from handoff.usecases import customers, handoffs, tickets
from handoff.vocabulary import TicketKind
from tests.handoff.makers import system_message
from tests.handoff.people import Visitor, client, until
from tests.handoff.servers import free_port, serve

# By the clock of the service: how late a busy machine lets a test look says nothing of the product.
APOLOGY_WITHIN_S = 3.0


async def apology_after_s(visitor: Visitor) -> float:
    """Seconds from the first message to the first apology."""
    at_ms = {message["sender"]: message["created_at_ms"] for message in reversed(await visitor.messages())}
    return (at_ms["system"] - at_ms["customer"]) / 1000


@pytest.mark.parametrize("text", ["错误", "空", "乱"])
async def test_useless_answer(world, text):
    visitor = await world.visitor()
    await visitor.say(text)
    assert await visitor.answered("system") == [texts.APOLOGY]
    message = (await visitor.messages())[-1]
    assert [button["payload"] for button in message["buttons"]] == ["/transfer_human"]
    assert message["outcome"]["kind"] == "failure"
    assert (await visitor.texts("customer")) == [text]


async def test_hanging_assistant(world):
    world.rasa.gate.clear()
    visitor = await world.visitor()
    await visitor.say("等一下")
    await visitor.answered("system")
    assert await apology_after_s(visitor) < APOLOGY_WITHIN_S


async def test_late_answer_is_not_delivered(world):
    world.rasa.gate.clear()
    visitor = await world.visitor()
    await visitor.say("等一下")
    await visitor.answered("system")
    world.rasa.gate.set()
    await visitor.say("现在呢")
    assert await visitor.answered("bot") == ["答：现在呢"]


async def test_one_apology_for_all_that_waits(world):
    world.rasa.gate.clear()
    visitor = await world.visitor()
    for text in ("等一", "等二", "等三"):
        await visitor.say(text)
    await visitor.answered("system")
    assert await apology_after_s(visitor) < APOLOGY_WITHIN_S
    world.rasa.gate.set()
    await visitor.say("好了吗")
    await visitor.answered("bot")
    assert await visitor.texts() == ["等一", "等二", "等三", texts.APOLOGY, "好了吗", "答：好了吗"]


@pytest.fixture
async def without_rasa(settings, services):
    """A running service whose Rasa does not exist."""
    gone = settings.model_copy(update={"rasa_url": f"http://127.0.0.1:{free_port()}"})
    async with serve(create_app(Services.build(gone))) as url, client(url) as http:
        yield url, http


@pytest.mark.parametrize(("text", "by_button"), [("转人工", True), ("我要找客服", False), ("人工！！", False)])
async def test_person_wanted_while_assistant_is_away(without_rasa, services, text, by_button):
    url, http = without_rasa
    visitor = await Visitor.open(url, http)
    await visitor.say("宽带不通")
    await visitor.answered("system")
    assert await apology_after_s(visitor) < APOLOGY_WITHIN_S
    apology = (await visitor.messages())[-1]
    await visitor.say(text, payload=apology["buttons"][0]["payload"] if by_button else None)
    await visitor.in_state("queued")
    [request] = await services.queue.waiting()
    assert (request.reason, request.conversation_id) == ("assistant_unavailable", visitor.id)
    assert (await visitor.texts("system")).count(texts.APOLOGY) == 1


async def test_refusing_a_person_is_no_wish_for_one(without_rasa):
    url, http = without_rasa
    visitor = await Visitor.open(url, http)
    await visitor.say("不要转人工，我自己看")
    assert await visitor.answered("system") == [texts.APOLOGY]
    assert await visitor.state() == "bot"


async def test_wish_among_waiting_messages_is_seen(world):
    world.rasa.gate.clear()
    visitor = await world.visitor()
    await visitor.say("等等我的问题")
    await visitor.say("转接客服等")
    await visitor.in_state("queued")
    assert texts.APOLOGY not in await visitor.texts()


async def test_rasa_back_within_the_budget_answers(settings, services, rasa):
    """A refused connection is tried again: Rasa being restarted costs the customer a moment, not the answer."""
    port = free_port()
    waiting = settings.model_copy(update={"rasa_url": f"http://127.0.0.1:{port}"})
    async with serve(create_app(Services.build(waiting))) as url, client(url) as http:
        visitor = await Visitor.open(url, http)
        await visitor.say("你好")
        await until(lambda: visitor.texts("customer"))
        await asyncio.sleep(0)
        async with serve(rasa.app, port):
            assert await visitor.answered("bot") == ["答：你好"]
    assert rasa.messages_of(visitor.id) == ["你好"]


@pytest.mark.parametrize("wants_person", [False, True])
async def test_error_nobody_foresaw_is_not_tried_for_ever(settings, services, rasa, monkeypatch, wants_person):
    """The customer is told, what they write next does not wait behind it, and no text of theirs is logged."""
    monkeypatch.setattr(turns, "TAKE_OVER_EVERY_S", 0.02)
    running = Services.build(settings.model_copy(update={"rasa_url": rasa.url, "turn_takeover_s": 0.02}))
    tries, all_said = [], asyncio.Event()

    async def broken(_conversation, seq, text, *_rest):
        await all_said.wait()
        tries.append(seq)
        raise RuntimeError(f"cannot read {text}")

    monkeypatch.setattr(running.assistant, "answer", broken)
    with structlog.testing.capture_logs() as logged:
        async with serve(create_app(running)) as url, client(url) as http:
            visitor = await Visitor.open(url, http)
            await visitor.say("我的密码是小桥流水")
            if wants_person:
                await visitor.say("转人工")
            all_said.set()
            if wants_person:
                await visitor.in_state("queued")
            else:
                assert await visitor.answered("system") == [texts.APOLOGY]
            assert tries == [1, 1, 1]
            await visitor.say("在吗")
            if not wants_person:
                await visitor.answered("system", 2)
                assert await visitor.texts() == ["我的密码是小桥流水", texts.APOLOGY, "在吗", texts.APOLOGY]

            async def ended() -> bool:
                return await services.turns.length() == 0

            await until(ended)
    failed = [entry for entry in logged if entry["event"] == "turn_failed"]
    assert [entry["failures"] for entry in failed[:3]] == [1, 2, 3]
    assert "broken" in failed[0]["where"]
    assert "小桥流水" not in str(logged)


@pytest.mark.parametrize("state", ["bot", "queued"])
async def test_what_was_not_for_the_assistant_and_fails_is_said_not_to_be_taken(world, monkeypatch, state):
    """No apology for the assistant, no failure of its, and words meant for a ticket are no wish for a person."""

    async def broken(*_arguments, **_fields):
        raise RuntimeError

    monkeypatch.setattr(tickets, "open_ticket", broken)
    visitor = await world.visitor() if state == "bot" else await world.queued_visitor()
    told = len(await visitor.texts("system"))
    await world.services.conversations.ask(visitor.id, TicketKind.MESSAGE, system_message(texts.ASK_MESSAGE), "ask")
    await world.services.redis.hset(f"xq:conversation:{visitor.id}", "turn_failures", turns.TRIES)
    seq = await visitor.say("找人工也没用，请回电")
    assert (await visitor.answered("system", told + 2))[-1] == texts.NOT_TAKEN
    last = (await visitor.messages())[-1]
    assert ([one["title"] for one in last["buttons"]], last["outcome"]) == (["留言"], None)
    assert await visitor.state() == state
    assert seq not in await world.services.conversations.understanding(visitor.id)
    assert len(await world.services.queue.waiting()) == (1 if state == "queued" else 0)


@pytest.mark.parametrize("state", ["bot", "queued", "active"])
async def test_a_score_that_cannot_be_stored_is_asked_for_again(world, monkeypatch, state):
    async def broken(*_arguments, **_fields):
        raise RuntimeError

    monkeypatch.setattr(customers, "rate", broken)
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id)
    if state != "bot":
        await visitor.say("转人工")
        await visitor.in_state("queued")
    if state == "active":
        await agent.claim_first()
    told = len(await visitor.texts("system"))
    await world.services.redis.hset(f"xq:conversation:{visitor.id}", "turn_failures", turns.TRIES)
    await visitor.say("满意", payload=texts.SATISFACTION[1].payload)
    assert (await visitor.answered("system", told + 1))[-1] == texts.NOT_TAKEN
    last = (await visitor.messages())[-1]
    assert [one["title"] for one in last["buttons"]] == [one.title for one in texts.SATISFACTION]
    assert await visitor.state() == state


async def test_error_in_the_handoff_itself_ends_with_the_apology(world, monkeypatch):
    async def broken(*_arguments):
        raise RuntimeError

    monkeypatch.setattr(handoffs, "request_without_assistant", broken)
    visitor = await world.visitor()
    await world.services.redis.hset(f"xq:conversation:{visitor.id}", "turn_failures", turns.TRIES)
    await visitor.say("转人工")
    assert await visitor.answered("system") == [texts.APOLOGY]
