import copy
import functools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import yaml

from handoff import auth
from handoff.app import create_app
from handoff.hours_plan import HoursPlan
from handoff.keys import RATE_WINDOW_S
from handoff.models import Agent
from handoff.services import Services
from handoff.settings import Settings
from handoff.vocabulary import Role
from tests.handoff import migrations
from tests.handoff.fake_rasa import FakeRasa
from tests.handoff.people import AgentClient, Visitor, client
from tests.handoff.postgres import Postgres, server_binaries
from tests.handoff.servers import ROOT, Valkey, serve

SERVICE_TOKEN = "service-token-of-the-tests"
IDENTITY_SECRET = "identity-secret-of-the-tests-0123456789"
ARCHIVE_LEASE = "xq:lease:archive"
PASSWORD = "a long password"

# argon2 is slow on purpose; the tests need it right, not slow.
PASSWORD_HASH = auth._hasher.hash(PASSWORD)

# The same reference files are read for each test, twice: parsed once, and given away as copies.
_parsed = functools.cache(yaml.safe_load)


@pytest.fixture(scope="package", autouse=True)
def yaml_parsed_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "safe_load", lambda text: copy.deepcopy(_parsed(text)))
        yield


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    # Nobody kills this one: waiting for the disk at every write would cost minutes and prove nothing. Tests that kill
    # a Valkey start their own.
    server = Valkey(tmp_path_factory.mktemp("valkey"), synced=False)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, where one is installed."""
    binaries = server_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed (as root: tools/setup.sh postgres)")
    server = Postgres(binaries)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def migrated_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of tests make a database; tests of the migrations leave them to Alembic."""
    monkeypatch.setattr("handoff.archive.database._upgrade", migrations.upgrade)


@pytest.fixture(autouse=True)
def always_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """People work whenever the tests run; tests of working hours say when they do not."""
    monkeypatch.setattr("handoff.services.load_hours", lambda _path, _groups: HoursPlan())


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> int:
    """Rate limits stay in one window however slowly the test runs; the seconds until its end."""
    left_s = 50
    at_s = 30_000_000 * RATE_WINDOW_S - left_s
    monkeypatch.setattr("handoff.stores.limits.time", SimpleNamespace(time=lambda: float(at_s)))
    return left_s


@pytest.fixture
def settings(valkey: Valkey, tmp_path: Path) -> Settings:
    values: dict[str, Any] = {
        "REDIS_URL": valkey.url,
        "data_dir": tmp_path,
        "web_dir": tmp_path / "dist",
        "reference_dir": ROOT / "data",
        "service_token": SERVICE_TOKEN,
        "identity_secret": IDENTITY_SECRET,
        "messages_per_minute": 10_000,
        "messages_per_minute_address": 10_000,
        "calls_per_minute": 10_000,
        "tickets_per_minute": 10_000,
        "frames_per_second": 10_000,
        "visitors_per_minute": 10_000,
        "turn_takeover_s": 0.5,
        "archive_settle_s": 0,
        "redis_timeout_s": 20.0,  # a busy machine is no outage
    }
    return Settings.model_validate(values)


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    async with serve(fake.app) as url:
        fake.url = url
        yield fake
        fake.gate.set()


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """The parts without a running application, on an empty Redis."""
    parts = Services.build(settings)
    await parts.redis.flushall()
    yield parts
    await parts.close()


@dataclass
class World:
    """A running service with its Rasa, and people who use it."""

    url: str
    services: Services
    rasa: FakeRasa
    http: httpx.AsyncClient
    agents: dict[str, AgentClient] = field(default_factory=dict)

    async def visitor(self, **body: Any) -> Visitor:
        return await Visitor.open(self.url, self.http, **body)

    async def agent(self, username: str = "lin", **values: Any) -> AgentClient:
        """A new agent who is logged in."""
        agent = Agent(
            id=auth.new_id("a"), username=username, **{"name": f"坐席{username}", "role": Role.AGENT, **values}
        )
        assert await self.services.agents.create(agent, PASSWORD_HASH)
        return await AgentClient.login(self.url, self.http, username, PASSWORD)

    async def queued_visitor(self, text: str = "转人工") -> Visitor:
        visitor = await self.visitor()
        await visitor.say(text)
        await visitor.in_state("queued")
        return visitor

    async def active_pair(self) -> tuple[Visitor, AgentClient]:
        visitor = await self.queued_visitor()
        agent = await self.agent()
        await agent.claim_first()
        return visitor, agent


@pytest.fixture
async def world(settings: Settings, services: Services, rasa: FakeRasa) -> AsyncIterator[World]:
    running = Services.build(settings.model_copy(update={"rasa_url": rasa.url}))
    # Tests of the archive do its work themselves; the others do without.
    await services.redis.set(ARCHIVE_LEASE, "nobody", ex=600)
    async with serve(create_app(running)) as url, client(url) as http:
        rasa.handoff_url = url
        rasa.service_token = SERVICE_TOKEN
        yield World(url, services, rasa, http)
