"""What the customer may have meant: articles, tasks and topics, as choices to act on or to offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.decision.intents import IntentBook
from bot.decision.model import Candidate, Hit, IntentScore
from bot.decision.thresholds import Thresholds

RANKS_LOOKED_AT = 5


@dataclass(frozen=True)
class Favoured:
    """A found article, its score raised when it belongs to the recognised intent."""

    hit: Hit
    score: float

    @property
    def candidate(self) -> Candidate:
        """It as a reading."""
        return Candidate("article", self.hit.article.id, self.hit.article.title, self.score)


class Readings:
    """The readings of one message. `wants` and `hits` come best first; `hits` here are favoured and sorted anew."""

    def __init__(self, wants: Sequence[IntentScore], hits: Sequence[Hit], book: IntentBook, t: Thresholds) -> None:
        self._wants = wants[:RANKS_LOOKED_AT]
        self._book = book
        self._t = t
        top = wants[0] if wants else IntentScore("unclear", 0.0)
        self._topic = book[top.name]
        boost = t.intent_boost * top.confidence
        favoured = [
            Favoured(hit, min(1.0, hit.score + (boost if hit.article.id in self._topic.articles else 0.0)))
            for hit in hits
        ]
        self.hits = sorted(favoured, key=lambda found: found.score, reverse=True)
        self.own = [found for found in self.hits if found.hit.article.id in self._topic.articles]
        # The best article that the recognised intent does not list.
        self.rival = next((found for found in self.hits if found.hit.article.id not in self._topic.articles), None)

    def articles(self, floor: float) -> list[Candidate]:
        """Articles found with at least this score, best first."""
        return [found.candidate for found in self.hits if found.score >= floor]

    def intents(self) -> list[Candidate]:
        """Tasks, and the standard articles of topics, that are likely enough to be offered."""
        likely = []
        for want in self._wants:
            intent = self._book[want.name]
            if want.confidence < self._t.clarify_intent:
                continue
            if intent.kind == "task":
                likely.append(Candidate("task", want.name, intent.title, want.confidence))
            elif intent.kind == "information" and intent.articles:
                standard = intent.default or self._nearest(intent.articles)
                likely.append(Candidate("article", standard, "", want.confidence))
        return likely

    def of_the_topic(self) -> list[Candidate]:
        """The recognised intent's articles: those found, best first, then its standard one, then the rest."""
        found = [favoured.candidate for favoured in self.own]
        known = {candidate.id for candidate in found}
        standard = [self._topic.default] if self._topic.default else []
        rest = [i for i in dict.fromkeys([*standard, *self._topic.articles]) if i not in known]
        return found + [Candidate("article", i, "", 0.0) for i in rest]

    def _nearest(self, articles: Sequence[str]) -> str:
        return next((found.hit.article.id for found in self.hits if found.hit.article.id in articles), articles[0])
