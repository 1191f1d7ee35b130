"""Who waits is told of a new place: not too often, at once when first, never over a channel that counts replies."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import rules
from handoff.models import Agent
from handoff.rules import Overflow
from handoff.stores.positions import Told
from handoff.usecases import positions
from handoff.usecases.desk import Desk
from handoff.usecases.positions import find_news
from handoff.vocabulary import Channel, Presence, Role
from tests.handoff.makers import make_agent, make_conversation, make_request, new_request, system_message
from tests.handoff.people import until

GROUPS = ["bills", "network", "general"]
OVERFLOWS = {"bills": Overflow("general", 180), "network": Overflow("general", 180)}
NOW = 1_000_000
FIRST = "您已经排到第 1 位，预计不到 1 分钟，请稍等。"


def news(now_at, before, *, served=True, now=NOW, overflow=None, since_ms=NOW, wait_s=60):
    """What is found of one request at this position, of which this was told before."""
    return find_news(
        {"bills": [("r1", 1.0)]},
        {"r1": before} if before else {},
        {"r1": since_ms},
        stands={"r1": (now_at, wait_s)},
        served={"bills"} if served else set(),
        overflows={"bills": overflow} if overflow else {},
        now=now,
        at_most_every_ms=60_000,
    )


@pytest.mark.parametrize(
    ("position", "before", "told", "first"),
    [
        (3, None, True, False),  # new: what the message said may have changed since
        (3, (3, 90), False, False),
        (2, (3, 59), False, False),  # too soon
        (2, (3, 60), True, False),
        (4, (3, 59), False, False),  # somebody more urgent came: not at once either ...
        (4, (3, 60), True, False),  # ... but what is shown must not stay wrong
        (1, (3, 1), True, True),  # at once
        (1, (1, 90), False, False),
    ],
)
def test_who_is_told(position, before, told, first):
    known = Told(before[0], True, NOW - before[1] * 1000, 0, wait_s=60) if before else None
    found = news(position, known)
    assert (found.tell, found.first) == (["r1"] if told else [], ["r1"] if first else [])
    assert set(found.told) == set(found.tell)


@pytest.mark.parametrize(
    ("told_s", "wait_s", "is_told"),
    [(60, 90, False), (60, 120, True), (600, 720, False), (600, 780, True), (600, 420, True), (60, None, True)],
)
def test_a_wait_that_has_become_another_is_told(told_s, wait_s, is_told):
    """By a quarter and more than rounding makes; as seldom as a new place."""
    assert bool(news(3, Told(3, True, NOW - 60_000, 0, wait_s=told_s), wait_s=wait_s).tell) == is_told
    assert not news(3, Told(3, True, NOW - 59_000, 0, wait_s=told_s), wait_s=wait_s).tell


def test_a_desk_that_is_staffed_or_left_is_told_at_once():
    nobody, somebody = Told(1, False, NOW, 0), Told(1, True, NOW, 0)
    assert news(1, nobody).tell == ["r1"]
    assert news(1, somebody, served=False).tell == ["r1"]
    # First in a queue that nobody serves is no reason to say "you are next".
    assert news(1, Told(2, False, NOW, 0), served=False).first == []


def test_helpers_are_told_once_when_a_request_becomes_theirs_too():
    before = Told(1, True, NOW - 1000, since_ms=NOW - 180_000, wait_s=60)
    found = news(1, before, overflow=Overflow("general", 180))
    assert (found.tell, found.is_helped) == ([], True)
    again = news(1, found.told["r1"], overflow=Overflow("general", 180))
    assert (again.told, again.is_helped) == ({}, False)
    assert not news(1, before, overflow=Overflow("general", 181)).is_helped


scores = st.lists(st.tuples(st.sampled_from(GROUPS), st.integers(0, 10_000)), max_size=30, unique_by=lambda row: row[1])
staff = st.lists(st.lists(st.sampled_from(GROUPS), max_size=3, unique=True), max_size=4)


@given(scores, staff)
def test_positions_of_all_are_those_of_each(rows, skill_groups):
    places = {}
    for number, (group, score) in enumerate(sorted(rows, key=lambda row: row[1])):
        places.setdefault(group, []).append((f"r{number}", float(score)))
    online = [
        Agent(id=f"a{n}", username=f"a{n}", name="", role=Role.AGENT, skill_groups=groups)
        for n, groups in enumerate(skill_groups)
    ]
    handling_s = dict.fromkeys(GROUPS, 300.0)
    found = positions.stands(places, online, GROUPS, OVERFLOWS, handling_s)
    candidates = [rules.Candidate(a.id, tuple(a.skill_groups), a.capacity, a.active, 0) for a in online]
    for group, waiting in places.items():
        desk = Desk(rules.lines(candidates, group, GROUPS, OVERFLOWS), 0, 300.0)
        for request_id, score in waiting:
            ahead = {each: sum(other < score for _, other in places.get(each, [])) for each in GROUPS}
            view = desk.view(ahead)
            assert found[request_id] == (view.position, view.estimated_wait_s)


async def present_agent(services):
    agent = await make_agent(services, "lin")
    await services.agents.set_presence(agent.id, Presence.ONLINE)
    await services.agents.heartbeat(agent.id)
    return agent


async def test_one_pass_costs_the_same_whoever_waits_and_only_changes_are_written(services):
    requests = [await make_request(services) for _ in range(40)]
    online = [await make_agent(services, "lin")]
    first = await positions.tell(services, online)
    assert sorted(first.tell) == sorted(request.id for request in requests)
    before = int((await services.redis.info("commandstats"))["cmdstat_hset"]["calls"])
    assert (await positions.tell(services, online)).told == {}
    assert int((await services.redis.info("commandstats"))["cmdstat_hset"]["calls"]) == before
    for request in requests[:3]:
        await services.queue.leave(request.conversation_id, system_message())
    later = await positions.tell(services, online)
    assert (later.tell, later.first) == ([requests[3].id], [requests[3].id])  # the others moved up too soon after
    assert len(await services.positions.told()) == 37
    for request in requests[3:]:
        await services.queue.leave(request.conversation_id, system_message())
    await positions.tell(services, online)
    assert await services.positions.told() == {}


async def test_two_keepers_for_a_moment_say_it_once(services):
    online = [await present_agent(services)]
    requests = [await make_request(services) for _ in range(2)]
    await positions.tell(services, online)
    await services.queue.leave(requests[0].conversation_id, system_message())
    await asyncio.gather(*(positions.tell(services, online) for _ in range(2)))
    told = await services.conversations.messages(requests[1].conversation_id, 0, 10)
    assert [message.text for message in told if "第 1 位" in message.text] == [
        "您已经排到第 1 位，预计不到 1 分钟，请稍等。"
    ]


async def test_channels_that_count_replies_are_not_used_for_it(services):
    online = [await present_agent(services)]
    ahead = await make_request(services)
    conversation = await make_conversation(services)
    await services.redis.hset(f"xq:conversation:{conversation.id}", "outlet", Channel.WECHAT)
    await services.queue.enqueue(new_request(conversation), 0, system_message(), None)
    await positions.tell(services, online)
    await services.queue.leave(ahead.conversation_id, system_message())
    assert (await positions.tell(services, online)).first == [f"r-{conversation.id}"]
    assert len(await services.conversations.messages(conversation.id, 0, 10)) == 1


class TestThroughTheService:
    """The keeper of a running service, and a customer who looks on."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"position_notice_s": 0.01})

    async def test_widget_is_sent_the_place_and_a_message_when_first(self, world):
        await world.agent(capacity=1)
        visitors = [await world.queued_visitor() for _ in range(3)]
        async with visitors[2].stream() as s:
            await s.next("ready")

            def position():
                frames = [f["conversation"]["queue"] for f in s.of("ready") + s.of("conversation")]
                return frames[-1] and frames[-1]["position"]

            assert position() == 3
            await visitors[0].leave_queue()
            await until(lambda: position() == 2)
            assert len(await visitors[2].texts("system")) == 1
            await visitors[1].leave_queue()
            await until(lambda: position() == 1)
            told = await visitors[2].answered("system", 2)
            assert told[1] == FIRST
        assert len(await visitors[2].texts("system")) == 2
