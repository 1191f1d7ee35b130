"""Who saw and did what: recorded before the answer, moved to SQL once, read by administrators only."""

import asyncio

import pytest

from handoff.app import create_app
from handoff.archive import audit
from handoff.archive.archivist import Archivist
from handoff.archive.audit import ArchivedAuditLog
from handoff.archive.database import Database
from handoff.audit import Action, AuditEntry
from handoff.errors import StorageUnavailable
from handoff.routes.desk import DeskRoute, audit_action
from handoff.stores.audit import AuditQuery
from tests.handoff.conftest import PASSWORD
from tests.handoff.people import AgentClient

# Lists of names, one's own things, and previews that a screen asks for all the time; what they show is masked.
NOT_AUDITED = {
    *("me", "reference", "set_presence", "queue", "my_conversations", "all_agents", "wall", "reply"),
    *("add_note", "ask_for_help", "mentions", "colleagues", "follow_ups", "end_follow_up", "upload_reply"),
    *(
        "search_knowledge",
        "replies",
        "export",
        "list_tickets",
        "own_sessions",
        "accounts",
        "mark_read",
        "read",
        "preview_hours",
    ),
}


@pytest.fixture
async def archive(settings):
    database = Database(settings.archive_url)
    yield database
    await database.close()


async def entries(world, archive) -> list[AuditEntry]:
    """All of them, oldest first, from SQL."""
    await Archivist(world.services, archive).move_audit()
    assert await world.services.audit.length() == 0
    return (await ArchivedAuditLog(archive).entries(AuditQuery(), None, 1000))[::-1]


def seen(found: list[AuditEntry]) -> list[tuple[str, str, str | None]]:
    return [(one.action, one.agent_name, one.conversation_id) for one in found]


def test_every_agent_route_is_audited_or_known_not_to_be(services):
    routes = [
        route.original_route
        for router in create_app(services).routes
        for route in getattr(router, "effective_route_contexts", list)()
    ]
    desk = [route for route in routes if isinstance(route, DeskRoute)]
    unaudited = {route.name for route in desk if audit_action(route.endpoint) is None}
    customers = {route.name for route in desk if not route.path.startswith("/agent") and "customer" in route.tags}
    assert unaudited - customers - NOT_AUDITED - {"login", "refresh"} == set()
    tagged = {route.name for route in routes if {"agent", "administration"} & set(getattr(route, "tags", []))}
    assert tagged - {route.name for route in desk} == set()


async def test_a_service_from_login_to_close(world, archive):
    visitor, lin = await world.active_pair()
    await lin.call("GET", f"/agent/conversations/{visitor.id}")
    await lin.reply(visitor.id, "您的号码 13800138000 已查到")
    chief = await world.agent("chief", role="supervisor")
    async with chief.stream() as stream:
        await stream.next("ready")
        await stream.send(type="watch", conversation_id=visitor.id)
        await stream.next("conversation")
    await chief.call("POST", f"/agent/conversations/{visitor.id}/transfer", agent_id=chief.agent["id"])
    assert (await lin.call("GET", "/agents")).status_code == 403
    await chief.close(visitor.id, summary="号码 13800138000 已处理")
    await lin.call("POST", "/agent/logout")

    found = await entries(world, archive)
    assert seen(found) == [
        ("login", "坐席lin", None),
        ("claimed", "坐席lin", visitor.id),
        ("conversation_read", "坐席lin", visitor.id),
        ("login", "坐席chief", None),
        ("conversation_watched", "坐席chief", visitor.id),
        ("transferred", "坐席chief", visitor.id),
        ("refused", "坐席lin", None),
        ("closed", "坐席chief", visitor.id),
        ("logout", "坐席lin", None),
    ]
    assert found[0].address == "127.0.0.1"
    assert found[5].details == {"to_agent": chief.agent["id"]}
    assert found[6].details == {"code": "not_permitted", "permission": "supervise"}
    assert found[7].details == {"disposition": "answered"}
    assert "13800138000" not in "".join(one.model_dump_json() for one in found)


