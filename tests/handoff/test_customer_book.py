"""What agents know of customers, who changed it, and the operator's identity that stays as it is."""

import asyncio

import jwt
import pytest

from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.vocabulary import Role
from tests.handoff.conftest import IDENTITY_SECRET

EMPTY = {"address": "", "note": "", "tags": [], "vip": False, "elderly": False, "version": 0}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, settings):
    if request.param == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": request.getfixturevalue("postgres").url("customers")})


@pytest.fixture
async def archivist(settings, services):
    database = Database(settings.archive_url)
    await database.migrate()
    yield Archivist(services, database)
    await database.close()


async def served(world, agent, customer: str = "c-77"):
    """A customer known by the operator, served by this agent."""
    token = jwt.encode({"sub": customer, "name": "王芳", "vip": True, "exp": 4e9}, IDENTITY_SECRET, "HS256")
    visitor = await world.visitor(identity_token=token)
    await visitor.say("转人工")
    await visitor.in_state("queued")
    await agent.claim_first()
    return visitor


def path(visitor) -> str:
    return f"/agent/conversations/{visitor.id}/customer"


async def test_details_are_kept_for_the_customer_beside_the_operators_identity(world, archivist):
    agent = await world.agent()
    visitor = await served(world, agent)
    nothing = (await agent.call("GET", path(visitor))).json()
    assert nothing == {"details": EMPTY, "changes": []}
    wanted = {**EMPTY, "address": " 王阿姨 ", "note": "<b>耳背</b>", "tags": ["慢一点", "慢一点"], "elderly": True}
    stored = (await agent.call("PUT", path(visitor), **wanted)).json()
    assert stored == {**wanted, "address": "王阿姨", "tags": ["慢一点"], "version": 1}
    await agent.call("PUT", path(visitor), **{**stored, "note": ""})
    known = (await agent.call("GET", path(visitor))).json()
    assert known["details"] == {**stored, "note": "", "version": 2}
    assert [(c["agent_name"], c["before"], c["after"]) for c in known["changes"]] == [
        ("坐席lin", {"note": "<b>耳背</b>"}, {"note": ""}),
        (
            "坐席lin",
            {"address": "", "note": "", "tags": [], "elderly": False},
            {"address": "王阿姨", "note": "<b>耳背</b>", "tags": ["慢一点"], "elderly": True},
        ),
    ]
    signed = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()["customer"]
    assert (signed["name"], signed["vip"], signed["elderly"]) == ("王芳", True, False)
    again = await served(world, agent)  # the same customer's next conversation
    assert (await agent.call("GET", path(again))).json()["details"]["address"] == "王阿姨"


async def test_two_who_edit_at_once_do_not_overwrite_each_other(world, archivist):
    agent = await world.agent()
    visitor = await served(world, agent)
    for version in (0, 1):
        both = await asyncio.gather(
            *(agent.call("PUT", path(visitor), **{**EMPTY, "note": f"{version}{n}", "version": version}) for n in "ab")
        )
        assert sorted(answer.status_code for answer in both) == [200, 409]
    assert len((await agent.call("GET", path(visitor))).json()["changes"]) == 2


async def test_who_may_change_what(world, archivist):
    agent = await world.agent()
    visitor = await served(world, agent)
    assert (await agent.call("PUT", path(visitor), **{**EMPTY, "vip": True})).status_code == 403
    supervisor = await world.agent("zhao", role=Role.SUPERVISOR)
    assert (await supervisor.call("PUT", path(visitor), **{**EMPTY, "vip": True})).status_code == 200
    other = await world.agent("wang")
    assert (await other.call("GET", path(visitor))).status_code == 403
    assert (await other.call("PUT", path(visitor), **EMPTY)).status_code == 403
    for broken in ({"note": "长" * 2001}, {"tags": ["a"] * 11}, {"tags": [" "]}, {"address": "a\0"}):
        refused = await agent.call("PUT", path(visitor), **{**EMPTY, "vip": True, "version": 1, **broken})
        assert refused.status_code == 422, broken


async def test_visitor_nobody_knows_has_no_details(world, archivist):
    visitor, agent = await world.active_pair()
    assert (await agent.call("GET", path(visitor))).json()["error"]["code"] == "customer_unknown"
