"""What each role may do, and that no route of the agent API is without a permission."""

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from handoff.app import create_app
from handoff.deps import Permitted
from handoff.permissions import PERMISSIONS, Permission
from handoff.vocabulary import Role

# Who logs in is nobody yet.
PUBLIC = {"/api/v1/agent/login", "/api/v1/agent/refresh"}


def dependencies(dependant: Dependant) -> Iterator[object]:
    for one in dependant.dependencies:
        yield one.call
        yield from dependencies(one)


async def test_every_agent_route_declares_its_permission(services):
    app = create_app(services)
    declared = {
        (route.path, method.lower())
        for router in app.routes
        for route in getattr(router, "effective_route_contexts", list)()
        if isinstance(route.original_route, APIRoute)
        and any(isinstance(call, Permitted) for call in dependencies(route.dependant))
        for method in route.methods
    }
    agents = {
        (path, method)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if any("AgentToken" in scheme for scheme in operation.get("security", []))
        or (path.startswith("/api/v1/agent") and path not in PUBLIC)
    }
    assert len(agents) > 20
    assert sorted(agents - declared) == []


def test_every_role_has_its_permissions():
    assert set(PERMISSIONS) == set(Role)
    assert PERMISSIONS[Role.AGENT] < PERMISSIONS[Role.SUPERVISOR] < PERMISSIONS[Role.ADMINISTRATOR]
    assert PERMISSIONS[Role.ADMINISTRATOR] == set(Permission)
    assert not PERMISSIONS[Role.TRAINER] & {Permission.SERVE, Permission.SUPERVISE}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("agent", [200, 403, 403]),
        ("supervisor", [200, 200, 403]),
        ("trainer", [403, 403, 403]),
        ("administrator", [200, 200, 200]),
    ],
)
async def test_roles(world, role, expected):
    agent = await world.agent(role=role)
    answers = [
        await agent.call("PUT", "/agent/presence", presence="break"),
        await agent.call("GET", "/agents"),
        await agent.call("GET", "/webhooks/dead-letters"),
    ]
    assert [answer.status_code for answer in answers] == expected
    refused = [answer.json()["error"] for answer in answers if answer.status_code == 403]
    assert all(error["code"] == "not_permitted" and error["permission"] for error in refused)


async def test_trainer_serves_nobody(world):
    await world.queued_visitor()
    agent, trainer = await world.agent(), await world.agent("trainer", role="trainer")
    request = (await agent.queue())[0]
    assert trainer.agent["presence"] == "offline"
    assert await trainer.queue() == []
    assert (await trainer.claim(request["id"])).status_code == 403
    assert (await trainer.call("GET", f"/agent/conversations/{request['conversation_id']}")).status_code == 403
    assert {one.username for one in await world.services.agents.online()} == {"lin"}
    assert (await agent.claim(request["id"])).status_code == 200
    path = f"/agent/conversations/{request['conversation_id']}/transfer"
    given = await agent.call("POST", path, agent_id=trainer.agent["id"], reason="看看")
    assert given.json()["error"]["code"] == "agent_not_online"