async def test_refused_conversations_and_failed_logins(world, archive):
    visitor, lin = await world.active_pair()
    other = await world.agent("other")
    assert (await other.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 403
    for username in ("lin", "nobody"):
        body = {"username": username, "password": "wrong"}
        assert (await world.http.post("/api/v1/agent/login", json=body)).status_code == 401
    found = await entries(world, archive)
    assert [(one.action, one.agent_id, one.conversation_id, one.subject) for one in found[-3:]] == [
        ("refused", other.agent["id"], visitor.id, None),
        ("login_failed", None, None, lin.agent["id"]),
        ("login_failed", None, None, None),
    ]
    assert found[-3].details == {"code": "not_your_conversation", "what": "conversation_read"}


async def test_too_many_wrong_passwords_are_recorded_as_locked(world, archive):
    await world.agent()
    body = {"username": "lin", "password": "wrong"}
    for _ in range(5):
        await world.services.agents.count_login_failure("name:lin@127.0.0.1")
    answers = [(await world.http.post("/api/v1/agent/login", json=body)).status_code for _ in range(2)]
    assert answers == [401, 429]
    assert [one.action for one in await entries(world, archive)][-2:] == ["login_failed", "login_locked"]


async def test_administration_is_recorded_by_fields_not_values(world, archive):
    admin = await world.agent("boss", role="administrator")
    created = await admin.call("POST", "/agents", username="mei", password=PASSWORD, name="韩梅")
    agent_id = created.json()["id"]
    await admin.call("PATCH", f"/agents/{agent_id}", capacity=3, name="韩梅梅")
    await admin.call("PUT", f"/agents/{agent_id}/password", password=PASSWORD)
    found = (await entries(world, archive))[1:]
    assert [(one.action, one.subject, one.details) for one in found] == [
        ("agent_created", agent_id, {"role": "agent"}),
        ("agent_changed", agent_id, {"fields": "capacity,name"}),
        ("password_reset", agent_id, {}),
    ]


async def test_administrators_filter_and_page_and_are_recorded_too(world, archive):
    admin = await world.agent("boss", role="administrator")
    lin = await world.agent()
    audit_log = world.services.audit
    for number in range(5):
        await audit_log.record(Action.CONVERSATION_READ, None, conversation_id=f"c{number % 2}", subject=str(number))
    await entries(world, archive)

    first = (await admin.call("GET", "/audit?conversation_id=c0&limit=2")).json()
    assert [one["subject"] for one in first["entries"]] == ["4", "2"]
    second = (await admin.call("GET", f"/audit?conversation_id=c0&limit=2&cursor={first['cursor']}")).json()
    assert ([one["subject"] for one in second["entries"]], second["cursor"]) == (["0"], None)
    mine = (await admin.call("GET", f"/audit?agent_id={lin.agent['id']}")).json()["entries"]
    assert [one["action"] for one in mine] == ["login"]
    at_ms = first["entries"][0]["at_ms"]
    since = (await admin.call("GET", f"/audit?action=conversation_read&from_ms={at_ms + 1}")).json()
    assert since == {"entries": [], "cursor": None}
    until = (await admin.call("GET", f"/audit?action=login&to_ms={at_ms + 1}")).json()
    assert len(until["entries"]) == 2

    for username, role in (("chief", "supervisor"), ("coach", "trainer")):
        refused = await (await world.agent(username, role=role)).call("GET", "/audit")
        assert refused.json()["error"]["permission"] == "audit"
    assert [one.action for one in await entries(world, archive)].count("audit_read") == 5


async def test_moving_again_changes_nothing(world, archive, monkeypatch):
    """Cut off between writing and deleting, the same entries come again."""
    await world.services.audit.record(Action.LOGIN)
    await world.services.audit.record(Action.LOGOUT)
    archivist = Archivist(world.services, archive)

    async def away(_ids) -> None:
        raise StorageUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(world.services.audit, "archived", away)
        with pytest.raises(StorageUnavailable):
            await archivist.move_audit()
    assert await world.services.audit.length() == 2
    assert [one.action for one in await entries(world, archive)] == ["login", "logout"]


async def test_many_entries_at_once_are_all_there(world, archive, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 30)
    count = 100
    await asyncio.gather(*(world.services.audit.record(Action.CLAIMED, subject=str(n)) for n in range(count)))
    found = await entries(world, archive)
    assert {one.subject for one in found} == {str(n) for n in range(count)}


async def test_old_entries_are_deleted(world, archive):
    await world.services.audit.record(Action.LOGIN)
    (entry,) = await entries(world, archive)
    assert await archive.forget_audit_before(entry.at_ms) == 0
    assert await archive.forget_audit_before(entry.at_ms + 1) == 1
    assert await entries(world, archive) == []


async def test_nobody_reads_a_conversation_unrecorded(world, monkeypatch):
    """When the entry cannot be written, the conversation is not shown."""
    visitor, lin = await world.active_pair()
    services = world.services

    async def away(*_args, **_fields) -> None:
        raise StorageUnavailable

    running = AgentClient(world.url, world.http, {"token": lin.token, "agent": lin.agent})
    monkeypatch.setattr(type(services.audit), "record", away)
    answer = await running.call("GET", f"/agent/conversations/{visitor.id}")
    assert (answer.status_code, "messages" in answer.json()) == (503, False)


async def test_a_file_of_canned_replies_is_recorded_only_when_it_changed_something(world, archive):
    trainer = await world.agent("t", role="trainer")
    path = "/canned-replies/import"
    new, bad = "canned_replies:\n- text: 新的一条\n", "canned_replies:\n- text: ''\n"
    for file in ({"text": new, "dry_run": True}, {"text": bad}):
        assert (await trainer.call("POST", path, **file)).status_code == 200
    assert [one.action for one in await entries(world, archive)] == ["login"]
    for _ in range(2):  # the second finds it there
        assert (await trainer.call("POST", path, text=new)).status_code == 200
    assert [(one.action, one.details) for one in await entries(world, archive)][1:] == [
        ("settings_changed", {"what": "canned_replies"})
    ]
