"""Sessions of agents: short tokens, refreshing, what ends them, and what administrators change."""

import asyncio

import pytest

from handoff.keys import REFRESH_GRACE_MS
from tests.handoff.conftest import PASSWORD


async def refresh(world, token):
    return await world.http.post(f"{world.url}/api/v1/agent/refresh", json={"refresh_token": token})


async def session(world, username="lin", password=PASSWORD):
    login = {"username": username, "password": password}
    return await world.http.post(f"{world.url}/api/v1/agent/login", json=login)


async def me(world, token):
    answer = await world.http.get(f"{world.url}/api/v1/agent/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


async def forget_rotation(world):
    """As if the last refresh were longer ago than a lost answer explains."""
    async for key in world.services.redis.scan_iter("xq:family:*"):
        await world.services.redis.hincrby(key, "rotated_ms", -REFRESH_GRACE_MS - 1)


async def closed(stream):
    await asyncio.wait_for(stream.connection.wait_closed(), 10)
    return stream.connection.close_code


async def test_refreshing_gives_new_tokens(world):
    await world.agent()
    first = (await session(world)).json()
    second = (await refresh(world, first["refresh_token"])).json()
    assert second["agent"]["username"] == "lin"
    assert len({first["token"], first["refresh_token"], second["token"], second["refresh_token"]}) == 4
    assert [await me(world, one["token"]) for one in (first, second)] == [200, 200]
    assert second["refresh_expires_at_ms"] - second["expires_at_ms"] == (12 * 60 - 15) * 60_000
    # The answer was lost: asking again at once is no theft.
    assert (await refresh(world, first["refresh_token"])).status_code == 200


async def test_a_used_refresh_token_ends_the_session_and_no_other(world):
    await world.agent()
    first, other = (await session(world)).json(), (await session(world)).json()
    second = (await refresh(world, first["refresh_token"])).json()
    await forget_rotation(world)
    answer = await refresh(world, first["refresh_token"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_session")
    assert (await refresh(world, second["refresh_token"])).status_code == 401
    assert [await me(world, one["token"]) for one in (first, second, other)] == [401, 401, 200]


async def test_an_access_token_ends_and_the_stream_stays(world):
    agent = await world.agent()
    async with agent.stream() as stream:
        await stream.next("ready")
        async for key in world.services.redis.scan_iter("xq:session:*"):
            assert 0 < await world.services.redis.ttl(key) <= 15 * 60
            await world.services.redis.delete(key)
        assert await me(world, agent.token) == 401
        await stream.send(type="ping")
        await stream.next("pong")


@pytest.mark.parametrize("how", ["logout", "everywhere", "password", "reset", "by_administrator", "disabled", "role"])
async def test_what_ends_sessions_closes_streams(world, how):
    boss, agent = await world.agent("boss", role="administrator"), await world.agent()
    second = (await session(world)).json()
    path = f"/agents/{agent.agent['id']}"
    new = "a new password"
    async with agent.stream() as stream:
        await stream.next("ready")
        answer = await {
            "logout": lambda: agent.call("POST", "/agent/logout"),
            "everywhere": lambda: agent.call("POST", "/agent/logout-everywhere"),
            "password": lambda: agent.call("PUT", "/agent/password", old_password=PASSWORD, password=new),
            "reset": lambda: boss.call("PUT", f"{path}/password", password=new),
            "by_administrator": lambda: boss.call("POST", f"{path}/logout"),
            "disabled": lambda: boss.call("PATCH", path, disabled=True),
            "role": lambda: boss.call("PATCH", path, role="trainer"),
        }[how]()
        assert answer.status_code in (200, 204), answer.text
        assert await closed(stream) == 4401
    assert await me(world, agent.token) == 401
    assert (await me(world, second["token"]) == 200) is (how == "logout")
    assert (await refresh(world, second["refresh_token"])).status_code == (200 if how == "logout" else 401)
    is_old_right = how not in ("password", "reset", "disabled")
    assert ((await session(world)).status_code == 200) is is_old_right
    if how in ("password", "reset"):
        assert (await session(world, password=new)).status_code == 200


async def test_own_password_needs_the_old_one(world):
    agent = await world.agent()
    answer = await agent.call("PUT", "/agent/password", old_password="wrong", password="a new password")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "wrong_password")
    assert await me(world, agent.token) == 200


async def test_administrators_change_agents(world):
    boss, agent = await world.agent("boss", role="administrator"), await world.agent()
    path = f"/agents/{agent.agent['id']}"
    changed = (await boss.call("PATCH", path, name="林静", skill_groups=["bills"], capacity=2)).json()
    assert (changed["name"], changed["skill_groups"], changed["capacity"], changed["role"]) == (
        "林静", ["bills"], 2, "agent",
    )  # fmt: skip
    assert (await agent.call("GET", "/agent/me")).json() == changed
    assert (await boss.call("PATCH", path, skill_groups=["x"])).json()["error"]["code"] == "unknown_skill_group"
    assert (await boss.call("PATCH", "/agents/nobody", capacity=2)).status_code == 404
    own = f"/agents/{boss.agent['id']}"
    for body in ({"disabled": True}, {"role": "agent"}):
        assert (await boss.call("PATCH", own, **body)).json()["error"]["code"] == "own_account"
    assert (await agent.call("PATCH", own, name="x")).status_code == 403
    assert (await agent.call("PUT", f"{own}/password", password="a new password")).status_code == 403
    assert (await boss.call("PATCH", path, disabled=True)).json()["disabled"] is True
    assert (await session(world)).json()["error"]["code"] == "account_disabled"
    assert (await boss.call("PATCH", path, disabled=False)).json()["disabled"] is False
    assert (await session(world)).status_code == 200
