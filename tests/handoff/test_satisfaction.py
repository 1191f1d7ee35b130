"""What customers say of a service: a score, and a comment only when they chose to give one."""

from typing import Any

import pytest

from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.archive.reviews import ArchivedReviews
from handoff.intake import may_be_comment
from handoff.keys import COMMENT_WITHIN_MS
from handoff.vocabulary import Role
from tests.handoff.people import until


async def served(world: Any) -> Any:
    """A customer whose service has ended, and who is asked how it was."""
    visitor = await world.queued_visitor()
    agent = await world.agent(skill_groups=[])
    await agent.claim_first()
    await agent.close(visitor.id)
    return visitor


async def rated(world: Any, score: int = 2) -> Any:
    visitor = await served(world)
    before = len(await visitor.messages("system"))
    await visitor.say("不满意", payload=f'/satisfaction{{"score": {score}}}')
    await visitor.answered("system", before + 1)
    return visitor


async def comment_of(world: Any, visitor: Any) -> tuple[int | None, str | None]:
    conversation = await world.services.conversations.get(visitor.id)
    request = await world.services.queue.get(conversation.last_request_id)
    return request.satisfaction, request.satisfaction_comment


@pytest.mark.parametrize(
    ("text", "is_comment"),
    [
        ("等了太久，客服态度还行", True),
        ("师傅说话很冲", True),
        ("为什么又扣了我十块钱", False),
        ("查一下话费", False),
        ("流量还剩多少", False),
        ("这样可以吗", False),
        ("转人工", False),
        ("不用了", False),
        ("我的工单", False),
    ],
)
def test_a_new_question_is_no_comment(text: str, is_comment: bool) -> None:
    assert may_be_comment(text) is is_comment


async def test_after_the_score_the_next_text_is_a_question_for_the_assistant(world: Any) -> None:
    visitor = await rated(world)
    [offer] = [
        message for message in await visitor.messages("system") if message["text"].startswith("抱歉没有让您满意")
    ]
    assert offer["buttons"] == [{"title": "说几句", "payload": "/say_more"}]
    calls = len(world.rasa.calls)
    await visitor.say("等了太久")
    await visitor.answered("bot")
    assert len(world.rasa.calls) == calls + 1
    assert await comment_of(world, visitor) == (2, None)


async def test_who_chose_to_say_more_is_heard_and_the_assistant_is_not_asked(world: Any) -> None:
    visitor = await rated(world)
    calls = len(world.rasa.calls)
    asked = len(await visitor.messages("system"))
    await visitor.say("说几句", payload="/say_more")
    assert "请直接回复想说的话" in (await visitor.answered("system", asked + 1))[-1]
    await visitor.say("等了太久")
    assert "您的意见已经记下" in (await visitor.answered("system", asked + 2))[-1]
    assert await comment_of(world, visitor) == (2, "等了太久")
    assert len(world.rasa.calls) == calls
    await visitor.say("你好")
    await visitor.answered("bot")
    assert await comment_of(world, visitor) == (2, "等了太久")


async def test_a_question_instead_of_the_comment_is_answered_and_ends_the_asking(world: Any) -> None:
    visitor = await rated(world)
    asked = len(await visitor.messages("system"))
    await visitor.say("说几句", payload="/say_more")
    await visitor.answered("system", asked + 1)
    await visitor.say("话费怎么查？")
    await visitor.answered("bot", 1)
    await visitor.say("等了太久")
    await visitor.answered("bot", 2)
    assert await comment_of(world, visitor) == (2, None)


async def test_what_comes_long_after_is_no_comment(world: Any) -> None:
    visitor = await rated(world)
    asked = len(await visitor.messages("system"))
    await visitor.say("说几句", payload="/say_more")
    await visitor.answered("system", asked + 1)
    key = f"{world.services.settings.redis_prefix}conversation:{visitor.id}"
    until_ms = int(await world.services.redis.hget(key, "asked_until_ms"))
    await world.services.redis.hset(key, "asked_until_ms", until_ms - COMMENT_WITHIN_MS - 1000)
    await visitor.say("等了太久")
    await visitor.answered("bot")
    assert await comment_of(world, visitor) == (2, None)


async def test_the_widget_adds_a_comment_once_to_the_score(world: Any) -> None:
    visitor = await served(world)

    async def post(**body: Any) -> int:
        path = f"{visitor.url}/api/v1/conversation/satisfaction"
        return int((await visitor.http.post(path, json=body, headers=visitor.headers)).status_code)

    assert await post(comment="太慢") == 409
    assert await post() == 422
    assert await post(comment=" ") == 422
    assert await post(score=1) == 204
    told = len(await visitor.messages("system"))
    assert [await post(comment="太慢"), await post(comment="太慢")] == [204, 204]
    assert len(await visitor.messages("system")) == told + 1
    assert await comment_of(world, visitor) == (1, "太慢")


async def test_supervisors_read_low_scores_with_their_comments(world: Any) -> None:
    visitor = await served(world)
    body = {"score": 1, "comment": "态度差，打 13800138000 找我"}
    await visitor.http.post(f"{visitor.url}/api/v1/conversation/satisfaction", json=body, headers=visitor.headers)
    database = Database(world.services.settings.archive_url)
    world.services.reviews.read_from(ArchivedReviews(database))
    archivist = Archivist(world.services, database)
    await until(archivist.copy_due)
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    agent = await world.agent("plain")
    found = (await chief.call("GET", "/supervision/ratings?max_score=2&commented=true")).json()
    [row] = found["ratings"]
    assert (row["score"], row["conversation_id"], row["resolved"], found["more"]) == (1, visitor.id, True, False)
    assert row["comment"].startswith("态度差")
    assert "13800138000" not in row["comment"]
    assert (await chief.call("GET", f"/supervision/ratings?before_ms={row['at_ms']}")).json()["ratings"] == []
    assert (await agent.call("GET", "/supervision/ratings")).status_code == 403
    await database.close()
