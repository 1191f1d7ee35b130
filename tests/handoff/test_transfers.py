"""A conversation changes hands, an agent is lost, requests are assigned: never in two hands or in none."""

import asyncio
import json

import pytest

from handoff.app import create_app
from handoff.hours_plan import HoursPlan, WeekPlan
from handoff.keeper import Keeper, assign
from handoff.keys import KEPT_GAP_S, TRANSFER_LIMIT
from handoff.rules import Candidate, Overflow, choose, serves
from handoff.services import Services
from handoff.usecases import transfers
from handoff.usecases.views import now_ms
from tests.handoff.conftest import ARCHIVE_LEASE, SERVICE_TOKEN, World
from tests.handoff.makers import (
    make_agent,
    make_conversation,
    make_request,
    new_request,
    system_message,
    with_skill_groups,
)
from tests.handoff.people import client, until
from tests.handoff.servers import serve


async def test_transfer_to_a_group_keeps_context_and_goes_first(world):
    waiting = await world.queued_visitor()
    visitor = await world.queued_visitor()
    agent = await world.agent()
    requests = {r["conversation_id"]: r["id"] for r in await agent.queue()}
    await agent.claim(requests[visitor.id])
    path = f"/agent/conversations/{visitor.id}/transfer"
    async with agent.stream() as s:
        await s.next("ready")
        answer = await agent.call("POST", path, skill_group="bills", reason="要看账单")
        assert answer.json()["conversation"]["queue"]["position"] == 1
        assert (await s.next("conversation_removed"))["agent_name"] is None
    assert [r["conversation_id"] for r in await agent.queue()] == [visitor.id, waiting.id]
    assert [r["transfer"] and r["transfer"]["why"] for r in await agent.queue()] == ["要看账单", None]
    assert "账单费用组" in (await visitor.texts("system"))[-1]
    other = await world.agent("other", skill_groups=["bills"])
    conversation = await other.claim_first()
    assert conversation["id"] == visitor.id
    assert conversation["request"]["id"] == requests[visitor.id]  # the same request with the same context
    assert conversation["request"]["context"]["failed_turns"] == 2
    [transfer] = conversation["request"]["transfers"]
    assert transfer.pop("at_ms") >= conversation["request"]["requested_at_ms"]
    assert transfer.pop("from_agent_id") == agent.agent["id"]
    assert transfer == {"from_agent": "坐席lin", "to": "账单费用组", "why": "要看账单"}
    assert "要看账单" not in json.dumps(await visitor.read(), ensure_ascii=False)
    assert (await agent.reply(visitor.id, "还是我")).status_code == 403
    assert (await other.reply(visitor.id, "我来看账单")).status_code == 202


async def test_transferred_customer_is_first_of_all_groups(world, services):
    visitor, agent = await world.active_pair()
    await make_request(services, skill_group="network", priority="urgent")
    await agent.call("POST", f"/agent/conversations/{visitor.id}/transfer", skill_group="plans", reason="")
    assert "您排在最前面" in (await visitor.texts("system"))[-1]
    assert (await agent.queue())[0]["conversation_id"] == visitor.id
    assert (await visitor.read())["conversation"]["queue"]["position"] == 1


async def test_transfer_to_an_agent(world, services):
    visitor, agent = await world.active_pair()
    other = await world.agent("other", capacity=1)
    path = f"/agent/conversations/{visitor.id}/transfer"
    async with other.stream() as s:
        await s.next("ready")
        assert (await agent.call("POST", path, agent_id=other.agent["id"], reason="换班")).status_code == 200
        assert (await s.next("conversation"))["conversation"]["id"] == visitor.id
    assert (await visitor.read())["conversation"]["agent"] == {"name": "坐席other"}
    assert (await agent.close(visitor.id)).status_code == 403
    request = (await other.call("GET", f"/agent/conversations/{visitor.id}")).json()["request"]
    transfers = [(one["from_agent"], one["to"], one["why"]) for one in request["transfers"]]
    assert transfers == [("坐席lin", "坐席other", "换班")]
    # The next matter starts without the old remarks.
    assert (await other.close(visitor.id)).status_code == 200
    await visitor.say("转人工")
    await visitor.in_state("queued")
    assert (await services.queue.waiting())[0].transfers == []


