"""Bodies of the knowledge search."""

from pydantic import BaseModel, Field

from handoff.models import KnowledgeArticle


class KnowledgeAnswer(BaseModel):
    """Articles, best first."""

    available: bool = Field(description="False: the knowledge base does not answer now; try again later.")
    articles: list[KnowledgeArticle]
    seq: int | None = Field(description="The customer's message that the articles are for; null for a search.")
