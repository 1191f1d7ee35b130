"""Small stand-ins for what a decision is made of."""

from dataclasses import dataclass, field

from bot.decision import Decision, Entity, History, IntentScore, Understanding, decide, load_intents, load_thresholds

THRESHOLDS = load_thresholds()
INTENTS = load_intents()


NOTHING_BEFORE = History()


@dataclass(frozen=True)
class FakeArticle:
    id: str
    title: str = "标题"
    skill_group: str = "general"
    human_only: bool = False


@dataclass(frozen=True)
class FakeHit:
    article: FakeArticle
    score: float


@dataclass(frozen=True)
class Case:
    """One message: its text, the intents recognised, the articles found, and what came before."""

    text: str = ""
    wants: dict[str, float] = field(default_factory=dict)
    hits: dict[str, float] = field(default_factory=dict)
    history: History = NOTHING_BEFORE
    month: str | None = None
    entities: tuple[Entity, ...] = ()
    human_only: frozenset[str] = frozenset()
    groups: dict[str, str] = field(default_factory=dict)

    def decide(self) -> Decision:
        ranking = tuple(IntentScore(name, confidence) for name, confidence in self.wants.items())
        hits = [
            FakeHit(FakeArticle(i, f"题：{i}", self.groups.get(i, "general"), i in self.human_only), score)
            for i, score in self.hits.items()
        ]
        understanding = Understanding(self.text, ranking, self.entities, self.month)
        return decide(understanding, hits, self.history, THRESHOLDS, INTENTS)