async def test_only_the_latest_transfers_are_remembered(services):
    request = await make_request(services)
    agents = [await make_agent(services, name, presence="online") for name in ("ann", "bob")]
    await services.queue.claim(request.id, agents[0].id, agents[0].name, 5, system_message())
    for number in range(TRANSFER_LIMIT + 1):
        holder, to = agents[number % 2], agents[(number + 1) % 2]
        why = f'第{number}次 "引号"'
        await services.served.reassign(request.conversation_id, holder.id, to, message=system_message(), why=why)
    known = (await services.queue.get(request.id)).transfers
    assert [one.why for one in known] == [f'第{number}次 "引号"' for number in range(1, TRANSFER_LIMIT + 1)]


async def test_transfer_that_cannot_be(world):
    visitor, agent = await world.active_pair()
    path = f"/agent/conversations/{visitor.id}/transfer"
    full = await world.agent("full", capacity=1)
    await world.queued_visitor()
    await full.claim_first()
    offline = await world.agent("offline")
    await offline.call("POST", "/agent/logout")
    stranger = await world.agent("stranger")

    async def refused(who, **body) -> tuple[int, str]:
        answer = await who.call("POST", path, **body)
        return answer.status_code, answer.json()["error"]["code"]

    assert await refused(agent, agent_id=full.agent["id"]) == (409, "at_capacity")
    assert await refused(agent, agent_id=offline.agent["id"]) == (409, "agent_not_online")
    assert await refused(agent, agent_id="nobody") == (404, "agent_not_found")
    assert await refused(agent, skill_group="cooking") == (422, "unknown_skill_group")
    assert await refused(agent, reason="nowhere") == (422, "invalid_input")
    assert await refused(agent, skill_group="bills", agent_id="both") == (422, "invalid_input")
    assert await refused(stranger, skill_group="bills") == (403, "not_your_conversation")
    await agent.close(visitor.id)
    assert await refused(agent, skill_group="bills") == (409, "illegal_move")


async def test_supervisor_takes_over(world):
    visitor, agent = await world.active_pair()
    boss = await world.agent("boss", role="supervisor")
    path = f"/agent/conversations/{visitor.id}/transfer"
    assert (await boss.call("POST", path, agent_id=boss.agent["id"], reason="投诉升级")).status_code == 200
    assert (await agent.reply(visitor.id, "还是我")).status_code == 403
    assert (await boss.reply(visitor.id, "我是班长")).status_code == 202


async def test_customers_of_a_lost_agent_go_to_the_head_of_the_queue(world, services):
    visitor, agent = await world.active_pair()
    waiting = await world.queued_visitor()
    assert await transfers.give_back_lost(services) == 0
    await services.redis.zadd("xq:heartbeats", {agent.agent["id"]: 1})
    assert await transfers.give_back_lost(services) == 1
    assert await transfers.give_back_lost(services) == 0
    queue = await services.queue.waiting()
    assert [request.conversation_id for request in queue] == [visitor.id, waiting.id]
    assert "连接中断" in (await visitor.texts("system"))[-1]
    assert [(one.from_agent, one.why) for one in queue[0].transfers] == [("坐席lin", "坐席连接中断")]
    assert await visitor.state() == "queued"
    # The agent who comes back finds it gone and can claim it again.
    assert (await agent.reply(visitor.id, "我回来了")).status_code == 409
    assert (await agent.claim_first())["id"] == visitor.id


async def test_running_service_gives_back_by_itself(settings, services, rasa):
    here = settings.model_copy(update={"rasa_url": rasa.url, "agent_lost_s": 0.2, "heartbeat_s": 0.2})
    # The archive's migrations would only slow the start.
    await services.redis.set(ARCHIVE_LEASE, "nobody", ex=600)
    async with serve(create_app(Services.build(here))) as url, client(url) as http:
        rasa.handoff_url, rasa.service_token = url, SERVICE_TOKEN
        world = World(url, services, rasa, http)
        visitor, _ = await world.active_pair()
        await visitor.in_state("queued")


async def test_agent_is_not_lost_by_a_pause_of_the_service(settings, services, rasa):
    """Nobody could give a sign of life while it was away; consoles come back a moment after it."""
    await services.redis.set(ARCHIVE_LEASE, "nobody", ex=600)
    here = settings.model_copy(update={"rasa_url": rasa.url})
    async with serve(create_app(Services.build(here))) as url, client(url) as http:
        rasa.handoff_url, rasa.service_token = url, SERVICE_TOKEN
        visitor, agent = await World(url, services, rasa, http).active_pair()
        async with agent.stream() as s:
            await s.next("ready")
    # Away for longer than an agent may be silent: what is kept for seconds has run out.
    await services.redis.zincrby("xq:heartbeats", -100_000, agent.agent["id"])
    await services.redis.delete("xq:lease:keeper", "xq:kept-since:keeper")
    async with serve(create_app(Services.build(here))) as url, client(url) as http:
        visitor.url, visitor.http, agent.url, agent.http = url, http, url, http
        await until(lambda: services.redis.exists("xq:lease:keeper"))
        await asyncio.sleep(0.5)
        async with agent.stream() as s:
            await s.next("ready")
            assert await visitor.state() == "active"
            assert (await agent.reply(visitor.id, "我还在")).status_code == 202


