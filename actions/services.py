"""What the actions work with, loaded once when the server starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.clients.handoff import HandoffClient
from actions.clients.operator import OperatorClient
from actions.settings import Settings
from bot.decision import IntentBook, Thresholds, load_intents, load_thresholds
from bot.encoder import Encoder
from bot.knowledge import Article, KnowledgeIndex, load_articles


@dataclass(frozen=True)
class Services:
    """The knowledge base, the decision's files and the clients of the systems outside."""

    index: KnowledgeIndex
    articles: Mapping[str, Article]
    thresholds: Thresholds
    intents: IntentBook
    operator: OperatorClient
    handoff: HandoffClient

    @classmethod
    def load(cls, settings: Settings) -> Services:
        """Read knowledge, thresholds and encoder.

        Raises EncoderMissing, KnowledgeError, ThresholdError or IntentError, each with one clear message.
        """
        thresholds, intents = load_thresholds(), load_intents()
        articles = load_articles(settings.knowledge)
        intents.check_articles(article.id for article in articles)
        return cls.over(
            KnowledgeIndex.build(articles, Encoder.load()),
            articles,
            thresholds,
            intents,
            OperatorClient(settings.operator_url),
            HandoffClient(settings.handoff_url, settings.service_token),
        )

    @classmethod
    def over(
        cls,
        index: KnowledgeIndex,
        articles: Sequence[Article],
        thresholds: Thresholds,
        intents: IntentBook,
        operator: OperatorClient,
        handoff: HandoffClient,
    ) -> Services:
        """Services over what is already built."""
        by_id = {article.id: article for article in articles}
        return cls(index, by_id, thresholds, intents, operator, handoff)

    def warm_up(self) -> None:
        """One search, so that the first customer does not wait for what is loaded lazily."""
        self.index.search("查话费")

    async def close(self) -> None:
        """Close the connections of the clients."""
        await self.operator.close()
        await self.handoff.close()
