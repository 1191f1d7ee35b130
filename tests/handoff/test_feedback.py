"""有帮助 / 没帮助: once a message, changeable, a failed turn for what follows, and a list for review."""

import pytest

from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.feedback import answered_turn, failed_turns
from handoff.models import Message, Outcome, Turn
from handoff.vocabulary import OutcomeKind, Role, Sender
from tests.handoff.people import until


async def judge(visitor, seq: int, helpful: bool):
    path = f"{visitor.url}/api/v1/conversation/messages/{seq}/feedback"
    return await visitor.http.post(path, json={"helpful": helpful}, headers=visitor.headers)


async def answered(visitor, text: str, number: int = 1) -> int:
    await visitor.say(text)
    await visitor.answered("bot", number)
    return (await visitor.messages("bot"))[-1]["seq"]


async def test_unhelpful_answer_is_a_failed_turn_of_the_next_decision(world, rasa):
    visitor = await world.visitor()
    seq = await answered(visitor, "话费怎么多了")
    stored = await judge(visitor, seq, False)
    assert (stored.status_code, stored.json()) == (200, {"seq": seq, "helpful": False, "offer_handoff": True})
    second = await answered(visitor, "还是不懂", 2)
    assert rasa.calls[-1]["metadata"]["failed_turns"] == 1
    await judge(visitor, second, False)
    await answered(visitor, "再说一遍", 3)
    assert rasa.calls[-1]["metadata"]["failed_turns"] == 2
    await answered(visitor, "谢谢", 4)  # that answer was not judged: the row is over
    assert "failed_turns" not in rasa.calls[-1]["metadata"]


async def test_changed_mind_counts(world, rasa):
    visitor = await world.visitor()
    seq = await answered(visitor, "话费怎么多了")
    for helpful in (False, False, True):
        assert (await judge(visitor, seq, helpful)).json()["helpful"] is helpful
    await answered(visitor, "流量", 2)
    assert "failed_turns" not in rasa.calls[-1]["metadata"]
    events = [e for e in await world.services.conversations.journal(visitor.id) if e["kind"] == "feedback"]
    assert [event["data"]["is_helpful"] for event in events] == [False, True]
    assert (await visitor.read())["feedback"] == {str(seq): True}


async def test_what_a_person_has_ended_is_forgotten(world, rasa):
    visitor = await world.visitor()
    seq = await answered(visitor, "话费怎么多了")
    await judge(visitor, seq, False)
    await visitor.say("转人工")
    await visitor.in_state("queued")
    assert (await judge(visitor, seq, False)).json()["offer_handoff"] is False
    agent = await world.agent()
    await agent.claim_first()
    assert (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()["feedback"] == {str(seq): False}
    await agent.close(visitor.id)
    await answered(visitor, "流量", 2)
    assert "failed_turns" not in rasa.calls[-1]["metadata"]


async def test_only_answers_of_the_assistant_are_judged(world):
    visitor, agent = await world.active_pair()
    await agent.reply(visitor.id, "您好")
    for message in await visitor.messages():
        assert (await judge(visitor, message["seq"], True)).status_code == 409
    assert (await judge(visitor, 999, True)).status_code == 404
    assert (await judge(visitor, 0, True)).status_code == 422


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, settings):
    if request.param == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": request.getfixturevalue("postgres").url("feedback")})


async def test_judged_answers_are_listed_for_review(world, settings):
    database = Database(settings.archive_url)
    archivist = Archivist(world.services, database)
    visitor = await world.visitor()
    first = await answered(visitor, "13812345678 话费怎么多了")
    second = await answered(visitor, "流量", 2)
    await judge(visitor, first, True)
    await judge(visitor, first, False)
    await judge(visitor, second, True)
    await until(lambda: archivist.copy_due())
    supervisor = await world.agent("zhao", role=Role.SUPERVISOR)
    page = (await supervisor.call("GET", "/review/feedback?helpful=false")).json()
    [row] = page["feedback"]
    assert row.pop("at_ms") > 0
    assert row == {
        "conversation_id": visitor.id,
        "seq": first,
        "helpful": False,
        "question": "138****5678 话费怎么多了",
        "answer": "答：138****5678 话费怎么多了",
        "intent": "query_bill",
        "article_id": "bill-why-higher",
        "article_title": "话费为什么变多了",
        "score": 0.91,
    }
    everything = (await supervisor.call("GET", "/review/feedback?limit=1")).json()
    assert (everything["feedback"][0]["seq"], everything["more"]) == (second, True)
    await judge(visitor, first, True)
    await until(lambda: archivist.copy_due())
    assert (await supervisor.call("GET", "/review/feedback?helpful=false")).json()["feedback"] == []
    assert (await supervisor.call("GET", "/review/feedback?article_id=other")).json()["feedback"] == []
    trainer = await world.agent("xu", role=Role.TRAINER)
    assert (await trainer.call("GET", "/review/feedback")).status_code == 200
    agent = await world.agent()
    assert (await agent.call("GET", "/review/feedback")).status_code == 403
    await database.close()


def turn(kind: OutcomeKind, failed: int = 0) -> Turn:
    return Turn(outcome=Outcome(kind=kind), failed_turns=failed)


@pytest.mark.parametrize(
    ("turns", "unhelpful", "count"),
    [
        ({}, [1], 0),
        ({1: turn(OutcomeKind.ANSWER)}, [], 0),
        ({1: turn(OutcomeKind.ANSWER)}, [1], 1),
        ({1: turn(OutcomeKind.REPHRASE, 1), 3: turn(OutcomeKind.ANSWER)}, [3], 2),
        ({1: turn(OutcomeKind.REPHRASE, 1)}, [1], 0),  # counted where it happened
        ({1: turn(OutcomeKind.ANSWER), 3: turn(OutcomeKind.TASK)}, [1, 3], 2),
        ({1: turn(OutcomeKind.ANSWER), 3: turn(OutcomeKind.TASK)}, [1], 0),  # a success came after it
    ],
)
def test_failures_in_a_row(turns, unhelpful, count):
    assert failed_turns(turns, unhelpful) == count


def test_answers_of_messages_in_a_row_are_told_apart():
    bill, data = (
        Outcome(kind=OutcomeKind.ANSWER, article_id="bill"),
        Outcome(kind=OutcomeKind.ANSWER, article_id="data"),
    )
    messages = [
        Message(id=f"m{seq}", seq=seq, sender=sender, created_at_ms=0, outcome=outcome)
        for seq, (sender, outcome) in enumerate(
            [(Sender.CUSTOMER, None), (Sender.CUSTOMER, None), (Sender.BOT, bill), (Sender.BOT, data)], 1
        )
    ]
    understanding = {1: Turn(outcome=bill), 2: Turn(outcome=data)}
    assert [answered_turn(messages, understanding, answer) for answer in messages[2:]] == [1, 2]
