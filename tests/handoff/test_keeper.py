"""The housekeeping goes on with everything else when one thing is wrong."""

import pytest
import structlog

from handoff import metrics, texts
from handoff.errors import StorageUnavailable
from handoff.keeper import Keeper
from handoff.services import Services
from handoff.usecases import ticket_work
from handoff.usecases.views import now_ms
from tests.handoff.makers import make_agent, make_request, system_message
from tests.handoff.servers import free_port


def failed(step: str) -> float:
    return metrics.KEEPER_FAILED.labels(step)._value.get()


async def test_step_that_fails_stops_no_other(settings, services, monkeypatch):
    services.settings.__dict__["routing"] = "push"
    agent = await make_agent(services, "lin", presence="online")
    await services.agents.heartbeat(agent.id)
    first, second = await make_request(services), await make_request(services)

    async def broken(_services):
        raise ValueError("工单内容 13800138000")

    monkeypatch.setattr(ticket_work, "look_after", broken)
    await services.turns.prepare()
    house, before = Keeper(services), failed("tickets")
    with structlog.testing.capture_logs() as logged:
        await house.look_around()
        await house.look_around()
        monkeypatch.undo()
        await house.look_around()
        await house.look_around()
    # Requests are assigned, positions told; it is counted each time and told when it changes.
    assert await services.agents.conversation_ids(agent.id) == sorted([first.conversation_id, second.conversation_id])
    assert failed("tickets") == before + 2
    told = [(entry["event"], entry["step"]) for entry in logged if "keeper" in entry["event"]]
    assert told == [("keeper_step_failed", "tickets"), ("keeper_step_works_again", "tickets")]


async def test_what_redis_refuses_to_one_step_reaches_the_others(services, monkeypatch):
    """A mistake in a script is a refusal of Redis too."""
    request = await make_request(services)
    await services.redis.set("xq:tickets-due", "no sorted set")
    await services.turns.prepare()
    house = Keeper(services)
    with structlog.testing.capture_logs() as logged:
        await house.look_around()
    assert [entry["step"] for entry in logged if entry["event"] == "keeper_step_failed"] == ["tickets"]
    assert list(await services.positions.told()) == [request.id]


async def test_redis_that_is_away_ends_the_round_quietly(settings, services):
    gone = Services.build(settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{free_port()}"}))
    with structlog.testing.capture_logs() as logged, pytest.raises(StorageUnavailable):
        await Keeper(gone).look_around()
    assert logged == []
    await gone.close()


async def test_customer_is_not_taken_leave_of_for_silence_while_the_service_was_away(services):
    agent = await make_agent(services, "lin")
    await services.agents.heartbeat(agent.id)
    request = await make_request(services)
    await services.queue.claim(request.id, agent.id, agent.name, 3, system_message())
    await services.conversations.append(request.conversation_id, system_message(), remind_after_s=1)
    await services.redis.zadd("xq:silent-due", {request.conversation_id: 1})
    await services.turns.prepare()
    house = Keeper(services)
    await house.look_around()
    assert len(await services.conversations.messages(request.conversation_id, 0, 10)) == 3
    long_ago_ms = now_ms() - int(services.settings.silent_close_s * 1000)
    await services.redis.set("xq:kept-since:keeper", long_ago_ms)
    await house.look_around()
    last = (await services.conversations.messages(request.conversation_id, 0, 10))[-1]
    assert last.text == texts.STILL_THERE
