"""Many at once: one winner a claim, one request a conversation, one place in the queue each."""

import asyncio
from collections import Counter

from handoff.models import Draft
from handoff.stores.queue import Claim
from tests.handoff.conftest import PASSWORD_HASH
from tests.handoff.makers import customer_message, make_agent, make_conversation, make_request, system_message


async def test_hundred_agents_claim_one_request(services):
    request = await make_request(services)
    claims = await asyncio.gather(
        *(services.queue.claim(request.id, f"a{n}", f"坐席{n}", 5, system_message()) for n in range(100))
    )
    [winner] = [claim for claim in claims if claim.won]
    losers = [claim for claim in claims if not claim.won]
    stored = await services.queue.get(request.id)
    assert len(losers) == 99
    assert {claim.claimed_by for claim in losers} == {stored.agent_name}
    assert winner.conversation_id == request.conversation_id
    conversation = await services.conversations.get(request.conversation_id)
    assert (conversation.state, conversation.agent_id) == ("active", stored.agent_id)
    assert await services.agents.conversation_ids(stored.agent_id) == [request.conversation_id]
    messages = await services.conversations.messages(request.conversation_id, 0, 10)
    assert [message.seq for message in messages] == [1, 2]


async def test_hundred_agents_claim_a_thousand_requests(services):
    requests = [await make_request(services) for _ in range(1000)]
    won: Counter[str] = Counter()

    async def work(number: int) -> None:
        for request in requests[number % 20 :: 20]:  # five agents after each request
            claim = await services.queue.claim(request.id, f"a{number}", f"坐席{number}", 1000, system_message())
            assert claim.won or (claim.claimed_by and not claim.full)
            won[request.id] += claim.won

    await asyncio.gather(*(work(number) for number in range(100)))
    assert set(won.values()) == {1}
    assert len(won) == 1000
    held = [await services.agents.conversation_ids(f"a{number}") for number in range(100)]
    assert sum(map(len, held)) == 1000
    assert await services.queue.waiting() == []


async def test_capacity_is_never_exceeded(services):
    requests = [await make_request(services) for _ in range(20)]
    claims = await asyncio.gather(*(services.queue.claim(r.id, "a1", "坐席", 3, system_message()) for r in requests))
    assert Counter((claim.won, claim.full) for claim in claims) == {(True, False): 3, (False, True): 17}
    assert len(await services.queue.waiting()) == 17


async def test_claim_repeated_by_the_winner_is_won(services):
    request = await make_request(services)
    first, second = [await services.queue.claim(request.id, "a1", "坐席", 3, system_message()) for _ in range(2)]
    assert first == second == Claim(won=True, conversation_id=request.conversation_id, claimed_by="坐席")


async def test_claim_over_http_names_the_winner(world):
    visitor = await world.queued_visitor()
    agents = [await world.agent(f"agent{n}") for n in range(5)]
    [request] = await agents[0].queue()
    answers = await asyncio.gather(*(agent.claim(request["id"]) for agent in agents))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 4}
    winner = next(answer for answer in answers if answer.status_code == 200).json()["conversation"]["agent"]["name"]
    errors = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert {(error["code"], error["claimed_by"]) for error in errors} == {("already_claimed", winner)}
    assert (await visitor.read())["conversation"]["agent"] == {"name": winner}


async def test_fifty_enter_at_once_each_with_their_own_position(world):
    await world.agent()
    visitors = await asyncio.gather(*(world.visitor() for _ in range(50)))
    for visitor in visitors:
        await visitor.say("你好")
    await asyncio.gather(*(visitor.answered("bot") for visitor in visitors))
    answers = await asyncio.gather(
        *(
            world.rasa.request_handoff({"metadata": {"conversation_id": visitor.id, "turn_seq": 1}}, reason="complaint")
            for visitor in visitors
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    waiting = await world.services.queue.waiting()
    assert len({request.id for request in waiting}) == 50
    for place, request in enumerate(waiting, start=1):
        [told] = [
            m
            for m in await world.services.conversations.messages(request.conversation_id, 0, 10)
            if m.sender == "system"
        ]
        # A position is named only if it was true when the place was taken.
        assert f"第 {place} 位" in told.text or "正在为您排队" in told.text


async def test_workers_that_are_gone_are_forgotten_unless_they_hold_a_turn(services):
    await services.turns.prepare()
    conversation = await make_conversation(services)
    plan = dict.fromkeys(("bot", "queued", "active", "closed"), "assistant")
    await services.conversations.accept(
        conversation.id, customer_message("你好"), message_key="1", plan=plan, payload=None
    )
    [entry] = await services.turns.take("holds", 1, 1)
    # Valkey makes a consumer that takes nothing, Redis 7.0 does not.
    await services.redis.xgroup_createconsumer("xq:turns", "workers", "idle")
    await services.turns.take("idle", 1, 1)
    assert await services.turns.forget_workers(60_000) == 0
    assert await services.turns.forget_workers(-1) == 1
    assert await services.turns.take_over("new", 1, 0) == [entry]


async def test_order_is_arrival_with_a_head_start_for_priority(services):
    normal = [await make_request(services, priority="normal") for _ in range(3)]
    high = [await make_request(services, priority="high") for _ in range(3)]
    urgent = await make_request(services, priority="urgent")
    assert [request.id for request in await services.queue.waiting()] == [r.id for r in [urgent, *high, *normal]]
    ahead = await services.queue.ahead(normal[0].id, "general", ["general", "bills"])
    assert ahead == {"general": 4, "bills": 0}


async def test_agent_account_and_conversation_makers_are_real(services):
    agent = await make_agent(services, "wang")
    assert (await services.agents.get(agent.id)).username == "wang"
    assert not await services.agents.create(agent.model_copy(update={"id": "other"}), PASSWORD_HASH)
    assert await services.agents.get("other") is None
    conversation = await make_conversation(services)
    assert isinstance(system_message(), Draft)
    assert (await services.conversations.get(conversation.id)).state == "bot"
