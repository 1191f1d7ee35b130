"""A queue holds as many as it may, whoever comes at once, and nobody is left without an answer."""

import asyncio
from collections import Counter

import pytest

from handoff import texts
from handoff.errors import StartupError
from handoff.skill_groups_file import load_skill_groups
from handoff.stores.queue import Enqueued, Limit, QueueFull
from handoff.vocabulary import HandoffReason
from tests.handoff.makers import make_conversation, new_request, system_message, with_skill_groups


def limit(places, reserve=0, *, may_use_reserve=False):
    return Limit(places, reserve, may_use_reserve, system_message("满了"))


async def enter(services, request, limit):
    return await services.queue.enqueue(request, 0, system_message("排队"), None, return_within_s=60, limit=limit)


async def test_of_two_hundred_at_once_fifty_get_a_place(services):
    conversations = [await make_conversation(services) for _ in range(200)]
    results = await asyncio.gather(*(enter(services, new_request(each), limit(50)) for each in conversations))
    assert Counter(type(result) for result in results) == {Enqueued: 50, QueueFull: 150}
    assert len(await services.queue.waiting()) == 50
    # Each was told, once; those without a place are still with the assistant.
    for conversation, result in zip(conversations, results, strict=True):
        stored = await services.conversations.get(conversation.id)
        told = [message.text for message in await services.conversations.messages(conversation.id, 0, 10)]
        assert (stored.state, told) == (("queued", ["排队"]) if isinstance(result, Enqueued) else ("bot", ["满了"]))


async def test_the_reserve_is_for_those_who_may_use_it(services):
    conversations = [await make_conversation(services) for _ in range(200)]
    results = await asyncio.gather(
        *(
            enter(services, new_request(each), limit(20, 10, may_use_reserve=number % 2 == 0))
            for number, each in enumerate(conversations)
        )
    )
    won = [number for number, result in enumerate(results) if isinstance(result, Enqueued)]
    assert len(won) == 30
    assert sum(number % 2 for number in won) <= 20


async def test_a_refused_turn_stays_refused_and_the_next_one_may_enter(services):
    first, second = await make_conversation(services), await make_conversation(services)
    assert isinstance(await enter(services, new_request(first), limit(1)), Enqueued)
    request = new_request(second)
    refused = [await enter(services, request, limit(1)) for _ in range(2)]
    assert refused == [QueueFull(1, is_repeated=False), QueueFull(1, is_repeated=True)]
    await services.queue.leave(first.id, system_message())
    assert await enter(services, request, limit(1)) == QueueFull(0, is_repeated=True)
    assert (await services.conversations.get(second.id)).last_seq == 1
    later = request.model_copy(update={"turn_seq": 2})
    assert await enter(services, later, limit(1)) == Enqueued(later.id, created=True)


async def test_who_comes_back_to_an_agent_may_use_the_reserve(services):
    back, stranger = await make_conversation(services), await make_conversation(services)
    request = new_request(back)
    await services.queue.enqueue(request, 0, system_message(), None)
    assert (await services.queue.claim(request.id, "a1", "坐席", 1, system_message())).won
    await services.served.finish(
        back.id, "a1", may_all=False, disposition="answered", summary=None, resolved=True, message=system_message()
    )
    assert isinstance(await enter(services, new_request(stranger), limit(0, 1)), QueueFull)
    again = new_request(back, id="again", turn_seq=9)
    assert await enter(services, again, limit(0, 1)) == Enqueued("again", created=True)


