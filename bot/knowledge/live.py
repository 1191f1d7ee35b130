"""A knowledge base that follows its files: what trainers save is answered with seconds later, without a restart."""

from __future__ import annotations

import enum
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.knowledge.article import Customer
from bot.knowledge.errors import KnowledgeError, Problem
from bot.knowledge.index import Hit, KnowledgeIndex
from bot.knowledge.loader import load_articles, skill_groups_beside
from bot.knowledge.store import DEFAULT_CACHE, Progress, TextEncoder

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "data" / "knowledge"


class Refresh(str, enum.Enum):
    """What a refresh came to."""

    UNCHANGED = "unchanged"
    """No file differs from the last look, or another thread is just looking."""
    UPDATED = "updated"
    """The files changed and are searched from now on."""
    REFUSED = "refused"
    """The files changed and have mistakes, see `KnowledgeBase.problems`; the articles from before stay in use."""


class KnowledgeBase:
    """The articles of a folder, searched through the newest index that could be built from it.

    Attributes:
        index: the index in use; replaced as a whole, so a search that began on the old one ends on it.
        problems: what is wrong with the files as they are now, empty when they are in use.
    """

    def __init__(
        self,
        encoder: TextEncoder,
        folder: str | Path = DEFAULT_FOLDER,
        *,
        cache: Path | None = DEFAULT_CACHE,
        progress: Progress | None = None,
    ) -> None:
        """Load and index the folder. Raises KnowledgeError if the files have mistakes."""
        self.folder = Path(folder)
        self._encoder = encoder
        self._cache = cache
        self._looking = threading.Lock()
        self._seen = self._state()
        self.problems: Sequence[Problem] = ()
        self.index = self._build(progress)

    def search(
        self, text: str, customer: Customer | None = None, limit: int = 5, today: date | None = None
    ) -> list[Hit]:
        """See `KnowledgeIndex.search`."""
        return self.index.search(text, customer, limit, today)

    def refresh(self) -> Refresh:
        """Take over what changed in the files. Cheap when nothing did, so it can be called before every search.

        A broken edit changes nothing but `problems`; it is looked at again when a file changes again.
        """
        if not self._looking.acquire(blocking=False):
            return Refresh.UNCHANGED
        try:
            state = self._state()
            if state == self._seen:
                return Refresh.UNCHANGED
            self._seen = state
            try:
                self.index = self._build(None)
            except KnowledgeError as error:
                self.problems = error.problems
                return Refresh.REFUSED
            self.problems = ()
            return Refresh.UPDATED
        finally:
            self._looking.release()

    def _build(self, progress: Progress | None) -> KnowledgeIndex:
        articles = load_articles(self.folder)
        return KnowledgeIndex.build(articles, self._encoder, cache=self._cache, progress=progress)

    def _state(self) -> tuple[tuple[str, int, int], ...]:
        """Name, time of change and size of every file that matters."""
        files = [*self.folder.glob("*.yml"), *self.folder.glob("*.yaml"), skill_groups_beside([self.folder])]
        state = []
        for file in sorted(files):
            try:
                status = file.stat()
            except OSError:
                continue  # gone between listing and looking; the next look sees it as it is then
            state.append((str(file), status.st_mtime_ns, status.st_size))
        return tuple(state)
