"""Small stand-ins for what a decision is made of."""

from dataclasses import dataclass, field

from bot.decision import Decision, Entity, History, IntentScore, Thresholds, Understanding, decide, load_intents

# Fixed, so that the table below stays true when the shipped values are tuned.
THRESHOLDS = Thresholds(
    task=0.5,
    information=0.6,
    smalltalk=0.5,
    transfer_human=0.5,
    complaint=0.6,
    abuse=0.6,
    ambiguity=0.15,
    answer=0.7,
    exact=0.97,
    article_over_task=0.25,
    why_article=0.15,
    own_article=0.5,
    intent_boost=0.2,
    clarify_intent=0.25,
    clarify_article=0.4,
    max_candidates=3,
    failed_turns=2,
    month_reply_rest=3,
)
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

    def article(self, article_id: str) -> FakeArticle:
        return FakeArticle(
            article_id, f"题：{article_id}", self.groups.get(article_id, "general"), article_id in self.human_only
        )

    def decide(self) -> Decision:
        ranking = tuple(IntentScore(name, confidence) for name, confidence in self.wants.items())
        hits = [FakeHit(self.article(i), score) for i, score in self.hits.items()]
        articles = {i: self.article(i) for i in self.human_only}
        understanding = Understanding(self.text, ranking, self.entities, self.month)
        return decide(understanding, hits, self.history, THRESHOLDS, INTENTS, articles)
