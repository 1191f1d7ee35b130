"""Skill groups changed while the service runs: what holds, who may change it, and that everybody follows."""

import asyncio
from typing import Any

import pytest

from handoff import texts
from handoff.errors import StartupError
from handoff.hours_plan import HoursPlan, WeekPlan
from handoff.rules import Overflow
from handoff.services import Services
from handoff.skill_groups import GroupPlan, GroupsPlan, mistakes
from handoff.skill_groups_file import load_skill_groups
from handoff.usecases.desk import overflows_now
from handoff.usecases.handoffs import queue_limit
from tests.handoff.people import AgentClient, until

PATH = "/administration/skill-groups"
GROUPS = ["bills", "network", "plans", "complaints", "general"]
FILE = GroupsPlan(
    groups={
        "bills": GroupPlan(name="账单组", overflow="general"),
        "network": GroupPlan(name="网络组", overflow="general", queue_limit=9),
        "general": GroupPlan(name="综合组"),
    }
)


def plan(**groups: dict[str, Any]) -> GroupsPlan:
    return GroupsPlan.model_validate({"groups": groups})


def test_a_plan_holds_for_the_groups_the_file_has() -> None:
    stored = plan(
        gone={"name": "旧组"}, bills={"name": "话费组", "overflow": "gone", "queue_limit": 3}, general={"name": "综合"}
    )
    assert stored.over(FILE).groups == {
        # Who helped out is gone: the file's helper does.
        "bills": GroupPlan(name="话费组", overflow="general", queue_limit=3),
        "network": FILE.groups["network"],  # came later
        "general": GroupPlan(name="综合"),
    }


