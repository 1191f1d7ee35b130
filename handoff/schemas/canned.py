"""Bodies of canned replies."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from handoff.canned_file import Problem
from handoff.keys import CANNED_LIMIT
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


class CannedOrder(Body):
    """The order of one's own, a group's or the shared ones; those left out come last."""

    scope: CannedScope
    skill_group: SkillGroupId | None = None
    ids: list[Annotated[str, StringConstraints(min_length=1, max_length=100)]] = Field(max_length=CANNED_LIMIT)


class CannedImport(Body):
    """A file of them, as the export writes it."""

    text: str = Field(max_length=1_000_000, description="YAML.")
    dry_run: bool = Field(default=False, description="Only say what would be done.")


class CannedImported(BaseModel):
    """What was added, or would be."""

    new: int
    known: int = Field(description="Were there already, word for word, and are left alone.")
    problems: list[Problem] = Field(description="With any, nothing is added.")


class CannedAnswer(BaseModel):
    """All that the agent may use."""

    replies: list[CannedReply]
