import pytest

from handoff.texts import CLAIMED, FINISHED, LEFT_QUEUE
from tools.faults.verdict import Verdict


def message(seq, sender, text="x", outcome=None):
    return {"seq": seq, "sender": sender, "text": text, "outcome": outcome}


@pytest.mark.parametrize(
    ("sent", "found", "lost", "duplicated", "reordered"),
    [
        (["a", "b", "b"], ["a", "b", "b"], 0, 0, 0),
        (["a", "b"], ["a"], 1, 0, 0),
        (["a", "b"], ["a", "b", "b"], 0, 1, 0),
        (["a", "b", "c"], ["b", "a", "c"], 0, 0, 2),
        (["a"], ["b"], 1, 1, 0),
    ],
)
def test_texts_are_compared_one_by_one(sent, found, lost, duplicated, reordered):
    verdict = Verdict()
    verdict.compare("customer 1", sent, found)
    assert (verdict.lost, verdict.duplicated, verdict.reordered) == (lost, duplicated, reordered)
    assert verdict.is_clean == (sent == found)


def test_the_assistant_may_speak_before_and_after_a_service_but_not_within():
    request = message(3, "system", outcome={"kind": "handoff"})
    end = message(6, "system", FINISHED)
    verdict = Verdict()
    verdict.check_silence("customer 1", [message(2, "bot"), request, message(5, "agent"), end, message(7, "bot")])
    assert verdict.is_clean
    verdict.check_silence("customer 1", [request, message(4, "bot"), end])
    assert verdict.bot_spoke_after_handoff == 1


def test_a_request_is_claimed_or_waits():
    request, claim = message(1, "system", outcome={"kind": "handoff"}), message(2, "system", CLAIMED.format(name="林"))
    for state, messages, unserved in (
        ("active", [request, claim], 0),
        ("queued", [request], 0),
        ("bot", [request, message(2, "system", LEFT_QUEUE)], 0),
        ("bot", [request], 1),
        ("active", [request, request, claim], 1),
    ):
        verdict = Verdict()
        verdict.check_requests("customer 1", state, messages)
        assert verdict.unserved == unserved


@pytest.mark.parametrize(
    ("state", "served", "waiting", "misplaced"),
    [
        ("active", ["c"], [], 0),
        ("queued", [], ["c"], 0),
        ("bot", [], [], 0),
        ("active", ["c", "c"], [], 1),
        ("active", [], [], 1),
        ("queued", ["c"], ["c"], 1),
        ("queued", [], ["c", "c"], 1),
        ("bot", [], ["c"], 1),
    ],
)
def test_a_conversation_is_in_one_place(state, served, waiting, misplaced):
    verdict = Verdict()
    verdict.check_places({"c": state}, served, waiting)
    assert verdict.misplaced == misplaced


def test_a_request_granted_twice_is_seen():
    verdict = Verdict()
    verdict.check_claims(["r1", "r2", "r1"])
    assert verdict.claimed_twice == 1
