from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from actions.clients.handoff import HandoffClient
from actions.clients.operator import OperatorClient
from actions.library import Library
from actions.services import Services
from bot.decision import load_intents, load_thresholds
from bot.knowledge import Answer, Article, Button, Conditions, Customer, Hit, Link
from sandbox.operator.app import create_app
from tests.actions.fake_handoff import TOKEN, FakeHandoff
from tests.actions.servers import serving

TODAY = date(2026, 11, 22)

ARTICLES = [
    Article(
        "bill-why-higher",
        "话费为什么变多了",
        "为什么这个月话费比平时多",
        Answer("先看当月账单。", (Button("查账单", "/query_bill"),), (Link("网上营业厅", "https://example.org/"),)),
        "bills",
        ("怎么多扣了钱",),
    ),
    Article("vas-points", "积分", "怎么查积分", Answer("在 App 里看积分。"), "plans"),
    Article("sim-dispute", "过户有争议", "号码被别人过户了", Answer("请核实。"), "complaints", human_only=True),
    Article(
        "region-guangdong", "粤语服务", "有没有粤语服务", Answer("有。"), "general", conditions=Conditions(("广东",))
    ),
]


class ExactIndex:
    """Finds an article by its own words alone: what retrieval is good for is tested elsewhere."""

    articles = ARTICLES

    @property
    def index(self) -> "ExactIndex":
        return self

    def search(self, text: str, customer: Customer | None = None, limit: int = 5) -> list[Hit]:
        offered = [article for article in ARTICLES if not article.conditions.excludes(customer)]
        return [Hit(article, 0.99, text) for article in offered if text in article.questions][:limit]


@pytest.fixture(scope="session")
def operator_url() -> Iterator[str]:
    with serving(create_app(":memory:", lambda: TODAY)) as url:
        yield url


@pytest.fixture(scope="session")
def handoff_server() -> Iterator[tuple[FakeHandoff, str]]:
    fake = FakeHandoff()
    with serving(fake.app) as url:
        yield fake, url


@pytest.fixture
def handoff(handoff_server: tuple[FakeHandoff, str]) -> FakeHandoff:
    handoff_server[0].reset()
    return handoff_server[0]


@pytest.fixture
def operator(operator_url: str) -> Iterator[Any]:
    """Sets faults of the sandbox operator; they are gone after the test."""

    def set_faults(**faults: int) -> None:
        httpx.put(f"{operator_url}/sandbox/faults", json=faults, trust_env=False).raise_for_status()

    yield set_faults
    set_faults()


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("actions.turn", "actions.action_query_bill", "actions.allowance_task"):
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)


@pytest.fixture
async def services(operator_url: str, handoff_server: tuple[FakeHandoff, str]) -> AsyncIterator[Services]:
    known = {article.id for article in ARTICLES}
    services = Services(
        Library(ExactIndex(), load_intents().naming_only(known)),
        load_thresholds(),
        OperatorClient(operator_url, budget_s=2.0),
        HandoffClient(handoff_server[1], TOKEN, budget_s=2.0),
    )
    yield services
    await services.close()
