"""Knowledge articles as agents see and give them."""

from pydantic import Field

from handoff.models.base import Model, Score
from handoff.models.message import Link


class KnowledgeArticle(Model):
    """A knowledge article as agents are shown it."""

    article_id: str
    title: str = ""
    question: str = ""  # its question that is nearest to what was asked
    text: str = ""
    links: list[Link] = []
    score: Score = 0.0
    human_only: bool = False  # the assistant never gives it by itself
    unchecked: list[str] = []  # conditions that this customer's profile does not answer: region, plan, segment


class ArticleUse(Model):
    """A knowledge article that an agent put into a reply; `edited` when the text was changed before it was sent."""

    article_id: str = Field(min_length=1, max_length=100)
    title: str = Field(default="", max_length=200)
    edited: bool = False


class GivenArticle(ArticleUse):
    """An article given to the customer by a person, in message `seq`."""

    seq: int
    agent_name: str
    at_ms: int
