"""What the actions work with, loaded once when the server starts."""

from __future__ import annotations

from dataclasses import dataclass

from actions.clients.handoff import HandoffClient
from actions.clients.operator import OperatorClient
from actions.library import Library
from actions.settings import Settings
from bot.decision import Thresholds, load_intents, load_thresholds
from bot.encoder import Encoder
from bot.knowledge import KnowledgeBase


@dataclass(frozen=True)
class Services:
    """Library, thresholds and the clients of the systems outside; `knowledge` is None where nothing is edited."""

    library: Library
    thresholds: Thresholds
    operator: OperatorClient
    handoff: HandoffClient
    knowledge: KnowledgeBase | None = None

    @classmethod
    def load(cls, settings: Settings) -> Services:
        """Read knowledge, thresholds and encoder.

        Raises EncoderMissing, KnowledgeError, ThresholdError or IntentError, each with one clear message.
        """
        thresholds, intents = load_thresholds(), load_intents()
        knowledge = KnowledgeBase(Encoder.load(), settings.knowledge)
        return cls(
            Library(knowledge, intents),
            thresholds,
            OperatorClient(settings.operator_url),
            HandoffClient(settings.handoff_url, settings.service_token),
            knowledge,
        )

    def warm_up(self) -> None:
        """One search, so that the first customer does not wait for what is loaded lazily."""
        if self.knowledge is not None:
            self.knowledge.search("查话费", None)

    async def close(self) -> None:
        """Close the connections of the clients and end the search."""
        self.library.close()
        await self.operator.close()
        await self.handoff.close()
