"""The things the service keeps and passes on (docs/architecture.md, "Words on the wire")."""

from handoff.models.agent import Agent
from handoff.models.base import Model, Score, SkillGroupId
from handoff.models.conversation import Conversation
from handoff.models.customer import Contact, Customer
from handoff.models.knowledge import ArticleUse, GivenArticle, KnowledgeArticle
from handoff.models.message import Attachment, Button, Draft, Link, Message, Outcome
from handoff.models.note import Mention, Mentioned, Note
from handoff.models.request import FollowUp, HandedOn, HandoffContext, HandoffRequest
from handoff.models.turn import FoundEntity, RankedArticle, RankedIntent, Turn, WaitingTurn

__all__ = [
    "Agent",
    "ArticleUse",
    "Attachment",
    "Button",
    "Contact",
    "Conversation",
    "Customer",
    "Draft",
    "FollowUp",
    "FoundEntity",
    "GivenArticle",
    "HandedOn",
    "HandoffContext",
    "HandoffRequest",
    "KnowledgeArticle",
    "Link",
    "Mention",
    "Mentioned",
    "Message",
    "Model",
    "Note",
    "Outcome",
    "RankedArticle",
    "RankedIntent",
    "Score",
    "SkillGroupId",
    "Turn",
    "WaitingTurn",
]
