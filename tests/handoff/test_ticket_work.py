"""What agents do with tickets: hand on, call back, end with a result, open again; and tickets nobody ends in time."""

import asyncio
import time
from typing import Any

import pytest

from handoff.keeper import Keeper
from handoff.tickets import asks_for_tickets
from handoff.vocabulary import Role
from tests.handoff.people import until

PHONE = "13800138000"


async def leave(visitor: Any, **body: Any) -> dict[str, Any]:
    given = {"kind": "callback", "text": "宽带断了", "client_ticket_id": "t1", "phone": PHONE, **body}
    answer = await visitor.http.post(f"{visitor.url}/api/v1/conversation/tickets", json=given, headers=visitor.headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def only_ticket(agent: Any, query: str = "") -> dict[str, Any]:
    [ticket] = (await agent.call("GET", f"/agent/tickets{query}")).json()["tickets"]
    return dict(ticket)


async def taken(agent: Any) -> str:
    """Takes the only new ticket; its path."""
    path = f"/agent/tickets/{(await only_ticket(agent))['id']}"
    assert (await agent.call("POST", f"{path}/take")).status_code == 200
    return path


async def last_told(visitor: Any) -> str:
    return str((await visitor.messages("system"))[-1]["text"])


async def test_the_form_says_how_to_address_and_when_to_call_the_customer(world: Any) -> None:
    visitor = await world.visitor()
    agent = await world.agent(skill_groups=["general"])
    opened = await leave(visitor, text="", name=" 林女士 ", time_of_day="下午")
    assert opened["phone_masked"] == "138****8000"
    ticket = await only_ticket(agent)
    seen = {
        name: ticket[name] for name in ("number", "customer_name", "time_of_day", "channel", "phone", "phone_masked")
    }
    assert seen == {
        "number": 1,
        "customer_name": "林女士",
        "time_of_day": "下午",
        "channel": "web",
        "phone": None,
        "phone_masked": "138****8000",
    }


async def test_only_the_owner_sees_the_number_to_call(world: Any) -> None:
    visitor = await world.visitor()
    agent = await world.agent("one", skill_groups=["general"])
    other = await world.agent("two", skill_groups=["general"])
    await leave(visitor)
    path = await taken(agent)
    assert (await agent.call("GET", path)).json()["phone"] == PHONE
    assert (await other.call("GET", path)).json()["phone"] is None


async def test_whoever_may_take_it_reads_the_conversation_first_and_strangers_do_not(world: Any) -> None:
    visitor = await world.visitor()
    agent = await world.agent("one", skill_groups=["general"])
    stranger = await world.agent("two", skill_groups=["bills"])
    await leave(visitor)
    assert (await agent.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 200
    assert (await stranger.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 403


async def test_mine_are_those_i_own_also_of_other_groups(world: Any) -> None:
    visitor = await world.visitor()
    owner = await world.agent("one", skill_groups=["general"])
    colleague = await world.agent("two", skill_groups=["bills"])
    await leave(visitor)
    path = await taken(owner)
    assert (await owner.call("GET", "/agent/tickets?mine=true")).json()["counts"] == {
        "new": 0,
        "mine": 1,
        "in_progress": 1,
        "overdue": 0,
    }
    handed = await owner.call("POST", f"{path}/hand", agent_id=colleague.agent["id"], reason="您熟悉账单")
    assert handed.status_code == 200
    assert "已转给客服" in await last_told(visitor)
    assert (await owner.call("GET", "/agent/tickets?mine=true")).json()["tickets"] == []
    mine = await only_ticket(colleague, "?mine=true")
    assert mine["owner_name"] == colleague.agent["name"]
    assert [(one["kind"], one["to"], one["text"]) for one in mine["changes"]][1:] == [
        ("handed", colleague.agent["name"], "您熟悉账单")
    ]
    assert (await owner.call("POST", f"{path}/done")).status_code == 409
    assert (await colleague.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 200


async def test_handed_to_a_group_it_is_new_there_and_its_own_no_more(world: Any) -> None:
    visitor = await world.visitor()
    owner = await world.agent("one", skill_groups=["general"])
    network = await world.agent("two", skill_groups=["network"])
    await leave(visitor)
    path = await taken(owner)
    assert (await owner.call("POST", f"{path}/hand", skill_group="nowhere", reason="")).status_code == 422
    assert (await owner.call("POST", f"{path}/hand", skill_group="network", reason="要查线路")).status_code == 200
    ticket = await only_ticket(network)
    assert (ticket["state"], ticket["owner_id"], ticket["skill_group"]) == ("new", None, "network")
    assert (await owner.call("GET", path)).status_code == 403
    await taken(network)


async def test_a_supervisor_hands_out_new_tickets_and_agents_do_not(world: Any) -> None:
    visitor = await world.visitor()
    agent = await world.agent("one", skill_groups=["general"])
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    await leave(visitor)
    path = f"/agent/tickets/{(await only_ticket(agent))['id']}"
    to = {"agent_id": agent.agent["id"], "reason": ""}
    assert (await agent.call("POST", f"{path}/hand", **to)).status_code == 409
    assert (await chief.call("POST", f"{path}/hand", **to)).json()["owner_id"] == agent.agent["id"]
    assert (await chief.call("POST", f"{path}/hand", **to)).status_code == 422  # already theirs


async def test_who_was_not_reached_is_told_when_and_the_ticket_is_due_then(world: Any) -> None:
    visitor = await world.visitor()
    agent = await world.agent("one", skill_groups=["general"])
    await leave(visitor)
    path = await taken(agent)
    again_at_ms = int(time.time() * 1000) + 2 * 3600 * 1000
    call = {"reached": False, "client_call_id": "c1", "text": "没人接", "again_at_ms": again_at_ms}
    past = {**call, "client_call_id": "c0", "again_at_ms": 1000}
    assert (await agent.call("POST", f"{path}/calls", **past)).status_code == 422
    assert (await agent.call("POST", f"{path}/calls", **call)).json()["due_at_ms"] == again_at_ms
    assert "没有打通" in await last_told(visitor)
    told = len(await visitor.messages("system"))
    assert len((await agent.call("POST", f"{path}/calls", **call)).json()["changes"]) == 2  # noted once
    reached = {"reached": True, "client_call_id": "c2", "text": "已约师傅上门"}
    changes = (await agent.call("POST", f"{path}/calls", **reached)).json()["changes"]
    assert [one["kind"] for one in changes] == ["taken", "not_reached", "reached"]
    assert len(await visitor.messages("system")) == told


async def test_the_result_reaches_the_customer_and_the_owner_may_open_it_again(world: Any) -> None:
    visitor = await world.visitor()
    owner = await world.agent("one", skill_groups=["general"])
    other = await world.agent("two", skill_groups=["general"])
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    await leave(visitor)
    path = await taken(owner)
    done = (await owner.call("POST", f"{path}/done", result="线路已修好。")).json()
    assert (done["state"], done["result"], done["phone"]) == ("done", "线路已修好。", None)
    assert await last_told(visitor) == "工单 1 已处理完成：线路已修好。还有问题请直接告诉我。"
    assert (await other.call("POST", f"{path}/reopen", reason="又断了")).status_code == 403
    again = (await chief.call("POST", f"{path}/reopen", reason="又断了")).json()
    assert (again["state"], again["owner_name"], again["result"]) == ("in_progress", owner.agent["name"], "")
    assert "重新打开" in await last_told(visitor)
    assert (await only_ticket(owner, "?mine=true"))["number"] == 1
    assert await world.services.redis.ttl(f"{world.services.settings.redis_prefix}ticket:{done['id']}") == -1


async def test_two_who_hand_it_on_at_once_leave_one_owner(world: Any) -> None:
    visitor = await world.visitor()
    agents = [await world.agent(f"a{n}", skill_groups=["general"]) for n in range(3)]
    await leave(visitor)
    path = await taken(agents[0])
    answers = await asyncio.gather(
        agents[0].call("POST", f"{path}/hand", agent_id=agents[1].agent["id"], reason=""),
        agents[0].call("POST", f"{path}/hand", agent_id=agents[2].agent["id"], reason=""),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    owned = [(await one.call("GET", "/agent/tickets?mine=true")).json()["tickets"] for one in agents]
    assert [len(tickets) for tickets in owned].count(1) == 1


async def test_supervisors_are_told_once_of_a_ticket_nobody_ended_in_time(world: Any) -> None:
    visitor = await world.visitor()
    agent = await world.agent("one", skill_groups=["general"])
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    await leave(visitor)
    path = await taken(agent)
    soon = int(time.time() * 1000) + 300
    call = {"reached": False, "client_call_id": "c1", "text": "", "again_at_ms": soon}
    assert (await agent.call("POST", f"{path}/calls", **call)).status_code == 200
    keeper = Keeper(world.services)

    async def told() -> Any:
        await keeper.look_around()
        return (await chief.call("GET", "/agent/mentions")).json()["mentions"]

    [mention] = await until(told)
    assert "工单 1 已超过处理时限" in mention["note"]["text"]
    assert agent.agent["name"] in mention["note"]["text"]
    await keeper.look_around()
    assert len((await chief.call("GET", "/agent/mentions")).json()["mentions"]) == 1
    assert (await agent.call("GET", "/agent/mentions")).json()["mentions"] == []
    assert (await chief.call("GET", path)).json()["changes"][-1]["kind"] == "overdue"
    assert (await chief.call("GET", "/supervision/wall")).json()["tickets"] == {
        "new": 0,
        "in_progress": 1,
        "overdue": 1,
    }


async def test_the_stream_tells_how_many_tickets_wait(world: Any) -> None:
    visitor = await world.visitor()
    agent = await world.agent("one", skill_groups=["general"])
    async with agent.stream() as stream:
        first = await stream.next("tickets")
        assert first["counts"] == {"new": 0, "mine": 0, "in_progress": 0, "overdue": 0}
        await leave(visitor)
        await until(lambda: stream.of("tickets")[-1]["counts"]["new"] == 1)
        await taken(agent)
        await until(lambda: stream.of("tickets")[-1]["counts"]["mine"] == 1)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("我的工单", True),
        ("查一下我的工单", True),
        ("我的留言处理得怎么样了", True),
        ("工单进度？", True),
        ("留言", False),
        ("我的工单号 12 怎么还没人处理", False),
        ("怎么开工单", False),
    ],
)
def test_a_wish_to_know_ones_tickets_is_a_whole_sentence(text: str, asks: bool) -> None:
    assert asks_for_tickets(text) is asks


async def test_customers_ask_in_words_how_their_tickets_stand(world: Any) -> None:
    visitor = await world.visitor()
    calls = len(world.rasa.calls)
    await visitor.say("我的工单")
    assert "还没有工单" in (await visitor.answered("system", 1))[0]
    agent = await world.agent("one", skill_groups=["general"])
    await leave(visitor)
    path = await taken(agent)
    told = len(await visitor.messages("system"))
    await visitor.say("我的工单")
    assert f"工单 1（回电）：客服{agent.agent['name']}正在处理" in (await visitor.answered("system", told + 1))[-1]
    await agent.call("POST", f"{path}/done", result="已修好")
    await visitor.say("我的工单")
    assert (await visitor.answered("system", told + 3))[-1] == "工单 1（回电）：已处理完成，已修好"
    assert len(world.rasa.calls) == calls


async def test_the_open_page_of_a_ticket_hears_its_conversation(world: Any) -> None:
    visitor = await world.visitor()
    await visitor.say("有人吗")
    await visitor.answered("bot")
    await leave(visitor)
    owner, other = await world.agent(skill_groups=["general"]), await world.agent("other", skill_groups=["bills"])
    path = await taken(owner)
    ticket_id = path.rsplit("/", 1)[1]
    async with owner.stream() as page, other.stream() as outside:
        await outside.send(type="follow_ticket", ticket_id=ticket_id)
        assert (await outside.next("error"))["error"]["code"] == "not_your_group"
        await page.send(type="follow_ticket", ticket_id="t-nothing")
        assert (await page.next("error"))["error"]["code"] == "ticket_not_found"
        await page.send(type="follow_ticket", ticket_id=ticket_id)
        row = (await page.next("conversation"))["conversation"]
        last_seq = (await visitor.read())["conversation"]["last_seq"]
        assert (row["id"], row["last_seq"], row["watchers"]) == (visitor.id, last_seq, [])
        await owner.call("POST", f"{path}/messages", text="正在为您查", client_message_id="m1")
        await visitor.say(f"请打 {PHONE}")
        await page.next("message", 2)
        assert page.texts()[:2] == ["正在为您查", "请打 138****8000"]
        # The desk hears nothing more when the page is closed, and none of it was the agent's conversation.
        await page.send(type="leave_ticket", ticket_id=ticket_id)
        await page.send(type="ping")
        await page.next("pong")
        heard = len(page.of("message"))
        await visitor.say("还有")
        await owner.call("POST", f"{path}/done", result="好了")
        await until(lambda: page.of("tickets")[-1]["counts"]["mine"] == 0)
        assert (len(page.of("message")), page.of("conversation_removed"), outside.of("message")) == (heard, [], [])


async def test_who_may_not_read_a_ticket_any_more_hears_nothing_of_it(world: Any) -> None:
    visitor = await world.visitor()
    await visitor.say("有人吗")
    await leave(visitor)
    owner = await world.agent(skill_groups=["general"])
    path = await taken(owner)
    async with owner.stream() as page:
        await page.send(type="follow_ticket", ticket_id=path.rsplit("/", 1)[1])
        await page.next("conversation")
        await page.next("tickets")
        seen = len(page.of("tickets"))
        await owner.call("POST", f"{path}/hand", skill_group="network", reason="")
        await page.next("tickets", seen + 1)
        heard = len(page.of("message"))
        await visitor.say("还在吗")
        await visitor.answered("bot", 2)
        assert len(page.of("message")) == heard


async def test_a_ticket_page_and_the_desk_share_one_conversation(world: Any) -> None:
    """Closing one of them leaves it to the other."""
    visitor = await world.visitor()
    await visitor.say("有人吗")
    await leave(visitor)
    owner = await world.agent(skill_groups=["general", "bills"])
    ticket_id = (await taken(owner)).rsplit("/", 1)[1]
    async with owner.stream() as page:
        await page.send(type="follow_ticket", ticket_id=ticket_id)
        await page.next("conversation")
        await visitor.say("转人工")
        await visitor.in_state("queued")
        await owner.claim_first()
        await until(lambda: any(one["conversation"]["state"] == "active" for one in page.of("conversation")))
        await page.send(type="leave_ticket", ticket_id=ticket_id)
        seq = await visitor.say("听得到吗")
        # Said before the stream knew of the claim, it is in the row that tells of it; the console reads up to there.
        await until(
            lambda: (
                "听得到吗" in page.texts()
                or any(one["conversation"]["last_seq"] >= seq for one in page.of("conversation"))
            )
        )
        await owner.close(visitor.id)
        await page.next("conversation_removed")
