"""The knowledge base beside what the intents say of its articles; both follow the trainers' edits while serving.

Searching encodes text, a few milliseconds of computing. It is done in one thread, for customers and agents alike, in
the order of asking: the event loop goes on with what waits for other systems, and no two encoders fight for a core.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from bot.decision import IntentBook
from bot.knowledge import Article, Customer, Hit, KnowledgeBase, Refresh

logger = logging.getLogger(__name__)

# A saved file is answered with this much later at most; looking costs a few file times.
LOOK_EVERY_S = 2.0


class Index(Protocol):
    """What is searched now."""

    @property
    def articles(self) -> Sequence[Article]:
        """All articles."""
        ...


class Knowledge(Protocol):
    """What a library needs of a `KnowledgeBase`."""

    @property
    def index(self) -> Index:
        """The index in use; another object after every change of the articles."""
        ...

    def search(self, text: str, customer: Customer | None = None, limit: int = 5) -> list[Hit]:
        """The articles that may answer, best first."""
        ...


class Library:
    """Articles by id, search, and an intent book that names existing articles only."""

    def __init__(self, knowledge: Knowledge, intents: IntentBook) -> None:
        """Raises IntentError when the intents name an article that does not exist."""
        intents.check_articles(article.id for article in knowledge.index.articles)
        self._knowledge = knowledge
        self._all_intents = intents
        self._catalogued: Index | None = None
        self._articles: Mapping[str, Article] = {}
        self._intents = intents
        self._searcher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")

    async def search(self, text: str, customer: Customer | None, limit: int = 5) -> list[Hit]:
        """See `KnowledgeIndex.search`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._searcher, self._knowledge.search, text, customer, limit)

    def close(self) -> None:
        """End the thread; what still waits to be searched is not."""
        self._searcher.shutdown(wait=False, cancel_futures=True)

    def article(self, article_id: str) -> Article | None:
        """The article, None when it does not exist (any more)."""
        return self.articles.get(article_id)

    @property
    def articles(self) -> Mapping[str, Article]:
        """All articles by id."""
        self._catalogue()
        return self._articles

    @property
    def intents(self) -> IntentBook:
        """What each intent is for. An article that an edit took away is no longer named."""
        self._catalogue()
        return self._intents

    async def follow(self, knowledge: KnowledgeBase) -> None:
        """Take over edits of the files until cancelled; a broken edit is told in the log and changes nothing."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            outcome = await asyncio.to_thread(knowledge.refresh)
            if outcome is Refresh.UPDATED:
                logger.info("knowledge base updated: %d articles", len(knowledge.index.articles))
            elif outcome is Refresh.REFUSED:
                for problem in knowledge.problems:
                    logger.warning("knowledge base not updated: %s", problem)

    def _catalogue(self) -> None:
        index = self._knowledge.index
        if index is self._catalogued:
            return
        self._articles = {article.id: article for article in index.articles}
        self._intents = self._all_intents.naming_only(self._articles)
        self._catalogued = index
