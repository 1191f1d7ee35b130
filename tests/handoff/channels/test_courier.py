"""The courier with a channel that misbehaves: order kept, nothing lost, a dead carrier's work taken over."""

import asyncio

import pytest

from handoff import auth
from handoff.channels.courier import Courier, Delivered, Held, Later, Undeliverable
from handoff.errors import StorageUnavailable
from handoff.models import Conversation, Draft
from handoff.stores.connection import Scripts
from handoff.stores.deliveries import Address
from handoff.vocabulary import Channel, ConversationState, Sender
from tests.handoff.people import until


class Recorder:
    """Carries one message a step, after doing what `script` says for it."""

    name = Channel.WECHAT

    def __init__(self, *script):
        self.script = list(script)
        self.carried = []

    async def deliver(self, parcel):
        if self.script:
            result = self.script.pop(0)
            if isinstance(result, asyncio.Event):
                await result.wait()
            elif isinstance(result, Exception):
                raise result
            elif result is not None:
                return result
        first = parcel.messages[0]
        self.carried.append((parcel.conversation.id, first.text))
        return Delivered(first.seq)

    def given_up(self, parcel, why):
        first = parcel.messages[0]
        return Undeliverable(first.seq, [first.seq], [first.text], why)


async def conversation(services, name="c1"):
    new = Conversation(id=name, state=ConversationState.BOT, channel=Channel.WECHAT, created_at_ms=1)
    found, _ = await services.deliveries.open_address(Address(Channel.WECHAT, "wx", f"user-{name}"), new)
    return found


async def say(services, conversation_id, *texts):
    for text in texts:
        draft = Draft(id=auth.new_id("m"), sender=Sender.AGENT, text=text)
        await services.conversations.append(conversation_id, draft)


@pytest.fixture
async def couriers(services):
    running = []

    def start(outlet, **values):
        one = Courier(services, outlet, **values)
        running.append((one, asyncio.create_task(one.run())))
        return running[-1]

    yield start
    for one, task in running:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await one.drain(0)


