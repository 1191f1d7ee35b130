"""Canned replies: whose they are, who may change them, and that the first ones come once."""

import pytest

from handoff.errors import StartupError
from handoff.keys import CANNED_LIMIT
from handoff.stores.canned import load_seeds
from handoff.vocabulary import Role

PATH = "/api/v1/canned-replies"


async def call(agent, method: str, path: str = "", **body: object) -> tuple[int, dict]:
    answer = await agent.http.request(method, f"{agent.url}{PATH}{path}", json=body or None, headers=agent.headers)
    return answer.status_code, answer.json() if answer.content else {}


async def texts(agent, scope: str) -> list[str]:
    return [one["text"] for one in (await call(agent, "GET"))[1]["replies"] if one["scope"] == scope]


async def test_own_ones_are_one_s_own(world):
    lin, wang = await world.agent("lin"), await world.agent("wang")
    status, made = await call(lin, "POST", scope="personal", keyword=" 退费 ", text="{客户姓名}您好")
    assert (status, made["keyword"], made["skill_group"]) == (201, "退费", None)
    assert await texts(lin, "personal") == ["{客户姓名}您好"]
    assert await texts(wang, "personal") == []
    assert (await call(wang, "DELETE", f"/{made['id']}"))[0] == 404
    assert (await call(lin, "PUT", f"/{made['id']}", text="改过"))[1]["text"] == "改过"
    assert await texts(lin, "personal") == ["改过"]
    assert (await call(lin, "DELETE", f"/{made['id']}"))[0] == 204
    assert (await call(lin, "PUT", f"/{made['id']}", text="没了"))[0] == 404
    assert await texts(lin, "personal") == []


async def test_those_of_a_group_are_for_the_group_and_made_by_supervisors(world):
    boss = await world.agent("boss", role=Role.SUPERVISOR, skill_groups=["network"])
    bills, network = await world.agent("b", skill_groups=["bills"]), await world.agent("n", skill_groups=["network"])
    assert (await call(bills, "POST", scope="group", skill_group="bills", text="账单"))[0] == 403
    status, made = await call(boss, "POST", scope="group", skill_group="bills", text="账单")
    assert status == 201
    assert [await texts(each, "group") for each in (bills, network, boss)] == [["账单"], [], ["账单"]]
    assert (await call(bills, "DELETE", f"/{made['id']}"))[0] == 403
    assert (await call(boss, "POST", scope="group", skill_group="nowhere", text="x"))[0] == 422
    assert (await call(boss, "POST", scope="group", text="x"))[0] == 422
    assert (await call(boss, "POST", scope="shared", skill_group="bills", text="x"))[0] == 422
    assert (await call(boss, "POST", scope="personal", text=" "))[0] == 422


async def test_the_first_shared_ones_come_once(world):
    boss = await world.agent("boss", role=Role.SUPERVISOR)
    seeds = load_seeds(world.services.settings.reference_dir / "canned_replies.yml")
    assert sorted(await texts(boss, "shared")) == sorted(seed.text for seed in seeds)
    for seed in seeds:
        assert (await call(boss, "DELETE", f"/{seed.id}"))[0] == 204
    assert await texts(boss, "shared") == []


async def test_there_is_an_end_to_them(world):
    lin = await world.agent()
    one = '{"id": "x", "scope": "personal", "text": "x"}'
    mine = f"xq:canned:personal:{(await world.services.agents.id_of('lin'))}"
    await world.services.redis.hset(mine, mapping={str(n): one for n in range(CANNED_LIMIT)})
    status, refused = await call(lin, "POST", scope="personal", text="还有一条")
    assert (status, refused["error"]["code"]) == (409, "too_many_canned_replies")


def test_a_wrong_file_is_told_at_the_start(tmp_path):
    path = tmp_path / "canned_replies.yml"
    assert load_seeds(path) == []
    path.write_text("canned_replies: [{id: x}]", encoding="utf-8")
    with pytest.raises(StartupError, match=r"canned_replies\.yml"):
        load_seeds(path)