async def test_work_is_kept_without_a_gap_until_it_pauses(services, monkeypatch):
    assert await services.leases.kept_for_s("keeper") == 0
    await asyncio.sleep(0.05)
    assert 0.04 < await services.leases.kept_for_s("keeper") < 10
    assert await services.leases.kept_for_s("archive") == 0
    assert 0 < await services.redis.ttl("xq:kept-since:keeper") <= KEPT_GAP_S


async def test_push_gives_to_who_is_there_in_order(services):
    busy = await make_agent(services, "busy", capacity=2, presence="online")
    idle = await make_agent(services, "idle", capacity=2, presence="online")
    away = await make_agent(services, "away", capacity=9, presence="break")
    for agent in (busy, idle, away):
        await services.agents.heartbeat(agent.id)
    first = await make_request(services)
    await services.queue.claim(first.id, busy.id, busy.name, 2, system_message())
    requests = [await make_request(services) for _ in range(5)]
    assert await assign(services, await services.agents.online()) == 3
    assert len(await services.agents.conversation_ids(busy.id)) == 2
    assert len(await services.agents.conversation_ids(idle.id)) == 2
    assert await services.agents.conversation_ids(away.id) == []
    assert [r.id for r in await services.queue.waiting()] == [r.id for r in requests[3:]]
    first_given = await services.queue.get(requests[0].id)
    assert first_given.agent_id == idle.id


async def test_push_does_not_give_it_back_to_who_gave_it_away(services):
    giver = await make_agent(services, "giver", capacity=3, presence="online")
    busier = await make_agent(services, "busier", capacity=3, presence="online")
    for agent in (giver, busier):
        await services.agents.heartbeat(agent.id)
    requests = [await make_request(services, skill_group="bills") for _ in range(3)]
    for request, agent in zip(requests, (giver, busier, busier), strict=True):
        await services.queue.claim(request.id, agent.id, agent.name, 3, system_message())
    given = requests[0]
    await transfers.to_group(services, giver, given.conversation_id, "network", "不会处理")
    assert await assign(services, await services.agents.online()) == 1
    assert (await services.queue.get(given.id)).agent_id == busier.id


async def test_nobody_on_a_break_is_assigned_anything(services):
    """The break began after the keeper looked who is there."""
    agent = await make_agent(services, "lin", capacity=3, presence="online")
    await services.agents.heartbeat(agent.id)
    request = await make_request(services)
    there = await services.agents.online()
    await services.agents.set_presence(agent.id, "break")
    assert await assign(services, there) == 0
    assert (await services.queue.get(request.id)).state == "queued"


async def test_push_waits_for_the_agent_who_served_the_matter_and_not_for_ever(services, monkeypatch):
    known = await make_agent(services, "known", capacity=1, presence="online")
    other = await make_agent(services, "other", capacity=1, presence="online")
    for agent in (known, other):
        await services.agents.heartbeat(agent.id)
    conversation = await make_conversation(services)
    first = new_request(conversation)
    await services.queue.enqueue(first, 0, system_message(), None)
    await services.queue.claim(first.id, known.id, known.name, 1, system_message())
    await services.served.finish(
        conversation.id, known.id, may_all=False, disposition="answered", summary=None, resolved=True,
        message=system_message(),
    )  # fmt: skip
    busy = await make_request(services)
    await services.queue.claim(busy.id, known.id, known.name, 1, system_message())
    request = new_request(await services.conversations.get(conversation.id), id="again", turn_seq=100)
    await services.queue.enqueue(request, 0, system_message(), None, return_within_s=1800)
    request = await services.queue.get(request.id)
    assert request.preferred_agent_id == known.id
    assert await assign(services, await services.agents.online()) == 0
    later = now_ms() + int(services.settings.preferred_wait_s * 1000) + 1
    monkeypatch.setattr("handoff.keeper.now_ms", lambda: later)
    assert await assign(services, await services.agents.online()) == 1
    assert (await services.queue.get(request.id)).agent_id == other.id


