"""Which waiting messages go out together, so that few replies carry much. Pure."""

from collections.abc import Sequence

from handoff.models import Message
from handoff.vocabulary import ConversationState, Sender

FEW = 2  # with so many replies left, everything that waits goes into one


def sendable(messages: Sequence[Message], state: ConversationState) -> list[Message]:
    """The messages worth a reply of their own.

    A notice at the end ("客服小林已接入") waits for the person's first words and goes out with them, or with the
    answer to whatever the customer writes before: it would use up one of five replies.
    """
    kept = list(messages)
    if state == ConversationState.ACTIVE:
        while kept and kept[-1].sender == Sender.SYSTEM and not kept[-1].buttons:
            kept.pop()
    return kept


def together(messages: Sequence[Message], left: int) -> list[Message]:
    """The first messages of a non-empty list to send as one, when `left` replies remain."""
    agent_texts = sum(message.sender == Sender.AGENT for message in messages)
    if left <= FEW or agent_texts > left:
        return list(messages)
    unit: list[Message] = []
    for message in messages:
        unit.append(message)
        if message.sender == Sender.AGENT:
            break
    return unit
