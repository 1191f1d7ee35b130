"""One stored record that cannot be read is left out, and the others go on."""

import pytest
import structlog

from handoff.models import Customer
from handoff.usecases.service import my_conversations, queue_for
from handoff.vocabulary import Presence
from tests.handoff.makers import make_agent, make_conversation, make_request


async def test_an_agent(services):
    lin, mei = [await make_agent(services, name) for name in ("lin", "mei")]
    for agent in (lin, mei):
        await services.agents.set_presence(agent.id, Presence.ONLINE)
        await services.agents.heartbeat(agent.id)
    await services.redis.hset(f"xq:agent:{lin.id}", "capacity", "很多")
    with structlog.testing.capture_logs() as logged:
        assert [one.id for one in await services.agents.all()] == [mei.id]
        assert [one.id for one in await services.agents.online()] == [mei.id]
        assert await services.agents.get(lin.id) is None
    assert [(one["event"], one["kind"], one["record_id"], one["error"]) for one in logged] == [
        ("record_unreadable", "agent", lin.id, "ValidationError")
    ]
    assert "很多" not in str(logged)
    await services.redis.hset(f"xq:agent:{lin.id}", "capacity", "3")
    with structlog.testing.capture_logs() as logged:
        assert len(await services.agents.all()) == 2
    assert [entry["event"] for entry in logged] == ["record_readable_again"]


async def test_a_request_and_a_conversation(services):
    agent = await make_agent(services, "lin")
    bad, good = await make_request(services), await make_request(services)
    await services.redis.hset(f"xq:request:{bad.id}", "context", "{")
    assert [one.id for one in await queue_for(services, agent)] == [good.id]
    await services.redis.hset(f"xq:request:{bad.id}", "context", "{}")
    await services.redis.hset(f"xq:conversation:{bad.conversation_id}", "customer", "{")
    assert [one.id for one in await queue_for(services, agent)] == [bad.id, good.id]
    for one in (bad, good):
        await services.redis.sadd(f"xq:agent-conversations:{agent.id}", one.conversation_id)
    assert [one.id for one in await my_conversations(services, agent)] == [good.conversation_id]


async def test_the_archive_passes_over_nothing(services):
    """What is left out of it would be gone when the conversation leaves Redis."""
    request = await make_request(services)
    await services.redis.hset(f"xq:request:{request.id}", "context", "{")
    with pytest.raises(ValueError, match="HandoffContext"):
        await services.queue.get_many([request.id], all_readable=True)


async def test_a_customer_of_a_conversation_that_is_gone(services):
    """Nothing is made of it that would never run out."""
    conversation = await make_conversation(services)
    await services.redis.delete(f"xq:conversation:{conversation.id}")
    await services.conversations.set_customer(conversation.id, Customer(id="k1", name="王"))
    await services.conversations.set_customer(conversation.id, None)
    assert await services.redis.exists(f"xq:conversation:{conversation.id}") == 0
    assert await services.conversations.ids_of_customer("k1") == []
