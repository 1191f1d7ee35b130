"""What leaves for an audience: files by their addresses, and for agents customers' numbers masked."""

from typing import TypeVar

from handoff.attachments.addresses import Audience
from handoff.masking import hidden
from handoff.services import Services

Answer = TypeVar("Answer")


def shown(services: Services, answer: Answer, audience: Audience, *, is_whole: bool = False) -> Answer:
    """The answer or frame as this audience gets it; `is_whole`: with numbers as they are."""
    placed = services.addresses.placed(answer, audience)
    return hidden(placed) if audience is Audience.AGENT and not is_whole else placed
