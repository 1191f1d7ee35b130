"""Handing over: the whole context, only true promises, honesty when it cannot be done."""

from dataclasses import replace

import pytest

from actions.action_handoff import EMERGENCIES
from actions.clients.handoff import HandoffClient
from actions.services import Services
from bot.knowledge import load_articles
from tests.actions.conversation import PROFILE, Conversation
from tests.actions.fake_handoff import FakeHandoff


async def test_request_carries_everything_known(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services, PROFILE | {"vip": True})
    await conversation.says("为什么这个月话费比平时多", ("query_bill", 0.9))
    said = await conversation.says("不行，转人工", ("transfer_human", 0.7), ("query_bill", 0.2))
    (request,) = handoff.requests
    context = request.pop("context")
    assert request == {
        "conversation_id": "c-1",
        "turn_seq": 2,
        "reason": "customer_request",
        "skill_group": "bills",
        "priority": "normal",
        "sentiment": "neutral",
    }
    turns = context.pop("recent_turns")
    assert [turn["outcome"]["kind"] for turn in turns] == ["answer", "handoff"]
    assert context == {
        "intent": "transfer_human",
        "confidence": 0.7,
        "intent_ranking": [
            {"name": "transfer_human", "confidence": 0.7},
            {"name": "query_bill", "confidence": 0.2},
        ],
        "entities": [],
        "slots": {"skill_group": "bills"},
        "articles": context["articles"],
        "failed_turns": 0,
    }
    assert context["articles"][0]["article_id"] == "bill-why-higher"
    assert said.outcome == {"kind": "handoff", "reason": "customer_request"}


async def test_a_bare_wish_goes_to_the_group_of_what_was_answered(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services)
    await conversation.says("怎么查积分", ("query_points", 0.9))
    await conversation.says("转人工", ("transfer_human", 0.99))
    assert handoff.requests[-1]["skill_group"] == "plans"


async def test_a_guess_at_what_was_not_understood_leads_to_no_group(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services)
    await conversation.says("呜啦啦", ("query_points", 0.1))
    await conversation.says("转人工", ("transfer_human", 0.99))
    assert handoff.requests[-1]["skill_group"] == "general"


async def test_nothing_is_said_once_requested(services: Services, handoff: FakeHandoff) -> None:
    assert (await Conversation(services).says("转人工", ("transfer_human", 0.9))).messages == []


async def test_full_queue_is_told_by_the_service_alone(services: Services, handoff: FakeHandoff) -> None:
    handoff.refusal = (409, "queue_full")
    conversation = Conversation(services)
    conversation.slots["failed_turns"] = 2.0
    said = await conversation.says("转人工", ("transfer_human", 0.9))
    assert said.messages == []
    assert said.outcome == {"kind": "failure", "reason": "queue_full"}
    assert conversation.slots["failed_turns"] == 0  # or the next failure would ask for a person again


async def test_refusal_is_told(services: Services, handoff: FakeHandoff) -> None:
    handoff.refusal = (500, "internal")
    said = await Conversation(services).says("转人工", ("transfer_human", 0.9))
    assert said.names == ["utter_handoff_unreachable"]


async def test_unreachable_service_is_told(services: Services, unused_tcp_port: int) -> None:
    nowhere = HandoffClient(f"http://127.0.0.1:{unused_tcp_port}", "t")
    said = await Conversation(replace(services, handoff=nowhere)).says("转人工", ("transfer_human", 0.9))
    assert said.names == ["utter_handoff_unreachable"]
    assert said.outcome == {"kind": "failure", "reason": "handoff_unreachable"}
    await nowhere.close()


async def test_wrong_token_is_told_and_not_shown(
    services: Services, handoff_server: tuple[FakeHandoff, str], caplog: pytest.LogCaptureFixture
) -> None:
    stranger = HandoffClient(handoff_server[1], "wrong-secret")
    said = await Conversation(replace(services, handoff=stranger)).says("转人工", ("transfer_human", 0.9))
    assert said.names == ["utter_handoff_unreachable"]
    assert "status 401 (unauthorized)" in caplog.text
    assert "wrong-secret" not in caplog.text
    await stranger.close()


@pytest.mark.parametrize(
    ("intent", "profile", "reason", "priority", "sentiment"),
    [
        ("complaint", PROFILE, "complaint", "high", "negative"),
        ("complaint", PROFILE | {"elderly": True}, "complaint", "high", "negative"),  # the service raises it
        ("transfer_human", None, "customer_request", "normal", "neutral"),
    ],
)
async def test_priority_and_sentiment(
    services: Services,
    handoff: FakeHandoff,
    intent: str,
    profile: dict[str, object] | None,
    reason: str,
    priority: str,
    sentiment: str,
) -> None:
    await Conversation(services, profile).says("你们乱扣钱", (intent, 0.9))
    (request,) = handoff.requests
    assert (request["reason"], request["priority"], request["sentiment"]) == (reason, priority, sentiment)


async def test_human_only_article(services: Services, handoff: FakeHandoff) -> None:
    said = await Conversation(services).says("号码被别人过户了", ("other_telecom", 0.6))
    (request,) = handoff.requests
    assert (request["reason"], request["skill_group"]) == ("human_only", "complaints")
    assert said.outcome["reason"] == "human_only"


async def test_human_only_article_chosen_by_position(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services)
    offered = [{"kind": "article", "id": "sim-dispute", "title": "过户有争议", "score": 0.5}]
    conversation.slots |= {"pending": "clarification", "offered_articles": offered}
    said = await conversation.says("第一个", ("unclear", 0.9))
    assert (handoff.requests[0]["reason"], said.messages) == ("human_only", [])


@pytest.mark.parametrize("intent", ["transfer_human", "complaint"])
async def test_fraud_is_urgent_for_everybody(services: Services, handoff: FakeHandoff, intent: str) -> None:
    await Conversation(services, profile=None).says("我被骗了 转了两万，转人工", (intent, 0.9))
    assert handoff.requests[0]["priority"] == "urgent"


async def test_emergency_article_is_urgent(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services, profile=None)
    conversation.slots["offered_articles"] = [{"kind": "article", "id": "fraud-suspected", "title": "", "score": 1.0}]
    await conversation._run("action_handoff", {"text": "第一个", "metadata": {"conversation_id": "c-1"}})
    assert handoff.requests[0]["priority"] == "urgent"


async def test_person_asked_for_after_the_advice_on_fraud_is_urgent(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services, profile=None)
    given = {"custom": {"turn": {"outcome": {"kind": "answer", "article_id": "fraud-first-aid"}}}}
    conversation._events += [{"event": "user", "text": "转了两万"}, {"event": "bot", "text": "", "data": given}]
    await conversation.says("/transfer_human", ("transfer_human", 1.0))
    assert handoff.requests[0]["priority"] == "urgent"


def test_emergencies_exist() -> None:
    assert {article.id for article in load_articles("data/knowledge")} >= EMERGENCIES


async def test_retried_action_makes_one_request(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services)
    for _ in range(2):
        said = await conversation.says("转人工", ("transfer_human", 0.9))
        assert said.outcome["kind"] == "handoff"
    assert {request["conversation_id"] for request in handoff.requests} == {"c-1"}