@pytest.mark.parametrize(
    ("groups", "wrong"),
    [
        ({"bills": {"name": "账单", "overflow": "bills"}}, [("bills", "overflow")]),
        ({"bills": {"name": "账单", "overflow": "nobody"}}, [("bills", "overflow")]),
        ({"nobody": {"name": "没有"}}, [("nobody", "id")]),
        ({"bills": {"name": "网络组"}}, [("network", "name")]),  # also of a group that is not in the plan
        ({"bills": {"name": "vip"}, "general": {"name": "VIP"}}, [("general", "name")]),
        # Help goes one step: two may help each other.
        ({"bills": {"name": "账单", "overflow": "network"}, "network": {"name": "网络", "overflow": "bills"}}, []),
    ],
)
def test_what_cannot_be_is_named(groups: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    assert [(one.group, one.field) for one in mistakes(plan(**groups), FILE)] == wrong
    assert all(one.why.endswith("。") for one in mistakes(plan(**groups), FILE))


def test_an_installation_without_a_general_group_has_nobody_who_helps_out(tmp_path: Any) -> None:
    file = tmp_path / "skill_groups.yml"
    rows = "  - {id: bills, name: 账单组}\n  - {id: network, name: ' 网络组 '}\n"
    file.write_text(f"skill_groups:\n{rows}", encoding="utf-8")
    groups = load_skill_groups(file)
    assert groups == plan(bills={"name": "账单组"}, network={"name": "网络组"})
    assert mistakes(groups, groups) == []
    file.write_text("skill_groups:\n  - {id: bills, name: '  '}\n", encoding="utf-8")
    with pytest.raises(StartupError, match="skill_groups.0.name"):
        load_skill_groups(file)


async def test_other_processes_follow_a_change_of_the_groups(services: Services) -> None:
    other = Services.build(services.settings)
    filed = services.reference.groups
    try:
        assert await other.groups.all() == filed.groups
        assert await queue_limit(other, "bills") == services.settings.queue_limit
        bills = GroupPlan(name="话费组", queue_limit=7, overflow="plans", overflow_after_s=5)
        wanted = GroupsPlan(groups={**filed.groups, "bills": bills})
        assert await services.groups.change(wanted, 0, by="陈")
        assert not await other.groups.change(filed, 0, by="林")  # had not seen it
        await until(lambda: _names_it(other, "bills", "话费组"))
        assert await queue_limit(other, "bills") == 7
        assert (await overflows_now(other))["bills"] == Overflow("plans", 5)
        # What an older release has written does not keep the service from knowing its groups.
        await services.redis.hset("xq:skill-groups", mapping={"plan": '{"groups": 1}', "version": "9"})
        assert (await other.groups.held(fresh=True)).plan == filed
        assert not (await other.groups.held()).is_changed
    finally:
        await other.close()


async def _names_it(services: Services, group: str, name: str) -> bool:
    return (await services.groups.names())[group] == name


async def test_what_holds_is_read_twice_a_second_at_most(services: Services, monkeypatch: Any) -> None:
    reads = 0
    read = services.redis.hgetall

    async def counted(key: str) -> Any:
        nonlocal reads
        reads += key.endswith("skill-groups")
        return await read(key)

    monkeypatch.setattr(services.redis, "hgetall", counted)
    for _ in range(50):
        await services.groups.names()
    assert reads == 1


async def test_a_look_that_began_before_another_does_not_bring_the_past_back(
    services: Services, monkeypatch: Any
) -> None:
    read, has_read, slow = services.redis.hgetall, asyncio.Event(), asyncio.Event()

    async def slowly(key: str) -> Any:
        fields = await read(key)
        has_read.set()
        await slow.wait()
        return fields

    with monkeypatch.context() as patch:
        patch.setattr(services.redis, "hgetall", slowly)
        late = asyncio.create_task(services.groups.held(fresh=True))
        await has_read.wait()
    assert await services.groups.change(services.reference.groups, 0, by="陈")
    slow.set()
    assert (await late).version == 1
    assert (await services.groups.held()).version == 1


async def test_administrators_change_the_groups_while_the_service_runs(world: Any) -> None:
    boss, lin = await world.agent("chen", role="administrator"), await world.agent(skill_groups=["bills", "plans"])
    await world.queued_visitor()
    first = (await boss.call("GET", PATH)).json()
    assert (first["source"], first["version"], first["changed_by"]) == ("file", 0, None)
    assert list(first["plan"]["groups"]) == GROUPS
    assert first["plan"]["groups"]["bills"] == {
        "name": "账单费用组", "queue_limit": None, "overflow": "general", "overflow_after_s": None,
    }  # fmt: skip
    assert first["plan"]["groups"]["general"]["overflow"] is None
    assert first["defaults"] == {"queue_limit": 200, "overflow_after_s": 180.0}
    of_bills = first["now"][0]
    assert (of_bills["skill_group"], of_bills["waiting"], of_bills["open"]) == ("bills", 1, True)
    assert [one["username"] for one in first["agents"]] == ["chen", "lin"]

    wanted = {**first["plan"]["groups"], "bills": {"name": " 话费组 ", "queue_limit": 1, "overflow": None}}
    async with lin.stream() as s:
        await s.next("reference")
        changed = await boss.call("PUT", PATH, plan={"groups": wanted}, version=0)
        assert changed.status_code == 200, changed.text
        assert (changed.json()["source"], changed.json()["version"]) == ("changed", 1)
        assert changed.json()["changed_by"] == boss.agent["name"]
        names = (await s.next("reference", 2))["reference"]["skill_groups"]
        assert names[0] == {"id": "bills", "name": "话费组"}
    # Everybody who names, counts or transfers sees it.
    late = await world.queued_visitor("我要投诉")  # the reserve
    assert await late.state() == "queued"
    refused = await world.visitor()
    await refused.say("转人工")
    assert await refused.answered("system") == [texts.QUEUE_FULL]
    wall = (await boss.call("GET", "/supervision/wall")).json()
    assert wall["groups"][0]["name"] == "话费组"
    conversation = await lin.claim_first()
    path = f"/agent/conversations/{conversation['id']}/transfer"
    assert (await lin.call("POST", path, skill_group="bills", reason="换人")).status_code == 200
    assert "话费组" in str((await boss.call("GET", f"/agent/conversations/{conversation['id']}")).json()["messages"])

    outdated = await boss.call("PUT", PATH, plan=first["plan"], version=0)
    assert (outdated.status_code, outdated.json()["error"]["code"]) == (409, "changed_meanwhile")
    back = (await boss.call("DELETE", f"{PATH}?version=1")).json()
    assert (back["source"], back["version"], back["plan"]) == ("file", 2, first["plan"])


@pytest.mark.parametrize(
    ("bills", "field"),
    [
        ({"name": "账单", "overflow": "bills"}, "plan.groups.bills.overflow"),
        ({"name": "网络故障组"}, "plan.groups.network.name"),
        ({"name": "  "}, "body.plan.groups.bills.name"),
        ({"name": "账单\n组"}, "body.plan.groups.bills.name"),
        ({"name": "账单", "queue_limit": 0}, "body.plan.groups.bills.queue_limit"),
        ({"name": "账单", "overflow_after_s": 0}, "body.plan.groups.bills.overflow_after_s"),
        ({"name": "账单", "id": "x"}, "body.plan.groups.bills.id"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_at_its_field(world: Any, bills: Any, field: str) -> None:
    boss = await world.agent("chen", role="administrator")
    answer = await boss.call("PUT", PATH, plan={"groups": {"bills": bills}}, version=0)
    assert answer.status_code == 422, answer.text
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]
    assert (await boss.call("GET", PATH)).json()["version"] == 0


async def test_who_may_change_what(world: Any) -> None:
    lin, mei = await world.agent(), await world.agent("mei", skill_groups=["network"])
    wang, chen = await world.agent("wang", role="supervisor"), await world.agent("chen", role="administrator")
    trainer = await world.agent("sun", role="trainer")
    mine, theirs = f"/agents/{mei.agent['id']}", f"/agents/{wang.agent['id']}"
    joins = f"{PATH}/bills/members/{mei.agent['id']}"
    for nobody in (lin, trainer):
        for method, path, body in [
            ("GET", PATH, {}),
            ("PUT", joins, {}),
            ("DELETE", joins, {}),
            ("PUT", f"{mine}/capacity", {"capacity": 2}),
        ]:
            refused = await nobody.call(method, path, **body)
            assert (refused.status_code, refused.json()["error"]["permission"]) == (403, "staff")
    seen = (await wang.call("GET", PATH)).json()
    assert {one["username"] for one in seen["agents"]} == {"lin", "mei", "wang", "chen"}
    assert (await wang.call("PUT", PATH, plan=seen["plan"], version=0)).status_code == 403
    assert (await wang.call("DELETE", f"{PATH}?version=0")).status_code == 403
    assert (await wang.call("PATCH", mine, name="梅梅")).status_code == 403
    assert (await wang.call("PUT", joins)).json()["skill_groups"] == ["network", "bills"]
    assert (await wang.call("PUT", f"{mine}/capacity", capacity=2)).json()["capacity"] == 2
    assert (await wang.call("PUT", f"{mine}/capacity", capacity=0)).status_code == 422
    # Of supervisors, themselves too, and administrators only administrators do.
    for path, body in ((f"{theirs}/capacity", {"capacity": 50}), (f"{PATH}/bills/members/{chen.agent['id']}", {})):
        refused = await wang.call("PUT", path, **body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_permitted")
        assert (await chen.call("PUT", path, **body)).status_code == 200


async def test_members_come_and_go_one_by_one(world: Any) -> None:
    wang = await world.agent("wang", role="supervisor")
    lin, mei = await world.agent(), await world.agent("mei", skill_groups=["network"])
    of_lin, of_mei = ({group: f"{PATH}/{group}/members/{one.agent['id']}" for group in GROUPS} for one in (lin, mei))
    # Two at once undo nothing of each other.
    await asyncio.gather(*(wang.call("PUT", of_mei[group]) for group in ("bills", "plans", "general")))
    mine = (await mei.call("GET", "/agent/me")).json()["skill_groups"]
    assert (mine[0], set(mine)) == ("network", {"network", "bills", "plans", "general"})
    for group in ("bills", "plans", "general", "general"):
        left = await wang.call("DELETE", of_mei[group])
        assert left.status_code == 200, left.text
    # Without any group it would be all of them.
    last = await wang.call("DELETE", of_mei["network"])
    assert (last.status_code, last.json()["error"]["code"]) == (409, "last_group")
    assert "坐席mei只在这一个技能组" in last.json()["error"]["message"]
    # Who serves all serves the others when one is taken away.
    assert (await wang.call("PUT", of_lin["bills"])).json()["skill_groups"] == []
    assert (await wang.call("DELETE", of_lin["bills"])).json()["skill_groups"] == GROUPS[1:]
    assert (await wang.call("PUT", f"{PATH}/cooking/members/{lin.agent['id']}")).status_code == 404
    assert (await wang.call("PUT", f"{PATH}/bills/members/nobody")).status_code == 404


async def test_a_console_follows_its_agent_s_groups_and_keeps_the_conversations(world: Any) -> None:
    wang = await world.agent("wang", role="supervisor")
    await world.queued_visitor()
    lin = await world.agent(skill_groups=["bills", "network"])
    mine = await lin.claim_first()
    second = await world.queued_visitor()
    path = f"{PATH}/bills/members/{lin.agent['id']}"
    async with lin.stream() as s:
        await until(lambda: s.of("queue") and len(s.of("queue")[-1]["requests"]) == 1)
        assert (await wang.call("DELETE", path)).status_code == 200
        assert (await s.next("agent"))["agent"]["skill_groups"] == ["network"]
        await until(lambda: s.of("queue")[-1]["requests"] == [])
        assert s.of("conversation_removed") == []
        assert (await lin.reply(mine["id"], "您的话费已核对")).status_code == 202
        # Nobody is there for them any more, and they hear so.
        await until(lambda: _agents_online(second, 0))
        assert (await wang.call("PUT", path)).status_code == 200
        await until(lambda: len(s.of("queue")[-1]["requests"]) == 1)
        assert s.of("agent")[-1]["agent"]["skill_groups"] == ["network", "bills"]


async def test_who_helps_out_sees_at_once_that_other_hours_hold(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed by another process, a moment after this one looked at them."""
    monkeypatch.setattr("handoff.stores.changeable.FRESH_S", 60.0)
    groups = world.services.reference.groups.groups
    quick = {**groups, "bills": groups["bills"].model_copy(update={"overflow_after_s": 0.01})}
    assert await world.services.groups.change(GroupsPlan(groups=quick), 0, by="陈")
    await world.queued_visitor()
    helper = await world.agent(skill_groups=["general"])
    async with helper.stream() as s:
        await until(lambda: s.of("queue") and s.of("queue")[-1]["requests"])
        assert len((await helper.call("GET", "/agent/queue")).json()["requests"]) == 1
        closed = {"general": WeekPlan(workday=[], weekend=[], holiday=[])}
        assert await world.services.hours.change(HoursPlan(groups=closed), 0, by="陈")
        await until(lambda: s.of("queue")[-1]["requests"] == [])


async def _agents_online(visitor: Any, number: int) -> bool:
    # The supervisor serves all groups.
    return bool((await visitor.read())["conversation"]["queue"]["agents_online"] == number + 1)


class TestPush:
    """Requests are given to those who serve the group now."""

    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"routing": "push"})

    async def test_assigned_by_the_groups_and_capacity_of_now(self, world: Any) -> None:
        chen = await world.agent("chen", role="administrator", capacity=1)
        mei: AgentClient = await world.agent("mei", skill_groups=["network"], capacity=1)
        await chen.call("PUT", "/agent/presence", presence="break")
        visitors = [await world.queued_visitor() for _ in range(2)]
        await chen.call("PUT", f"{PATH}/bills/members/{mei.agent['id']}")
        await visitors[0].in_state("active")
        await chen.call("PUT", f"/agents/{mei.agent['id']}/capacity", capacity=2)
        await visitors[1].in_state("active")
        assert len((await mei.call("GET", "/agent/conversations")).json()["conversations"]) == 2
