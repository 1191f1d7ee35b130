"""What each intent is for: read from `intents.yml`, checked, and asked by name."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

DEFAULT_FILE = Path(__file__).with_name("intents.yml")
KINDS = frozenset({"task", "information", "smalltalk", "control", "person", "none"})
_KEYS = frozenset({"kind", "title", "skill_group", "articles", "default"})


class IntentError(ValueError):
    """The intents file is missing, no YAML, or holds something unknown."""


@dataclass(frozen=True)
class Intent:
    """One intent's purpose; see `intents.yml` for the meaning of each field."""

    name: str
    kind: str
    title: str = ""
    skill_group: str = "general"
    articles: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True)
class IntentBook:
    """All intents by name. An intent that nobody described counts as information: the knowledge base may know."""

    intents: Mapping[str, Intent] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Intent:
        return self.intents.get(name) or Intent(name=name, kind="information")

    def article_ids(self) -> set[str]:
        """Every article id that an intent names."""
        named = (intent.articles + ((intent.default,) if intent.default else ()) for intent in self.intents.values())
        return {article for articles in named for article in articles}

    def naming_only(self, known: Container[str]) -> IntentBook:
        """The same intents without the articles that are not `known`."""
        return IntentBook({name: _naming_only(intent, known) for name, intent in self.intents.items()})

    def check_articles(self, known: Iterable[str]) -> None:
        """Raise IntentError when an intent names an article that does not exist."""
        if missing := sorted(self.article_ids() - set(known)):
            raise IntentError(f"{DEFAULT_FILE.name}: no such knowledge article: {', '.join(missing)}")


def load_intents(path: str | Path | None = None) -> IntentBook:
    """Read and check the intents file; raises IntentError that names file and intent."""
    file = Path(path) if path else DEFAULT_FILE
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise IntentError(f"{file}: cannot be read ({e.strerror})") from e
    except yaml.YAMLError as e:
        raise IntentError(f"{file}: not valid YAML: {e}") from e
    if not isinstance(raw, dict) or not isinstance(raw.get("intents"), dict):
        raise IntentError(f"{file}: must hold a mapping 'intents'")
    return IntentBook({name: _intent(file, name, spec) for name, spec in raw["intents"].items()})


def _intent(file: Path, name: str, spec: object) -> Intent:
    if not isinstance(spec, dict):
        raise IntentError(f"{file}: {name}: must be a mapping")
    if unknown := sorted(str(key) for key in spec.keys() - _KEYS):
        raise IntentError(f"{file}: {name}: unknown {', '.join(unknown)}")
    if spec.get("kind") not in KINDS:
        raise IntentError(f"{file}: {name}: kind must be one of {', '.join(sorted(KINDS))}")
    if spec["kind"] == "task" and not spec.get("title"):
        raise IntentError(f"{file}: {name}: a task needs a title for its button")
    articles = tuple(spec.get("articles") or ())
    if spec.get("default") is not None and spec["default"] not in articles:
        raise IntentError(f"{file}: {name}: default must be one of its articles")
    return Intent(
        name=name,
        kind=spec["kind"],
        title=spec.get("title", ""),
        skill_group=spec.get("skill_group", "general"),
        articles=articles,
        default=spec.get("default"),
    )


def _naming_only(intent: Intent, known: Container[str]) -> Intent:
    articles = tuple(article for article in intent.articles if article in known)
    return replace(intent, articles=articles, default=intent.default if intent.default in articles else None)