async def ends(task):
    """Takes nothing new from here on; what it carries, it carries on."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def lease_expires(services, conversation_id="c1"):
    """The carrier is thought dead, at this moment and not when a busy machine comes to it."""
    await services.redis.hset(f"xq:delivery:{conversation_id}", "lease_until_ms", 0)
    await services.redis.zadd("xq:deliveries:wechat", {conversation_id: 0})
    await services.redis.lpush("xq:delivery-wake:wechat", "1")


async def nothing_is_due(services):
    return await services.redis.zcard("xq:deliveries:wechat") == 0


async def test_carries_in_order_what_was_there_before_and_what_comes(services, couriers):
    await conversation(services)
    await say(services, "c1", "一", "二")
    outlet = Recorder()
    couriers(outlet)
    await until(lambda: len(outlet.carried) == 2)
    await say(services, "c1", "三")
    await until(lambda: len(outlet.carried) == 3)
    assert [text for _, text in outlet.carried] == ["一", "二", "三"]
    await until(lambda: nothing_is_due(services))


async def test_two_couriers_share_the_work_and_carry_each_message_once(services, couriers):
    for number in range(20):
        await conversation(services, f"c{number}")
    outlets = [Recorder(), Recorder()]
    for outlet in outlets:
        couriers(outlet)
    for word in "甲乙丙":
        await asyncio.gather(*(say(services, f"c{number}", word) for number in range(20)))
    await until(lambda: sum(len(outlet.carried) for outlet in outlets) == 60)
    everything = [pair for outlet in outlets for pair in outlet.carried]
    assert sorted(everything) == sorted((f"c{number}", word) for number in range(20) for word in "甲乙丙")
    for number in range(20):
        for outlet in outlets:
            mine = [word for name, word in outlet.carried if name == f"c{number}"]
            assert mine == sorted(mine, key="甲乙丙".index)


async def test_a_dead_carriers_message_is_carried_by_another(services, couriers):
    await conversation(services)
    hangs = asyncio.Event()
    outlet = Recorder(hangs)
    dead, task = couriers(outlet)
    await say(services, "c1", "一", "二")
    await until(lambda: not outlet.script)
    await ends(task)
    await dead.drain(0)
    await lease_expires(services)
    other = Recorder()
    couriers(other)
    await until(lambda: len(other.carried) == 2)
    assert outlet.carried == []
    assert [text for _, text in other.carried] == ["一", "二"]


async def test_a_carrier_that_was_thought_dead_records_nothing(services, couriers):
    await conversation(services)
    slow = asyncio.Event()
    first, second = Recorder(slow), Recorder()
    late, task = couriers(first)
    await say(services, "c1", "一")
    await until(lambda: not first.script)
    await ends(task)
    await lease_expires(services)
    couriers(second)
    await until(lambda: second.carried)
    await say(services, "c1", "二")
    await until(lambda: len(second.carried) == 2)
    slow.set()
    await until(lambda: first.carried)
    await until(lambda: not late._running)  # it has come to recording it
    standing = await services.deliveries.standing("c1")
    assert standing.delivered_seq == 2  # not set back to 1


@pytest.mark.parametrize("repeats", [1, 0])
async def test_what_carriers_died_over_is_not_carried_for_ever(services, couriers, repeats):
    """Each of them may have sent it, and nothing tells: so often it is carried again, then a person decides."""
    await conversation(services)
    await say(services, "c1", "一", "二")
    for _ in range(repeats + 1):
        outlet = Recorder(asyncio.Event())
        dead, task = couriers(outlet, repeats_unanswered=repeats)
        await until(lambda outlet=outlet: not outlet.script)
        await ends(task)
        await dead.drain(0)
        await lease_expires(services)
    other = Recorder()
    couriers(other, repeats_unanswered=repeats)
    await until(lambda: other.carried == [("c1", "二")])
    [letter] = (await services.deliveries.dead_letters(Channel.WECHAT)).values()
    assert (letter["seqs"], letter["texts"], letter["why"]) == ([1], ["一"], "unanswered")


async def test_a_script_that_the_client_repeats_counts_once(services, couriers, monkeypatch):
    """Its answer was lost, and the client ran it again: that is no second call of the platform."""
    run = Scripts.run

    async def twice(self, name, **arguments):
        if name in ("begin_sending", "settle_delivery"):
            await run(self, name, **arguments)
        return await run(self, name, **arguments)

    monkeypatch.setattr(Scripts, "run", twice)
    await conversation(services)
    outlet = Recorder(Later(why="no answer", is_unanswered=True))
    couriers(outlet, repeats_unanswered=1, unanswered_pauses_s=(0.01,))
    await say(services, "c1", "一")
    await until(lambda: outlet.carried == [("c1", "一")])
    assert await services.deliveries.dead_letters(Channel.WECHAT) == {}


async def test_an_error_nobody_foresaw_in_the_outlet_ends_too(services, couriers):
    await conversation(services)
    outlet = Recorder(RuntimeError(), RuntimeError())
    couriers(outlet, repeats_unanswered=1)
    await say(services, "c1", "一", "二")
    for left in (1, 0):
        await until(lambda left=left: len(outlet.script) == left)
        await lease_expires(services)
    await until(lambda: outlet.carried == [("c1", "二")])


async def test_failures_pause_and_then_become_a_dead_letter(services, couriers):
    await conversation(services)
    outlet = Recorder(Later(why="busy"), Later(why="busy"), Later(why="busy"))
    couriers(outlet, pauses_s=(0.01, 0.01))
    await say(services, "c1", "一", "二")
    await until(lambda: outlet.carried == [("c1", "二")])
    [letter] = (await services.deliveries.dead_letters(Channel.WECHAT)).values()
    assert (letter["seqs"], letter["texts"], letter["why"]) == ([1], ["一"], "busy")


@pytest.mark.parametrize("is_recorded", [False, True])
async def test_what_was_carried_is_recorded_when_the_storage_answers_again(
    services, couriers, monkeypatch, is_recorded
):
    """Whether the record or only the answer to it was lost: nothing is carried twice."""
    settle, failures = services.deliveries.settle, iter((1, 2))

    async def fails_twice(*args, **values):
        if values.get("through_seq") == 1 and next(failures, None):
            if is_recorded:
                await settle(*args, **values)
            raise StorageUnavailable
        return await settle(*args, **values)

    monkeypatch.setattr(services.deliveries, "settle", fails_twice)
    await conversation(services)
    outlet = Recorder()
    couriers(outlet)
    await say(services, "c1", "一", "二")
    await until(lambda: nothing_is_due(services))
    assert [text for _, text in outlet.carried] == ["一", "二"]


async def test_held_waits_for_news_and_undeliverable_is_passed_over(services, couriers):
    await conversation(services)
    outlet = Recorder(Held(), None, Undeliverable(2, [2], ["二"], "final"))
    couriers(outlet)
    await say(services, "c1", "一")

    async def is_held():
        return (await services.deliveries.standing("c1")).held

    await until(is_held)
    await until(lambda: nothing_is_due(services))
    await say(services, "c1", "二", "三")
    await until(lambda: [text for _, text in outlet.carried] == ["一", "三"])
    assert not (await services.deliveries.standing("c1")).held


async def test_an_error_of_ours_is_survived(services, couriers):
    await conversation(services)
    outlet = Recorder(ValueError("a bug"))
    carrier, _ = couriers(outlet)
    await say(services, "c1", "一")
    await until(lambda: not outlet.script and not carrier._running)
    assert outlet.carried == []
    await lease_expires(services)
    await until(lambda: outlet.carried == [("c1", "一")])
