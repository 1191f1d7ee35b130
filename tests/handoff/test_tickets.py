"""Tickets: what customers leave when nobody can serve them, and what becomes of it."""

import asyncio
from typing import Any

from sqlalchemy import select

from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.archive.tables import ArchivedTicket
from handoff.vocabulary import Role
from tests.handoff.people import until

PHONE = "13800138000"


async def leave(visitor: Any, **body: Any) -> Any:
    given = {"kind": "message", "text": "宽带断了", "client_ticket_id": "t1", **body}
    return await visitor.http.post(f"{visitor.url}/api/v1/conversation/tickets", json=given, headers=visitor.headers)


async def test_with_nobody_there_the_customer_may_keep_the_place_be_called_or_leave_a_message(world: Any) -> None:
    visitor = await world.queued_visitor()
    [told] = await visitor.messages("system")
    assert [button["title"] for button in told["buttons"]] == ["继续排队", "请回电", "留言", "取消排队"]
    await visitor.say("继续排队", payload="/keep_place")
    assert "位置为您保留" in (await visitor.answered("system", 2))[1]
    assert await visitor.state() == "queued"


async def test_the_text_after_the_button_is_the_ticket_and_the_assistant_does_not_see_it(world: Any) -> None:
    visitor = await world.queued_visitor()
    agent = await world.agent()
    calls = len(world.rasa.calls)
    await visitor.say("留言", payload="/leave_message")
    assert "请把要留言的内容" in (await visitor.answered("system", 2))[1]
    await visitor.say("宽带断了三天，请处理")
    told = (await visitor.answered("system", 3))[2]
    assert "工单号 1" in told
    assert await visitor.state() == "bot"
    assert await agent.queue() == []
    [ticket] = (await agent.call("GET", "/agent/tickets")).json()["tickets"]
    assert (ticket["kind"], ticket["text"], ticket["state"]) == ("message", "宽带断了三天，请处理", "new")
    assert len(world.rasa.calls) == calls
    await visitor.say("你好")
    assert await visitor.answered("bot")


async def test_who_wants_a_call_is_asked_for_a_number_until_there_is_one(world: Any) -> None:
    visitor = await world.queued_visitor()
    await visitor.say("请回电", payload="/call_back")
    assert "电话号码" in (await visitor.answered("system", 2))[1]
    await visitor.say("稍等我找一下")
    await visitor.say(f"打 {PHONE}")
    assert "138****8000" in (await visitor.answered("system", 3))[2]
    answer = await visitor.http.get(f"{visitor.url}/api/v1/conversation/tickets", headers=visitor.headers)
    [ticket] = answer.json()["tickets"]
    assert (ticket["kind"], ticket["phone_masked"], ticket["state"]) == ("callback", "138****8000", "new")


async def test_another_button_ends_the_question(world: Any) -> None:
    visitor = await world.queued_visitor()
    await visitor.say("留言", payload="/leave_message")
    await visitor.answered("system", 2)
    await visitor.say("取消排队", payload="/leave_queue")
    await visitor.in_state("bot")
    await visitor.say("你好")
    assert await visitor.answered("bot")
    assert await world.services.tickets.of_conversation(visitor.id) == []


async def test_a_ticket_is_made_once_and_a_wrong_number_is_refused(world: Any) -> None:
    visitor = await world.visitor()
    assert (await leave(visitor, kind="callback", phone="123")).status_code == 422
    assert (await leave(visitor, kind="callback")).status_code == 422
    assert (await leave(visitor, text="  ")).status_code == 422
    first, second = await asyncio.gather(leave(visitor, phone=PHONE), leave(visitor, phone=PHONE))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    [told] = await visitor.messages("system")
    assert told["created_at_ms"] == first.json()["created_at_ms"], "the widget finds the ticket's message by its time"
    assert {**first.json(), "created_at_ms": 0, "due_at_ms": 0} == {
        "number": 1,
        "kind": "message",
        "state": "new",
        "text": "宽带断了",
        "phone_masked": "138****8000",
        "owner_name": None,
        "created_at_ms": 0,
        "due_at_ms": 0,
        "result": "",
    }
    assert len(await visitor.messages("system")) == 1


