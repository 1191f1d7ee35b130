"""The one place that turns understanding + retrieval + conversation into the next step.

Pure: no network, no clock, no Rasa. `decide` looks at what was understood, which articles were found and what
the conversation is waiting for, and answers with one `Decision`.
"""

from bot.decision.decide import decide
from bot.decision.intents import IntentBook, IntentError, load_intents
from bot.decision.model import (
    Candidate,
    Decision,
    Entity,
    FoundArticle,
    HandoffReason,
    History,
    Hit,
    IntentScore,
    OutcomeKind,
    Pending,
    Step,
    Understanding,
)
from bot.decision.thresholds import ThresholdError, Thresholds, load_thresholds

__all__ = [
    "Candidate",
    "Decision",
    "Entity",
    "FoundArticle",
    "HandoffReason",
    "History",
    "Hit",
    "IntentBook",
    "IntentError",
    "IntentScore",
    "OutcomeKind",
    "Pending",
    "Step",
    "ThresholdError",
    "Thresholds",
    "Understanding",
    "decide",
    "load_intents",
    "load_thresholds",
]
