"""The whole way: asked, answered, handed over, claimed, replied, closed, answered again."""

from tests.handoff.fake_rasa import TURN
from tests.handoff.makers import make_request


async def test_bot_answers_with_outcome_and_understanding(world):
    visitor = await world.visitor()
    seq = await visitor.say("为什么话费高")
    await visitor.answered("bot")
    customer_message, bot_message = await visitor.messages()
    assert (customer_message["seq"], customer_message["text"], customer_message["sender"]) == (
        1,
        "为什么话费高",
        "customer",
    )
    assert bot_message["seq"] == 2
    assert bot_message["outcome"] == {**TURN["outcome"], "task": None, "reason": None}
    turn = (await world.services.conversations.understanding(visitor.id))[seq]
    assert turn.intent == "query_bill"
    assert [ranked.name for ranked in turn.intent_ranking] == ["query_bill", "query_balance"]
    assert turn.articles[0].article_id == "bill-why-higher"


async def test_rasa_is_told_who_writes(world):
    visitor = await world.visitor()
    await visitor.say("你好")
    await visitor.answered("bot")
    call = world.rasa.calls[0]
    assert call == {
        "sender": f"{visitor.id}.1",
        "message": "你好",
        "metadata": {"conversation_id": visitor.id, "turn_seq": 1, "channel": "web", "customer": None},
    }


async def test_whole_way(world):
    visitor = await world.visitor()
    await visitor.say("话费怎么多了")
    await visitor.answered("bot")
    await visitor.say("转人工")
    await visitor.in_state("queued")
    agent = await world.agent()
    [waiting] = await agent.queue()
    assert waiting["conversation_id"] == visitor.id
    assert waiting["reason"] == "customer_request"
    assert waiting["last_text"] == "话费怎么多了"  # all who wait asked for a person: what they said before tells more
    conversation = await agent.claim_first()
    assert [message["text"] for message in conversation["messages"]][:3] == [
        "话费怎么多了",
        "答：话费怎么多了",
        "转人工",
    ]
    assert conversation["understanding"]["1"]["intent_ranking"][0] == {"name": "query_bill", "confidence": 0.87}
    assert conversation["request"]["context"]["failed_turns"] == 2
    await visitor.say("在吗")
    assert (await agent.reply(visitor.id, "您好，我看到您的问题了")).status_code == 202
    assert (await visitor.texts())[-2:] == ["在吗", "您好，我看到您的问题了"]
    assert (await agent.close(visitor.id)).json()["conversation"]["state"] == "bot"
    await visitor.say("再问一个")
    await visitor.answered("bot", 2)
    assert world.rasa.calls[-1]["sender"] == f"{visitor.id}.2"
    assert [m["seq"] for m in await visitor.messages()] == list(range(1, len(await visitor.messages()) + 1))


async def test_bot_is_silent_after_its_handoff_request(world):
    visitor = await world.queued_visitor()
    await visitor.say("还在吗")
    agent = await world.agent()
    await agent.claim_first()
    assert await visitor.texts("bot") == []
    journal = await world.services.conversations.journal(visitor.id)
    assert {"texts": ["说晚了的话"]} in [event["data"] for event in journal if event["kind"] == "bot_text_dropped"]
    # While it waits and while it is served, nothing goes to Rasa.
    assert world.rasa.messages_of(visitor.id) == ["转人工"]


async def test_enqueuing_tells_the_truth(world):
    first = await world.queued_visitor()
    [told] = await first.messages("system")
    assert "现在没有人工客服在线" in told["text"]
    assert told["outcome"]["kind"] == "handoff"
    assert [button["title"] for button in told["buttons"]] == ["继续排队", "请回电", "留言", "取消排队"]
    await world.agent()
    second = await world.queued_visitor()
    [told] = await second.messages("system")
    assert "第 2 位" in told["text"]
    assert "1 位客服在线" in told["text"]
    [_, request] = await world.services.queue.waiting()
    assert (await second.read())["conversation"]["queue"] == {
        "request_id": request.id,
        "position": 2,
        "estimated_wait_s": 30,
        "agents_online": 1,
    }


async def test_place_counts_everybody_whom_the_only_agent_serves_first(world, services):
    agent = await world.agent(capacity=1)
    for _ in range(2):
        await make_request(services, skill_group="network")
    visitor = await world.queued_visitor()
    [told] = await visitor.texts("system")
    assert "第 3 位，预计约 10 分钟，现有 1 位客服在线" in told
    assert [row["conversation_id"] for row in await agent.queue()][2] == visitor.id
    assert (await visitor.read())["conversation"]["queue"]["position"] == 3
    await world.agent("own", skill_groups=["bills"], capacity=1)
    assert (await visitor.read())["conversation"]["queue"]["position"] == 1


async def test_leaving_the_queue_gives_back_to_the_bot(world):
    visitor = await world.queued_visitor()
    assert (await visitor.leave_queue()).json()["conversation"]["state"] == "bot"
    assert (await visitor.leave_queue()).status_code == 409
    await visitor.say("那我自己查")
    await visitor.answered("bot")
    agent = await world.agent()
    assert await agent.queue() == []


async def test_leaving_the_queue_by_button_or_words(world):
    for payload, text in (("/leave_queue", "取消排队"), (None, "算了不转了"), (None, "不用了。")):
        visitor = await world.queued_visitor()
        await visitor.say(text, payload=payload)
        await visitor.in_state("bot")


async def test_asking_how_long_is_answered_while_waiting(world):
    visitor = await world.queued_visitor()
    await visitor.say("还要等多久？")
    texts = await visitor.answered("system", 2)
    assert "您排在第 1 位" in texts[-1]
    await visitor.say("转人工")
    assert "您排在第 1 位" in (await visitor.answered("system", 3))[-1]
    assert await visitor.state() == "queued"


async def test_old_turn_of_an_ended_matter_makes_no_request(world):
    visitor, agent = await world.active_pair()
    await agent.close(visitor.id)
    call = {"metadata": {"conversation_id": visitor.id, "turn_seq": 1}}
    answer = await world.rasa.request_handoff(call, reason="repeated_failure")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_turn")
    assert await visitor.state() == "bot"


async def test_handoff_request_is_idempotent(world):
    visitor = await world.visitor()
    seq = await visitor.say("你好")
    await visitor.answered("bot")
    call = {"metadata": {"conversation_id": visitor.id, "turn_seq": seq}}
    answers = [await world.rasa.request_handoff(call, reason="complaint") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.json()["request_id"] for answer in answers}) == 1
    assert len(await visitor.texts("system")) == 1
