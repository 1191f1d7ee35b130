"""Canned replies: whose they are, who may change them, and that the first ones come once."""

import pytest

from handoff.canned_file import read_replies
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


async def test_a_shelf_is_put_in_order(world):
    lin = await world.agent()
    ids = [(await call(lin, "POST", scope="personal", keyword=word, text=word))[1]["id"] for word in "abc"]
    status, answer = await call(lin, "PUT", "/order", scope="personal", ids=[ids[2], "gone", ids[0]])
    assert (status, [one["keyword"] for one in answer["replies"]]) == (200, ["c", "a", "b"])
    await call(lin, "PUT", f"/{ids[0]}", keyword="z", text="z")  # other words, the same place
    await call(lin, "POST", scope="personal", keyword="neu", text="neu")
    assert await texts(lin, "personal") == ["neu", "c", "z", "b"]
    assert (await call(lin, "PUT", "/order", scope="shared", ids=[]))[0] == 403


async def test_trainers_keep_those_of_groups_and_of_all_and_have_none_of_their_own(world):
    trainer, lin = await world.agent("t", role=Role.TRAINER), await world.agent()
    status, made = await call(trainer, "POST", scope="group", skill_group="bills", text="账单")
    assert status == 201
    assert (await call(trainer, "PUT", f"/{made['id']}", text="账单二"))[0] == 200
    assert (await call(trainer, "POST", scope="personal", text="x"))[0] == 403
    assert "账单二" in await texts(lin, "group")
    assert (await call(lin, "GET", "/export"))[0] == 403
    assert (await call(lin, "POST", "/import", text="x"))[0] == 403
    status, refused = await call(trainer, "POST", "/import", text=7)
    assert (status, refused["error"]["details"]) == (422, [{"field": "body.text", "problem": "string_type"}])


async def test_what_is_exported_is_known_when_it_comes_back_and_new_rows_are_added_once(world):
    trainer, lin = await world.agent("t", role=Role.TRAINER), await world.agent()
    await call(trainer, "POST", scope="group", skill_group="bills", keyword="退费", text="已为您退费：{客户姓名}")
    await call(lin, "POST", scope="personal", text="我的")
    url = f"{trainer.url}{PATH}/export"
    exported = (await trainer.http.get(url, headers=trainer.headers)).text
    assert "已为您退费：{客户姓名}" in exported
    assert "我的" not in exported
    before = (await call(trainer, "GET"))[1]["replies"]
    assert (await call(trainer, "POST", "/import", text=exported))[1] == {
        "new": 0, "known": len(before), "problems": [],
    }  # fmt: skip
    more = exported + "- text: 新的一条\n- text: 新的 一条\n"
    dry = (await call(trainer, "POST", "/import", text=more, dry_run=True))[1]
    assert (dry["new"], dry["known"]) == (1, len(before) + 1)
    assert (await call(trainer, "GET"))[1]["replies"] == before
    assert (await call(trainer, "POST", "/import", text=more))[1] == dry
    assert "新的一条" in await texts(lin, "shared")
    assert (await call(trainer, "POST", "/import", text=more))[1]["new"] == 0


async def test_a_file_with_a_mistake_changes_nothing(world):
    trainer = await world.agent("t", role=Role.TRAINER)
    rows = ["text: 好的", "text: ''", "{text: x, scope: group}", "{text: x, scope: group, skill_group: nowhere}"]
    rows += ["{text: x, scope: personal}", "nothing", "text: " + "长" * 2001]
    file = "canned_replies:\n" + "".join(f"- {row}\n" for row in rows)
    answer = (await call(trainer, "POST", "/import", text=file))[1]
    assert [problem["row"] for problem in answer["problems"]] == [2, 3, 4, 5, 6, 7]
    assert "nowhere" in answer["problems"][2]["message"]
    assert "好的" not in await texts(trainer, "shared")


@pytest.mark.parametrize("text", ["", "[]", "canned_replies: x", "canned_replies: [", "a: &a [x]\ncanned_replies: *a"])
async def test_what_is_no_such_file_is_told(text):
    replies, [problem] = read_replies(text, {"bills"})
    assert (replies, problem.row) == ([], 0)