async def test_late_repetitions_do_nothing_to_the_next_service(world):
    visitor, agent = await world.active_pair()
    first = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()["request"]["id"]
    for _ in range(2):  # repeated at once, the same thing is done and said
        assert (await agent.close(visitor.id, request_id=first)).status_code == 200
    await visitor.say("转人工")
    await visitor.in_state("queued")
    place = (await visitor.read())["conversation"]["queue"]["request_id"]
    assert (await agent.close(visitor.id, request_id=first)).status_code == 200
    assert await visitor.state() == "queued"
    for _ in range(2):
        assert (await visitor.leave_queue(request_id=place)).status_code == 200
    await visitor.say("转人工")
    await visitor.in_state("queued")
    assert (await visitor.leave_queue(request_id=place)).status_code == 200
    assert await visitor.state() == "queued"
    assert (await visitor.leave_queue(request_id=first)).json()["error"]["code"] == "stale_request"
    await agent.claim_first()
    assert (await agent.close(visitor.id, request_id=place)).json()["error"]["code"] == "stale_request"
    path = f"/agent/conversations/{visitor.id}/transfer"
    other = await world.agent("other")
    for to in ({"skill_group": "network"}, {"agent_id": other.agent["id"]}):
        refused = await agent.call("POST", path, request_id=first, **to)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "stale_request")
    assert await visitor.state() == "active"
    present = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()["request"]["id"]
    for _ in range(2):
        assert (await agent.call("POST", path, request_id=present, skill_group="network")).status_code == 200
    assert await visitor.state() == "queued"


async def test_a_supervisor_s_transfer_may_be_repeated_too(world):
    visitor, agent = await world.active_pair()
    boss = await world.agent("boss", role="supervisor")
    request_id = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()["request"]["id"]
    path = f"/agent/conversations/{visitor.id}/transfer"
    for _ in range(2):
        assert (await boss.call("POST", path, request_id=request_id, skill_group="network")).status_code == 200
    assert await visitor.state() == "queued"


async def test_nobody_transfers_what_they_do_not_serve_to_themselves(world):
    visitor = await world.visitor()
    await visitor.say("你好")
    queued = await world.queued_visitor()
    agent = await world.agent()
    for one, state in ((visitor, "bot"), (queued, "queued")):
        path = f"/agent/conversations/{one.id}/transfer"
        answer = await agent.call("POST", path, agent_id=agent.agent["id"], reason="我来")
        assert answer.status_code == 409
        assert (answer.json()["error"]["move"], answer.json()["error"]["state"]) == ("reassign", state)


async def test_a_customer_who_comes_back_is_kept_for_a_while_for_the_same_agent(settings, services, rasa):
    running = Services.build(settings.model_copy(update={"rasa_url": rasa.url, "preferred_wait_s": 1.5}))
    async with serve(create_app(running)) as url, client(url) as http:
        rasa.handoff_url, rasa.service_token = url, SERVICE_TOKEN
        world = World(url, running, rasa, http)
        visitor, agent = await world.active_pair()
        other, boss = await world.agent("other"), await world.agent("boss", role="supervisor")
        await agent.close(visitor.id)
        await visitor.say("转人工")
        await visitor.in_state("queued")
        [row] = await other.queue()
        assert row["reserved"]["agent_name"] == agent.agent["name"]
        assert [one["reserved"] for one in (*await agent.queue(), *await boss.queue())] == [None, None]
        refused = await other.claim(row["id"])
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "reserved")
        await agent.call("PUT", "/agent/presence", presence="break")  # never for an absent one
        assert [one["reserved"] for one in await other.queue()] == [None]
        await agent.call("PUT", "/agent/presence", presence="online")
        assert (await other.queue())[0]["reserved"]

        async def is_free() -> bool:
            return (await other.queue())[0]["reserved"] is None

        await until(is_free)  # and not for ever
        assert (await other.claim(row["id"])).status_code == 200


async def test_customer_who_comes_back_is_offered_to_the_same_agent(world):
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id)
    await visitor.say("转人工")
    await visitor.in_state("queued")
    other = await world.agent("other")
    assert [row["preferred"] for row in await agent.queue()] == [True]
    assert [row["preferred"] for row in await other.queue()] == [False]


