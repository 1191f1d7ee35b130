"""The housekeeping goes on with everything else when one thing is wrong."""

import structlog

from handoff import keeper, metrics
from handoff.keeper import Keeper
from handoff.usecases import ticket_work
from tests.handoff.makers import make_agent, make_request


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
        assert await _is_away(house)
    assert [entry["step"] for entry in logged if entry["event"] == "keeper_step_failed"] == ["tickets"]
    assert list(await services.positions.told()) == [request.id]
    await services.redis.delete("xq:tickets-due")
    assert not await _is_away(house)


async def _is_away(house: Keeper) -> bool:
    try:
        await house.look_around()
    except keeper.StorageUnavailable:
        return True
    return False
