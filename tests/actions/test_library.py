"""The library follows edits: articles come, change and go while customers are served."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from actions.library import Library
from actions.services import Services
from bot.decision import IntentError, load_intents
from bot.knowledge import Article, Customer, Hit, Refresh
from tests.actions.conftest import ARTICLES
from tests.actions.conversation import Conversation


@dataclass
class Shelf:
    articles: Sequence[Article]


@dataclass
class FakeKnowledge:
    """A knowledge base whose edits are made by hand."""

    index: Shelf
    edits: list[Refresh] = field(default_factory=list)
    problems: Sequence[str] = ()
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    def search(self, text: str, customer: Customer | None = None, limit: int = 5) -> list[Hit]:
        return [Hit(a, 0.99, text) for a in self.index.articles if text in a.questions]

    def refresh(self) -> Refresh:
        if self.edits:
            return self.edits.pop(0)
        self.looked.set()
        return Refresh.UNCHANGED


BOOK = load_intents().naming_only({article.id for article in ARTICLES})


def test_unknown_article_in_the_intents_stops_the_start() -> None:
    with pytest.raises(IntentError, match="no such knowledge article"):
        Library(FakeKnowledge(Shelf(ARTICLES[:1])), BOOK)


def test_articles_come_and_go() -> None:
    knowledge = FakeKnowledge(Shelf(ARTICLES))
    library = Library(knowledge, BOOK)
    assert library.intents["query_points"].default == "vas-points"
    knowledge.index = Shelf([article for article in ARTICLES if article.id != "vas-points"])
    assert library.article("vas-points") is None
    assert library.intents["query_points"].default is None
    knowledge.index = Shelf(ARTICLES)
    assert library.intents["query_points"].default == "vas-points"


async def test_article_taken_away_after_it_was_offered(services: Services) -> None:
    knowledge = FakeKnowledge(Shelf(ARTICLES))
    conversation = Conversation(replace(services, library=Library(knowledge, BOOK)))
    await conversation.says("积分", ("query_points", 0.4))
    assert conversation.slots["offered_articles"][0]["title"] == "积分"
    knowledge.index = Shelf([article for article in ARTICLES if article.id != "vas-points"])
    said = await conversation.says("第一个", ("unclear", 0.9))
    assert (said.names, said.outcome["reason"]) == (["utter_rephrase"], "article is gone")


async def test_edits_are_followed_and_mistakes_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("actions.library.LOOK_EVERY_S", 0.0)
    caplog.set_level("INFO", logger="actions.library")
    knowledge = FakeKnowledge(Shelf(ARTICLES), [Refresh.UPDATED, Refresh.REFUSED], ("bills.yml:3: 缺少 answer",))
    following = asyncio.create_task(Library(knowledge, BOOK).follow(knowledge))  # type: ignore[arg-type]
    await asyncio.wait_for(knowledge.looked.wait(), 5)
    following.cancel()
    assert [record.getMessage() for record in caplog.records] == [
        "knowledge base updated: 4 articles",
        "knowledge base not updated: bills.yml:3: 缺少 answer",
    ]


class SlowKnowledge(FakeKnowledge):
    """Searches as long as it is told to, and counts how many do at once."""

    def __init__(self) -> None:
        super().__init__(Shelf(ARTICLES))
        self.began = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.at_once = self.most_at_once = 0

    def search(self, text: str, customer: Customer | None = None, limit: int = 5) -> list[Hit]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.began.release()
        assert self.go_on.wait(20)
        self.at_once -= 1
        return super().search(text, customer, limit)


async def test_decisions_are_searched_for_one_after_another_beside_the_event_loop(services: Services) -> None:
    knowledge = SlowKnowledge()
    library = Library(knowledge, BOOK)
    decisions = [
        asyncio.create_task(Conversation(replace(services, library=library)).says("怎么查积分")) for _ in range(3)
    ]
    desk = asyncio.create_task(library.search("怎么查积分", None))
    # Were the search on the event loop, nothing could be told here before it ends.
    assert await asyncio.to_thread(knowledge.began.acquire, timeout=20)
    assert not any(task.done() for task in (*decisions, desk))
    knowledge.go_on.set()
    assert [said.outcome["article_id"] for said in await asyncio.gather(*decisions)] == ["vas-points"] * 3
    assert [hit.article.id for hit in await desk] == ["vas-points"]
    assert knowledge.most_at_once == 1
    library.close()
