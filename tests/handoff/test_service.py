"""While a person serves and after: notes, help, silence, read marks, follow-ups, what the next agent sees."""

import json

import pytest

from handoff.keeper import Keeper
from handoff.usecases import silence
from handoff.vocabulary import Sender
from tests.handoff.makers import make_agent, make_request, system_message
from tests.handoff.people import until


async def note(agent, conversation_id, text, mentions=(), key="n1"):
    path = f"/agent/conversations/{conversation_id}/notes"
    return await agent.call("POST", path, text=text, mentions=list(mentions), client_note_id=key)


async def test_note_reaches_colleagues_and_never_the_customer(world, services):
    visitor, agent = await world.active_pair()
    other = await world.agent("other")
    last_seq = (await visitor.read())["conversation"]["last_seq"]
    async with other.stream() as hears, agent.stream() as mine, visitor.stream() as customer:
        await hears.next("mentions")
        await mine.next("notes")
        await customer.next("message", last_seq)
        assert (await note(agent, visitor.id, "这位客户很急", [other.agent["id"]])).json() == {
            "number": 1,
            "duplicate": False,
        }
        assert (await note(agent, visitor.id, "这位客户很急")).json() == {"number": 1, "duplicate": True}
        [mention] = (await hears.next("mentions", 2))["mentions"]
        assert mention["conversation_id"] == visitor.id
        assert mention["note"]["mentions"] == [{"id": other.agent["id"], "name": "坐席other"}]
        assert [one["text"] for one in (await mine.next("notes", 2))["notes"]] == ["这位客户很急"]
        assert await visitor.say("在吗") == last_seq + 1  # the customer's numbering knows nothing of it
        await customer.next("message", last_seq + 1)
        assert "很急" not in json.dumps(customer.frames, ensure_ascii=False)
    assert (await other.call("GET", "/agent/mentions")).json()["mentions"] == [mention]
    # Who is mentioned may look; who is not, may not.
    seen = (await other.call("GET", f"/agent/conversations/{visitor.id}")).json()
    assert [(one["number"], one["after_seq"], one["agent_name"]) for one in seen["notes"]] == [(1, last_seq, "坐席lin")]
    stranger = await world.agent("stranger")
    assert (await stranger.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 403
    assert (await note(stranger, visitor.id, "我也想说")).status_code == 403
    assert (await note(agent, visitor.id, "谁", ["nobody"], "n2")).json()["error"]["code"] == "unknown_agent"
    assert (await note(agent, visitor.id, " ", key="n3")).status_code == 422
    assert [e["data"]["text"] for e in await services.conversations.journal(visitor.id) if e["kind"] == "noted"] == [
        "这位客户很急"
    ]


async def test_next_agent_sees_the_notes(world):
    visitor, agent = await world.active_pair()
    await note(agent, visitor.id, "已核对账单")
    await agent.call("POST", f"/agent/conversations/{visitor.id}/transfer", skill_group="bills", reason="")
    other = await world.agent("other", skill_groups=["bills"])
    assert [one["text"] for one in (await other.claim_first())["notes"]] == ["已核对账单"]


async def test_help_is_asked_of_the_supervisors_who_are_online(world):
    visitor, agent = await world.active_pair()
    path = f"/agent/conversations/{visitor.id}/help"
    away = await agent.call("POST", path, text="客户要找领导", client_note_id="h1")
    assert away.json() == {"number": 1, "supervisors": 0}
    supervisor = await world.agent("boss", role="supervisor")
    async with supervisor.stream() as s:
        await s.next("mentions")
        asked = await agent.call("POST", path, text="客户要找领导", client_note_id="h2")
        assert asked.json() == {"number": 2, "supervisors": 1}
        [mention] = (await s.next("mentions", 2))["mentions"]
    assert (mention["note"]["kind"], mention["note"]["text"]) == ("help", "客户要找领导")


async def test_colleagues_are_known_to_all(world):
    agent, other = await world.agent(), await world.agent("other")
    answer = (await agent.call("GET", "/agent/colleagues")).json()["colleagues"]
    shown = {"id": other.agent["id"], "name": "坐席other", "presence": "online", "role": "agent"}
    assert {**shown, "active": 0, "capacity": other.agent["capacity"]} in answer
    assert agent.agent["id"] not in [one["id"] for one in answer]


@pytest.fixture
async def served(services):
    """A served conversation whose agent has written last, and the agent."""
    request = await make_request(services)
    agent = await make_agent(services, "ann", presence="online")
    await services.agents.heartbeat(agent.id)
    await services.queue.claim(request.id, agent.id, agent.name, 5, system_message())
    return request, agent


async def say(services, served, remind_after_s=0.001):
    request, agent = served
    draft = system_message("回复").model_copy(update={"sender": Sender.AGENT})
    await services.conversations.append(
        request.conversation_id, draft, state="active", agent_id=agent.id, remind_after_s=remind_after_s
    )


async def due(services, request):
    """Make what would be due later due now."""
    await services.redis.zadd(services.notes._keys("silent_due"), {request.conversation_id: 1})


async def texts_of(services, request):
    return [one.text for one in await services.conversations.messages(request.conversation_id, 0, 100)]


async def test_silent_customer_is_reminded_once_then_taken_leave_of(services, served):
    request, agent = served
    await say(services, served)
    await due(services, request)
    await silence.look_after(services)
    await silence.look_after(services)
    texts = await texts_of(services, request)
    assert sum("您还在吗" in text for text in texts) == 1
    await due(services, request)
    await services.turns.prepare()
    await services.redis.set("xq:kept-since:keeper", 1)  # and not only just back
    await Keeper(services).look_around()
    conversation = await services.conversations.get(request.conversation_id)
    assert (conversation.state, conversation.agent_id, conversation.episode) == ("bot", None, 2)
    ended = await services.queue.get(request.id)
    assert (ended.disposition, ended.resolved) == ("customer_left", False)
    assert "一直没有等到您的回复" in (await texts_of(services, request))[-1]
    assert await services.agents.conversation_ids(agent.id) == []
    assert await services.service_ends.silent(10) == []


async def test_customer_who_waits_for_the_agent_is_never_reminded(services, served):
    request, _ = served
    await silence.look_after(services)
    assert await services.service_ends.silent(10) == []  # claimed, and the agent has not spoken
    await say(services, served)
    await due(services, request)
    await services.conversations.accept(
        request.conversation_id,
        system_message("还在").model_copy(update={"sender": Sender.CUSTOMER}),
        message_key="k",
        plan={"active": "keep"},
        payload=None,
    )
    before = await texts_of(services, request)
    await silence.look_after(services)
    assert await texts_of(services, request) == before


async def test_answer_after_the_reminder_keeps_the_service(services, served):
    request, _ = served
    await say(services, served)
    await due(services, request)
    await silence.look_after(services)
    await say(services, served)  # the agent speaks again: the count starts anew
    await due(services, request)
    await silence.look_after(services)
    texts = await texts_of(services, request)
    assert sum("您还在吗" in text for text in texts) == 2
    assert (await services.conversations.get(request.conversation_id)).state == "active"


async def test_read_marks_go_both_ways(world):
    visitor, agent = await world.active_pair()
    assert (await agent.reply(visitor.id, "您好")).status_code == 202
    last_seq = (await visitor.read())["conversation"]["last_seq"]
    async with agent.stream() as mine, visitor.stream() as customer:
        await mine.next("queue")
        await customer.next("message", last_seq)
        await customer.send(type="read", seq=last_seq + 50)
        await until(lambda: any(f["conversation"]["customer_read_seq"] == last_seq for f in mine.of("conversation")))
        await mine.send(type="read", conversation_id=visitor.id, seq=last_seq)
        await until(lambda: any(f["conversation"]["agent_read_seq"] == last_seq for f in customer.of("conversation")))
        await customer.send(type="read", seq=1)  # marks only grow
    assert (await visitor.read())["conversation"]["customer_read_seq"] == last_seq
    other = await world.agent("other")
    async with other.stream() as s:
        await s.next("queue")
        await visitor.say("在吗")
        await s.send(type="read", conversation_id=visitor.id, seq=last_seq + 1)
        await s.send(type="ping")
        await s.next("pong")
    assert (await visitor.read())["conversation"]["agent_read_seq"] == last_seq  # not theirs to read


async def test_a_row_counts_what_nobody_has_seen_of_this_service(world):
    visitor, agent = await world.active_pair()

    async def row():
        [one] = (await agent.call("GET", "/agent/conversations")).json()["conversations"]
        return {name: one[name] for name in ("agent_read_seq", "unread", "last_sender")}

    async with agent.stream() as mine:
        await mine.next("queue")
        last_seq = (await visitor.read())["conversation"]["last_seq"]
        await mine.send(type="read", conversation_id=visitor.id, seq=last_seq)
        await until(lambda: any(f["conversation"]["unread"] == 0 for f in mine.of("conversation")))
        assert await row() == {"agent_read_seq": last_seq, "unread": 0, "last_sender": "system"}
        for i in range(3):
            await visitor.say(f"在吗{i}")
        await until(lambda: mine.of("conversation")[-1]["conversation"]["unread"] == 3)
    assert await row() == {"agent_read_seq": last_seq, "unread": 3, "last_sender": "customer"}
    assert (await agent.reply(visitor.id, "在的")).status_code == 202
    assert await row() == {"agent_read_seq": last_seq, "unread": 3, "last_sender": "agent"}


async def test_only_what_follows_is_read_again(world):
    visitor, agent = await world.active_pair()
    path = f"/agent/conversations/{visitor.id}"
    whole = (await agent.call("GET", path)).json()
    await visitor.say("在吗")
    rest = (await agent.call("GET", f"{path}?after={whole['last_seq']}")).json()
    assert [one["text"] for one in rest["messages"]] == ["在吗"]
    assert rest["summary"] == (await agent.call("GET", path)).json()["summary"]
    assert whole["understanding"]
    assert not rest["understanding"]


async def test_follow_up_is_listed_until_it_is_done(world):
    visitor, agent = await world.active_pair()
    other = await world.agent("other")
    wanted = {"what": "回电告知退费结果", "due_at_ms": 1_800_000_000_000, "by": other.agent["id"]}
    async with other.stream() as s:
        await s.next("follow_ups")
        assert (await agent.close(visitor.id, follow_up=wanted, summary="要退费")).status_code == 200
        [listed] = (await s.next("follow_ups", 2))["follow_ups"]
    assert (listed["what"], listed["by_name"], listed["conversation_id"]) == (wanted["what"], "坐席other", visitor.id)
    assert (await other.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 200
    assert (await other.call("GET", "/agent/follow-ups")).json()["follow_ups"] == [listed]
    done = f"/agent/follow-ups/{listed['request_id']}/done"
    assert [(await other.call("POST", done)).status_code for _ in range(2)] == [204, 204]
    assert (await other.call("GET", "/agent/follow-ups")).json()["follow_ups"] == []


async def test_who_comes_back_is_not_asked_again(world):
    """The service before is shown, whoever takes the customer now."""
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id, summary="话费多扣，已登记退费", resolved=False)
    await visitor.say("转人工")
    await visitor.in_state("queued")
    boss = await world.agent("boss", role="supervisor")
    previous = (await boss.claim_first())["previous"]
    assert previous.pop("ended_at_ms") > 0
    assert previous == {
        "agent_name": "坐席lin",
        "disposition": "answered",
        "summary": "话费多扣，已登记退费",
        "resolved": False,
        "satisfaction": None,
    }


async def test_supervisor_looks_on_live_and_takes_over(world):
    visitor, agent = await world.active_pair()
    boss = await world.agent("boss", role="supervisor")
    last_seq = (await visitor.read())["conversation"]["last_seq"]
    async with boss.stream() as s, agent.stream() as mine, visitor.stream() as customer:
        await s.next("queue")
        await mine.next("queue")
        await customer.next("ready")
        await s.send(type="watch", conversation_id=visitor.id)
        assert (await s.next("conversation"))["conversation"]["agent"] == "坐席lin"
        await until(lambda: any(f["conversation"]["watchers"] == ["坐席boss"] for f in mine.of("conversation")))
        await visitor.say("听得到吗")
        await agent.reply(visitor.id, "在的")
        await mine.send(type="typing", conversation_id=visitor.id)
        await s.next("message", 2)
        assert (s.seqs(), s.texts()) == ([last_seq + 1, last_seq + 2], ["听得到吗", "在的"])
        assert (await s.next("typing"))["sender"] == "agent"
        # Only looking: what would be heard by the customer is refused or without effect.
        assert (await boss.reply(visitor.id, "我插一句")).status_code == 403
        await s.send(type="typing", conversation_id=visitor.id)
        await s.send(type="read", conversation_id=visitor.id, seq=1)
        await note(boss, visitor.id, "先道歉再解释")  # a whisper
        assert [one["text"] for one in (await mine.next("notes", 2))["notes"]] == ["先道歉再解释"]
        await s.next("notes")
        took = await boss.call(
            "POST", f"/agent/conversations/{visitor.id}/transfer", agent_id=boss.agent["id"], reason="升级处理"
        )
        assert took.status_code == 200
        assert (await mine.next("conversation_removed"))["agent_name"] == boss.agent["name"]
        await boss.reply(visitor.id, "我是班长")
        await customer.next("message", last_seq + 4)
        assert customer.texts("agent") == ["在的", "我是班长"]
        assert len(customer.of("typing")) == 1
        assert "boss" not in json.dumps(customer.frames[: customer.frames.index(customer.of("message")[-2])])


async def test_watching_ends_and_is_for_supervisors_only(world):
    visitor, agent = await world.active_pair()
    boss, other = await world.agent("boss", role="supervisor"), await world.agent("other")
    async with boss.stream() as s, agent.stream() as mine, other.stream() as hears:
        await hears.send(type="watch", conversation_id=visitor.id)
        assert (await hears.next("error"))["error"]["code"] == "not_permitted"
        await s.send(type="watch", conversation_id="c-nothing")
        assert (await s.next("error"))["error"]["code"] == "conversation_not_found"
        await s.send(type="watch", conversation_id=visitor.id)
        await until(lambda: any(f["conversation"]["watchers"] for f in mine.of("conversation")))
        await s.send(type="unwatch", conversation_id=visitor.id)
        await until(lambda: mine.of("conversation")[-1]["conversation"]["watchers"] == [])
        seen = len(s.of("message"))
        await visitor.say("还在吗")
        await mine.next("message")
        assert len(s.of("message")) == seen