class TestFull:
    """Through the whole service, with one place and one in reserve."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"queue_limit": 1, "queue_reserve": 1})

    async def test_customer_is_told_once_and_leaves_a_message_for_the_same_desk(self, world):
        await world.queued_visitor()
        visitor = await world.visitor()
        await visitor.say("转人工")
        await visitor.answered("bot")
        [told] = await visitor.messages("system")
        assert told["text"] == texts.QUEUE_FULL
        assert [button["title"] for button in told["buttons"]] == ["请回电", "留言"]
        assert told["outcome"]["reason"] == "queue_full"
        assert await visitor.state() == "bot"

        await visitor.say("请回电", payload="/call_back")
        await visitor.answered("system", 2)
        await visitor.say("13900001111")
        opened = (await visitor.answered("system", 3))[-1]
        assert "回电登记好了，我们会拨打 139****1111" in opened
        agent = await world.agent("bills", skill_groups=["bills"])  # of the desk that was full
        [ticket] = (await agent.call("GET", "/agent/tickets")).json()["tickets"]
        assert (ticket["skill_group"], ticket["kind"]) == ("bills", "callback")

        # The assistant goes on as if nothing had happened.
        await visitor.say("你好")
        assert (await visitor.answered("bot", 2))[-1] == "答：你好"
        metrics = (await world.http.get(f"{world.url}/metrics")).text
        assert 'xiaoqiao_handoffs_refused_total{reason="customer_request",skill_group="bills"}' in metrics

    async def test_complaint_takes_the_reserve(self, world):
        await world.queued_visitor()
        await world.queued_visitor("我要投诉")
        late = await world.visitor()
        await late.say("我要投诉")
        [told] = await late.answered("system")
        assert told == "给您添麻烦了，很抱歉。" + texts.QUEUE_FULL

    async def test_full_queue_is_told_when_the_assistant_is_away_too(self, world):
        visitor = await world.visitor()
        await visitor.say("错误，转人工")
        await visitor.in_state("queued")
        late = await world.visitor()
        await late.say("错误，转人工")
        assert await late.answered("system") == [texts.QUEUE_FULL]
        await asyncio.sleep(0.1)
        assert await late.texts("system") == [texts.QUEUE_FULL]


class TestLimitOfOneGroup:
    """A group's own limit goes before that of all."""

    @pytest.fixture
    def settings(self, settings, tmp_path):
        limited = ("name: 账单费用组}", "name: 账单费用组, queue_limit: 1}")
        return with_skill_groups(settings, tmp_path, limited).model_copy(update={"queue_reserve": 0})

    async def test_limit_of_a_group(self, world):
        await world.queued_visitor()
        late, other = await world.visitor(), await world.visitor()
        await late.say("转人工")
        assert await late.answered("system") == [texts.QUEUE_FULL]
        await other.say("错误，转人工")  # the general group
        await other.in_state("queued")


class TestLongWait:
    """A wait that is long offers something else."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"long_wait_s": 300.0})

    async def test_long_wait_is_offered_a_call_or_a_message(self, world):
        await world.agent(capacity=1)
        first, second = await world.queued_visitor(), await world.queued_visitor()
        [short], [long] = await first.messages("system"), await second.messages("system")
        assert [button["title"] for button in short["buttons"]] == ["取消排队"]
        assert "现在等待的时间比较长。不想等可以选择“请回电”或“留言”" in long["text"]
        assert [button["title"] for button in long["buttons"]] == ["继续排队", "请回电", "留言", "取消排队"]
        await second.say("继续排队", payload="/keep_place")
        assert "现在等待的时间比较长" in (await second.answered("system", 2))[-1]
        await second.say("留言", payload="/leave_message")
        await second.answered("system", 3)
        await second.say("明天再说")
        await second.in_state("bot")


GROUPS = "skill_groups:\n  - {id: bills, name: 账单组%s}\n  - {id: general, name: 综合组}\n"


def test_skill_groups_are_read_with_what_holds_for_each(tmp_path):
    file = tmp_path / "skill_groups.yml"
    file.write_text(GROUPS % ", queue_limit: 5, overflow_after_s: 60", encoding="utf-8")
    bills, general = load_skill_groups(file).groups.values()
    assert (bills.queue_limit, bills.overflow, bills.overflow_after_s) == (5, "general", 60)
    assert (general.queue_limit, general.overflow, general.overflow_after_s) == (None, None, None)
    file.write_text(GROUPS % ", overflow: none", encoding="utf-8")
    assert load_skill_groups(file).groups["bills"].overflow is None


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (", queue_limit: 0", "skill_groups.0.queue_limit"),
        (", overflow: nobody", "the overflow of bills is no skill group: nobody"),
        (", overflow: bills", "bills cannot be its own overflow"),
        (", overflow_after_s: -1", "skill_groups.0.overflow_after_s"),
        (", limit: 3", "skill_groups.0.limit"),
        ("}\n  - {id: bills, name: 又一个", "twice: bills"),
        ("}\n  - {id: plans, name: 账单组", "twice: 账单组"),
    ],
)
def test_mistakes_in_skill_groups_are_named(tmp_path, more, problem):
    file = tmp_path / "skill_groups.yml"
    file.write_text(GROUPS % more, encoding="utf-8")
    with pytest.raises(StartupError, match=problem):
        load_skill_groups(file)


@pytest.mark.parametrize("reason", HandoffReason)
def test_refusal_names_what_can_be_done(reason):
    assert texts.queue_full(reason).endswith(texts.QUEUE_FULL)