async def test_one_keeper_at_a_time(services):
    assert await services.leases.holds("keeper", "one")
    assert not await services.leases.holds("keeper", "two")
    assert await services.leases.holds("keeper", "one")
    assert await services.leases.holds("archive", "two")
    await services.redis.delete("xq:lease:keeper")
    assert await services.leases.holds("keeper", "two")


async def test_waiting_customers_hear_of_an_agent_who_fell_silent(world, services):
    agent = await world.agent()
    visitor = await world.queued_visitor()
    keeper = Keeper(services)
    await keeper.look_around()
    async with visitor.stream() as s:
        await s.next("ready")
        await services.redis.zadd("xq:heartbeats", {agent.agent["id"]: 1})
        await keeper.look_around()
        await until(lambda: s.of("conversation"))
        assert s.of("conversation")[-1]["conversation"]["queue"]["agents_online"] == 0


def candidate(
    name: str, active: int = 0, capacity: int = 2, served: int = 0, groups: tuple[str, ...] = ()
) -> Candidate:
    return Candidate(name, groups, capacity, active, served)


@pytest.mark.parametrize(
    ("candidates", "preferred", "waited_s", "chosen"),
    [
        ([], None, 0, None),
        ([candidate("a", active=2)], None, 0, None),
        ([candidate("a", active=1), candidate("b")], None, 0, "b"),
        ([candidate("a", served=20), candidate("b", served=10)], None, 0, "b"),
        ([candidate("a", active=1, capacity=4), candidate("b", active=1, capacity=2)], None, 0, "a"),
        ([candidate("a"), candidate("b", active=1)], "b", 0, "b"),
        ([candidate("a"), candidate("b", active=2)], "b", 10, None),  # waited for, within bounds
        ([candidate("a"), candidate("b", active=2)], "b", 61, "a"),
        ([candidate("a")], "absent", 0, "a"),  # never an absent one
        ([candidate("a", groups=("network",))], None, 0, None),
        ([candidate("a", groups=("general",))], None, 10, None),
        ([candidate("a", groups=("general",))], None, 181, "a"),  # overflow
    ],
)
def test_who_is_chosen(candidates, preferred, waited_s, chosen):
    result = choose(candidates, "bills", waited_s, Overflow("general", 180), preferred, 60)
    assert (result.agent_id if result else None) == chosen


def test_overflow():
    assert serves([], "bills", 0, None)
    assert serves(["bills"], "bills", 0, None)
    assert not serves(["plans"], "bills", 9999, None)
    assert not serves(["network"], "bills", 9999, Overflow("plans", 180))
    assert [serves(["plans"], "bills", waited_s, Overflow("plans", 180)) for waited_s in (179, 180)] == [False, True]


async def _sees(agent, number):
    return len(await agent.queue()) == number


class TestOverflow:
    """Who helps out, and after which wait, stands in the file of the groups."""

    @pytest.fixture
    def settings(self, settings, tmp_path):
        helped = ("name: 账单费用组}", "name: 账单费用组, overflow: plans, overflow_after_s: 0.01}")
        alone = ("name: 网络故障组}", "name: 网络故障组, overflow: none}")
        return with_skill_groups(settings, tmp_path, helped, alone)

    async def test_group_that_is_named_helps_out(self, world):
        visitor = await world.queued_visitor()  # bills
        plans, general = (
            await world.agent("p", skill_groups=["plans"]),
            await world.agent("g", skill_groups=["general"]),
        )
        [seen] = await plans.queue()
        assert (seen["conversation_id"], await general.queue()) == (visitor.id, [])
        assert (await general.claim(seen["id"])).status_code == 403
        assert (await plans.claim(seen["id"])).status_code == 200

    async def test_group_does_not_help_out_outside_its_hours(self, world):
        await world.queued_visitor()
        plans = await world.agent("p", skill_groups=["plans"])
        never = WeekPlan(workday=[], weekend=[], holiday=[])
        assert await world.services.hours.change(HoursPlan(groups={"plans": never}), 0, by="陈")
        await until(lambda: _sees(plans, 0))
        assert await world.services.hours.change(None, 1, by="陈")
        await until(lambda: _sees(plans, 1))

    async def test_assigned_to_the_group_that_helps_out(self, world):
        await world.queued_visitor()
        for name in ("general", "network", "plans"):
            await world.agent(name, skill_groups=[name])
        await asyncio.sleep(0.02)
        assert await assign(world.services, await world.services.agents.online()) == 1
        served = {a.username: a.active for a in await world.services.agents.all()}
        assert served == {"general": 0, "network": 0, "plans": 1}
