"""Bodies of canned replies."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from handoff.models import SkillGroupId
from handoff.schemas.common import Body
from handoff.stores.canned import CannedReply
from handoff.vocabulary import CannedScope


class CannedWords(Body):
    """What it says, and the word it is found by."""

    keyword: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class NewCannedReply(CannedWords):
    """Group and shared ones are for supervisors to make."""

    scope: CannedScope
    skill_group: SkillGroupId | None = None


class CannedAnswer(BaseModel):
    """All that the agent may use."""

    replies: list[CannedReply]
