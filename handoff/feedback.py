"""What a customer's "没帮助" means for the assistant's next decision. Pure."""

from collections.abc import Collection, Mapping

from handoff.models import Message, Outcome, Turn
from handoff.vocabulary import OutcomeKind, Sender

# What the assistant took for a success; a failure, or a clarification that is passed over, counts without being told.
_SUCCESSES = frozenset({OutcomeKind.TASK, OutcomeKind.ANSWER, OutcomeKind.SMALLTALK})


def answered_turn(messages: list[Message], understanding: Mapping[int, Turn], answer: Message) -> int | None:
    """The customer's message that an answer belongs to, found by its outcome: several may wait in a row."""
    asked = [one.seq for one in messages if one.sender == Sender.CUSTOMER and one.seq < answer.seq]
    same = [seq for seq in asked if seq in understanding and understanding[seq].outcome == answer.outcome]
    return max(same or asked, default=None)


def may_be_judged(outcome: Outcome | None) -> bool:
    """Whether "有帮助 / 没帮助" makes sense: under an answer or a task, not under a question or small talk."""
    return outcome is not None and outcome.kind in (OutcomeKind.ANSWER, OutcomeKind.TASK)


def failed_turns(understanding: Mapping[int, Turn], unhelpful: Collection[int]) -> int:
    """Failed turns in a row after the last of these, with the answers called unhelpful counted; 0 without any."""
    count = 0
    for seq in sorted(understanding, reverse=True):
        turn = understanding[seq]
        is_success = turn.outcome is not None and turn.outcome.kind in _SUCCESSES
        if seq not in unhelpful or not is_success:
            return count + int(turn.failed_turns or 0) if count else 0
        count += 1
    return count
