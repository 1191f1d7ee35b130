"""The knowledge base at the desk: suggestions, search, and going on when nobody answers."""

import asyncio

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from handoff.knowledge import Knowledge
from handoff.models import Customer
from tests.handoff.conftest import SERVICE_TOKEN
from tests.handoff.servers import free_port, serve

ARTICLE = {"article_id": "bill-why-higher", "title": "话费为什么变多了", "text": "先看当月账单。", "score": 0.9}


class FakeActions:
    """The action server's search."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer = {"articles": [ARTICLE]}
        self.status = 200
        self.pause_s = 0.0
        self.app = FastAPI()
        self.app.get("/knowledge/search")(self._search)

    async def _search(self, request: Request) -> JSONResponse:
        if request.headers.get("authorization") != f"Bearer {SERVICE_TOKEN}":
            return JSONResponse({}, 401)
        self.asked.append(dict(request.query_params))
        await asyncio.sleep(self.pause_s)
        return JSONResponse(self.answer, self.status)


@pytest.fixture
async def actions():
    fake = FakeActions()
    async with serve(fake.app, free_port()) as url:
        fake.url = url
        yield fake


@pytest.fixture
def settings(settings, actions):
    return settings.model_copy(update={"actions_url": actions.url, "knowledge_timeout_s": 0.5})


async def test_suggestions_are_for_the_customers_last_message(world, actions):
    visitor, agent = await world.active_pair()
    seq = await visitor.say("为什么扣我这么多钱")
    answer = (await agent.call("GET", f"/agent/knowledge?conversation_id={visitor.id}")).json()
    assert (answer["available"], answer["seq"]) == (True, seq)
    assert [(one["article_id"], one["text"]) for one in answer["articles"]] == [("bill-why-higher", "先看当月账单。")]
    assert actions.asked == [{"q": "为什么扣我这么多钱", "limit": "5"}]


async def test_suggestions_are_for_the_matter_and_not_for_the_wish_for_a_person(world, actions):
    visitor, agent = await world.active_pair()
    seq = await visitor.say("宽带断了三天了")
    for text in ("转人工", "在吗", "谢谢"):
        await visitor.say(text)
    answer = (await agent.call("GET", f"/agent/knowledge?conversation_id={visitor.id}")).json()
    assert answer["seq"] == seq
    assert [query["q"] for query in actions.asked] == ["宽带断了三天了"]


async def test_search_as_one_types(world, actions):
    visitor, agent = await world.active_pair()
    answer = (await agent.call("GET", f"/agent/knowledge?q=积分&conversation_id={visitor.id}&limit=2")).json()
    assert (answer["available"], answer["seq"], len(answer["articles"])) == (True, None, 1)
    assert (await agent.call("GET", "/agent/knowledge")).json() == {"available": True, "articles": [], "seq": None}
    assert actions.asked == [{"q": "积分", "limit": "2"}]


async def test_only_who_may_read_the_conversation_is_told_of_it(world, actions):
    visitor, _ = await world.active_pair()
    stranger = await world.agent("stranger")
    path = f"/agent/knowledge?conversation_id={visitor.id}"
    assert (await stranger.call("GET", path)).status_code == 403
    assert (await world.http.get(f"/api/v1{path}")).status_code == 401
    assert actions.asked == []


@pytest.mark.parametrize("trouble", ["slow", "broken", "strange"])
async def test_desk_goes_on_without_the_knowledge_base(world, actions, trouble):
    visitor, agent = await world.active_pair()
    actions.pause_s = 2.0 if trouble == "slow" else 0.0
    actions.status = 500 if trouble == "broken" else 200
    actions.answer = {"articles": "none"} if trouble == "strange" else actions.answer
    answer = await agent.call("GET", f"/agent/knowledge?q=积分&conversation_id={visitor.id}")
    assert (answer.status_code, answer.json()) == (200, {"available": False, "articles": [], "seq": None})


async def test_nobody_there():
    knowledge = Knowledge(f"http://127.0.0.1:{free_port()}", "t", 0.5)
    assert await knowledge.search("积分", None, 5) is None
    await knowledge.close()


async def test_profile_goes_along_without_name_or_number(actions):
    knowledge = Knowledge(actions.url, SERVICE_TOKEN, 2.0)
    customer = Customer(id="u1", name="王芳", phone="13800138000", region="广东", plan="畅享 99")
    await knowledge.search("积" * 3000, customer, 5)
    await knowledge.close()
    assert actions.asked == [{"q": "积" * 500, "limit": "5", "region": "广东", "plan": "畅享 99"}]


async def test_given_article_is_told_to_the_next_agent_and_recorded(world):
    visitor, agent = await world.active_pair()
    path = f"/agent/conversations/{visitor.id}"
    article = {"article_id": "bill-why-higher", "title": "话费为什么变多了", "edited": True}
    body = {"text": "先看账单", "client_message_id": "a1", "articles": [article]}
    seq = (await agent.call("POST", f"{path}/messages", **body)).json()["seq"]
    assert (await agent.call("POST", f"{path}/messages", **body)).json() == {"seq": seq, "duplicate": True}
    [given] = (await agent.call("GET", path)).json()["request"]["given_articles"]
    at_ms = given.pop("at_ms")
    assert given == {**article, "seq": seq, "agent_name": "坐席lin"}
    [event] = [e for e in await world.services.conversations.journal(visitor.id) if e["kind"] == "articles_given"]
    assert event["data"] == {"seq": seq, "agent": agent.agent["id"], "articles": [{**given, "at_ms": at_ms}]}
    assert "article_id" not in str([m for m in await visitor.messages("agent") if m["seq"] == seq])