async def test_one_agent_takes_it_answers_and_ends_it_and_the_customer_hears_of_each(world: Any) -> None:
    visitor = await world.visitor()
    await leave(visitor)
    agents = [await world.agent(f"a{n}", skill_groups=["general"]) for n in range(5)]
    [ticket] = (await agents[0].call("GET", "/agent/tickets?skill_group=general")).json()["tickets"]
    path = f"/agent/tickets/{ticket['id']}"
    tries = await asyncio.gather(*(agent.call("POST", f"{path}/take") for agent in agents))
    won = [n for n, answer in enumerate(tries) if answer.status_code == 200]
    assert len(won) == 1
    owner, other = agents[won[0]], agents[won[0] - 1]
    lost = tries[won[0] - 1]
    assert (lost.status_code, lost.json()["error"]["owner"]) == (409, owner.agent["name"])
    assert (await other.call("POST", f"{path}/done")).status_code == 409
    words = {"text": "已派师傅上门", "client_message_id": "m1"}
    assert (await other.call("POST", f"{path}/messages", **words)).status_code == 409
    assert (await owner.call("POST", f"{path}/messages", **words)).json() == {"seq": 3, "duplicate": False}
    assert (await owner.call("POST", f"{path}/messages", **words)).json()["duplicate"]
    assert (await owner.call("POST", f"{path}/done")).json()["state"] == "done"
    heard = [message["text"] for message in await visitor.messages()]
    assert owner.agent["name"] in heard[1]
    assert heard[2] == "已派师傅上门"
    assert "已处理完成" in heard[3]
    assert (await owner.call("GET", "/agent/tickets")).json()["tickets"] == []
    assert len((await owner.call("GET", "/agent/tickets?state=done")).json()["tickets"]) == 1


async def test_other_groups_do_not_see_it_and_supervisors_do(world: Any) -> None:
    visitor = await world.visitor()
    await leave(visitor)
    stranger = await world.agent("stranger", skill_groups=["bills"])
    chief = await world.agent("chief", skill_groups=["bills"], role=Role.SUPERVISOR)
    [ticket] = (await chief.call("GET", "/agent/tickets")).json()["tickets"]
    assert (await stranger.call("GET", "/agent/tickets")).json()["tickets"] == []
    assert (await stranger.call("POST", f"/agent/tickets/{ticket['id']}/take")).status_code == 403


async def test_tickets_reach_the_archive_and_follow_their_changes(world: Any) -> None:
    visitor = await world.visitor()
    await leave(visitor)
    database = Database(world.services.settings.archive_url)
    archivist = Archivist(world.services, database)
    agent = await world.agent(skill_groups=["general"])
    [ticket] = (await agent.call("GET", "/agent/tickets")).json()["tickets"]
    states = []
    for step in (None, "take", "done"):
        if step:
            await agent.call("POST", f"/agent/tickets/{ticket['id']}/{step}")
        await until(archivist.copy_due)
        async with database.connect() as connection:
            states.append((await connection.execute(select(ArchivedTicket.__table__.c.state))).scalar_one())
    await database.close()
    assert states == ["new", "in_progress", "done"]


async def test_who_waits_for_a_person_is_told_of_tickets_and_thanked_for_a_score(world):
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id)
    closing = (await visitor.messages())[-1]
    await visitor.say("转人工")
    await visitor.in_state("queued")
    await visitor.say("我的工单")

    async def said(text: str) -> bool:
        return any(text in one for one in await visitor.texts("system"))

    await until(lambda: said("还没有工单"))
    five = closing["buttons"][0]
    await visitor.say(five["title"], payload=five["payload"])
    await until(lambda: said("谢谢您的评价"))
    assert await visitor.state() == "queued"
