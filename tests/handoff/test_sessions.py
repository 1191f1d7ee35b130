"""Sessions of agents: short tokens, refreshing, what ends them, and what administrators change."""

import asyncio

import pytest

from handoff.keys import REFRESH_GRACE_MS
from tests.handoff.conftest import PASSWORD
from tests.handoff.people import until


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


async def test_a_new_group_holds_for_an_open_stream(world):
    boss, agent = await world.agent("boss", role="administrator"), await world.agent()
    await world.queued_visitor()
    async with agent.stream() as stream:
        await until(lambda: stream.of("queue") and stream.of("queue")[-1]["requests"])
        path = f"/agents/{agent.agent['id']}"
        assert (await boss.call("PATCH", path, skill_groups=["network"])).status_code == 200
        await until(lambda: stream.of("queue")[-1]["requests"] == [])


@pytest.mark.parametrize(("field", "value", "expected"), [("role", "agent", "not_permitted"), ("disabled", "1", 4401)])
async def test_what_an_account_may_by_now_counts_for_the_next_frame(world, field, value, expected):
    """Also when no notice of the change came."""
    visitor, _ = await world.active_pair()
    boss = await world.agent("boss", role="supervisor")
    async with boss.stream() as stream:
        await stream.next("queue")
        await world.services.redis.hset(f"xq:agent:{boss.agent['id']}", field, value)
        await stream.send(type="watch", conversation_id=visitor.id)
        if expected == 4401:
            assert await closed(stream) == 4401
        else:
            assert (await stream.next("error"))["error"]["code"] == expected
        assert await world.services.watches.watchers([visitor.id]) == [[]]


async def test_an_administrator_who_logs_in_counts_only_after_choosing_so(world):
    """Customers are told that nobody is there, the wall counts nobody, and nobody is assigned to them."""
    boss = await world.agent("boss", role="administrator")
    assert boss.agent["presence"] == "offline"
    visitor = await world.queued_visitor()
    assert (await visitor.read())["conversation"]["queue"]["agents_online"] == 0
    assert await world.services.agents.online() == []
    await boss.call("PUT", "/agent/presence", presence="online")
    assert [one.id for one in await world.services.agents.online()] == [boss.agent["id"]]
    assert (await visitor.read())["conversation"]["queue"]["agents_online"] == 1
    # A second screen takes nobody away; a new beginning asks anew.
    assert (await session(world, "boss")).json()["agent"]["presence"] == "online"
    await boss.call("POST", "/agent/logout")
    assert (await session(world, "boss")).json()["agent"]["presence"] == "offline"
    assert await world.services.agents.online() == []


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


async def test_of_two_administrators_one_remains(world):
    """Each takes the role from the other at the same moment."""
    one, two = await world.agent("one", role="administrator"), await world.agent("two", role="administrator")
    answers = await asyncio.gather(
        one.call("PATCH", f"/agents/{two.agent['id']}", role="agent"),
        two.call("PATCH", f"/agents/{one.agent['id']}", disabled=True),
    )
    # Whoever comes second is no administrator any more, is logged out, or is told that one must remain.
    assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 403], [200, 409])
    accounts = await world.services.agents.all()
    assert [one.role == "administrator" and not one.disabled for one in accounts].count(True) == 1


async def test_the_last_administrator_stays(world):
    one, two = await world.agent("one", role="administrator"), await world.agent("two", role="administrator")
    assert (await one.call("PATCH", f"/agents/{two.agent['id']}", disabled=True)).status_code == 200
    # As if the call of `two` had been on its way when `two` was disabled.
    kept = await world.services.agents.change(
        one.agent["id"], {"role": "agent"}, end_sessions=True, keep_administrator=True
    )
    assert kept is False
    assert (await one.call("GET", "/agent/me")).json()["role"] == "administrator"


async def test_administrators_see_who_was_there_when(world):
    boss, agent = await world.agent("boss", role="administrator"), await world.agent()
    await session(world)
    rows = (await boss.call("GET", "/administration/agents")).json()["agents"]
    seen = {row["username"]: (row["sessions"], row["presence"], row["last_seen_ms"] is not None) for row in rows}
    assert seen == {"boss": (1, "offline", True), "lin": (2, "online", True)}
    assert (await agent.call("GET", "/administration/agents")).status_code == 403
    await boss.call("POST", f"/agents/{agent.agent['id']}/logout")
    rows = (await boss.call("GET", "/administration/agents")).json()["agents"]
    assert [(row["sessions"], row["last_seen_ms"]) for row in rows if row["username"] == "lin"] == [(0, None)]


async def test_one_s_own_sessions_are_seen_and_ended_one_by_one(world):
    agent, other = await world.agent(), await world.agent("wang")
    login = {"username": "lin", "password": PASSWORD}
    headers = {"User-Agent": "Browser 7"}
    second = (await world.http.post(f"{world.url}/api/v1/agent/login", json=login, headers=headers)).json()
    rows = (await agent.call("GET", "/agent/sessions")).json()["sessions"]
    assert [(row["client"] == "Browser 7", row["present"], row["address"]) for row in rows] == [
        (True, False, "127.0.0.1"), (False, True, "127.0.0.1"),
    ]  # fmt: skip
    assert all(row["used_ms"] == row["began_ms"] > 0 for row in rows)
    assert (await other.call("DELETE", f"/agent/sessions/{rows[0]['id']}")).status_code == 404
    assert await me(world, second["token"]) == 200
    assert (await agent.call("DELETE", f"/agent/sessions/{rows[0]['id']}")).status_code == 204
    assert [await me(world, second["token"]), await me(world, agent.token)] == [401, 200]
    assert (await refresh(world, second["refresh_token"])).status_code == 401
    assert len((await agent.call("GET", "/agent/sessions")).json()["sessions"]) == 1
