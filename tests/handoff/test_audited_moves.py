"""What is changed and its entry in the audit log are one: whoever dies in between, both are there, or neither.

Every endpoint that changes something is called once for every call to Redis that it makes, and the process dies at that
call. Then it is called again, as people do who saw no answer.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from redis.asyncio.client import Pipeline

from handoff import auth
from handoff.app import create_app
from handoff.archive.audit import ArchivedAuditLog
from handoff.archive.customers import ArchivedCustomers
from handoff.archive.database import Database
from handoff.audit import Action, AuditEntry
from handoff.channels.wechat import letters
from handoff.channels.wechat.accounts import Accounts
from handoff.channels.wechat.parts import Parts
from handoff.errors import Forbidden, HandoffError
from handoff.hours_plan import HoursPlan
from handoff.models import Agent, Customer
from handoff.routes.desk import DeskRoute, Endpoint, audit_action
from handoff.schemas.administration import ChangedCapacity
from handoff.schemas.agent import ChangedAgent, ChangedPassword, CloseService, Login, NewAgent, NewPassword, Transfer
from handoff.schemas.canned import CannedImport, CannedOrder, CannedWords, NewCannedReply
from handoff.schemas.customer_book import CustomerDetails
from handoff.schemas.hours import ChangedHours
from handoff.schemas.skill_groups import ChangedGroups
from handoff.schemas.tickets import TicketAnswer, TicketCall, TicketReason, TicketResult
from handoff.services import Services
from handoff.skill_groups import GroupsPlan
from handoff.stores.audit import AuditQuery
from handoff.stores.canned import CannedReply
from handoff.stores.connection import Scripts
from handoff.stores.deliveries import Address
from handoff.usecases import accounts, service, ticket_work, tickets
from handoff.vocabulary import CannedScope, Channel, Role, TicketKind
from tests.handoff.conftest import PASSWORD
from tests.handoff.makers import make_agent, make_request
from tests.handoff.mortal import Dead, Mortal

Given = dict[str, Any]
Scene = Callable[["Stage"], Awaitable[Given]]
LATER_MS = 4_000_000_000_000
# Not what is recorded: the log itself, signs of life, and what slows guessing down.
NOT_STATE = ("audit", "heartbeats", "rate:", "login-failures:", "login-place:")
READ: dict[str, Callable[[Pipeline, str], Any]] = {
    "hash": lambda pipeline, key: pipeline.hgetall(key),
    "zset": lambda pipeline, key: pipeline.zrange(key, 0, -1, withscores=True),
    "list": lambda pipeline, key: pipeline.lrange(key, 0, -1),
    "set": lambda pipeline, key: pipeline.smembers(key),
    "stream": lambda pipeline, key: pipeline.xlen(key),
    "string": lambda pipeline, key: pipeline.get(key),
}


class Stage:
    """A desk in a clean store, and who works at it."""

    def __init__(self, services: Services, database: Database) -> None:
        self.services = services
        self.database = database

    async def set(self) -> None:
        await self.services.redis.flushall()
        async with self.database.begin() as connection:
            for table in ("audit", "customer_details", "customer_changes"):
                await connection.exec_driver_sql(f"DELETE FROM {table}")
        self.lin = await make_agent(self.services, "lin", name="林")
        self.mei = await make_agent(self.services, "mei", name="梅")
        self.boss = await make_agent(self.services, "boss", name="陈", role=Role.ADMINISTRATOR)

    async def served(self, customer: Customer | None = None) -> str:
        request = await make_request(self.services)
        if customer:
            await self.services.conversations.set_customer(request.conversation_id, customer)
        await service.claim(self.services, self.lin, request.id)
        return request.conversation_id

    async def ticket(self, *, taken: bool = True) -> str:
        request = await make_request(self.services)
        await tickets.open_ticket(
            self.services, request.conversation_id, TicketKind.MESSAGE, "宽带断了", ticket_key="k1"
        )
        [ticket] = await self.services.tickets.of_conversation(request.conversation_id)
        if taken:
            await ticket_work.take(self.services, self.lin, ticket.id)
        return ticket.id

    async def logged_in(self, agent: Agent) -> str:
        return (await accounts.login(self.services, agent.username, PASSWORD, "127.0.0.1")).token

    async def shared_reply(self) -> str:
        reply = CannedReply(id="q1", text="您好")
        await self.services.canned.on(["shared"])
        await self.services.canned.put([("shared", reply)], is_new=True)
        return reply.id

    async def dead_webhook(self) -> str:
        letter = '{"id": "crm:c1.1", "target": "crm", "conversation_id": "c1", "event": {"number": 1}}'
        await self.services.redis.lpush("xq:webhooks-dead", letter)
        return "crm:c1.1"

    async def state(self) -> Given:
        """All that is stored but the log and signs of life."""
        redis = self.services.redis
        keys = [key for key in sorted(await redis.keys("*")) if not key.removeprefix("xq:").startswith(NOT_STATE)]
        kinds = redis.pipeline(transaction=False)
        for key in keys:
            kinds.type(key)
        reads = redis.pipeline(transaction=False)
        for key, kind in zip(keys, await kinds.execute(), strict=True):
            READ[kind](reads, key)
        kept = dict(zip(keys, await reads.execute(), strict=True))
        for fields in kept.values():
            if isinstance(fields, dict):
                fields.pop("presence", None)  # a sign of life too
        return {**kept, "details": await ArchivedCustomers(self.database).details("c-77")}

    async def entries(self) -> list[AuditEntry]:
        waiting = [entry for _, entry in await self.services.audit.oldest(100)]
        return waiting + await ArchivedAuditLog(self.database).entries(AuditQuery(), None, 100)


async def _claim(stage: Stage) -> Given:
    return {"agent": stage.lin, "request_id": (await make_request(stage.services)).id}


async def _close(stage: Stage) -> Given:
    body = CloseService(disposition="answered", summary="好了", resolved=True)
    return {"agent": stage.lin, "conversation_id": await stage.served(), "body": body}


async def _to_group(stage: Stage) -> Given:
    return {"agent": stage.lin, "conversation_id": await stage.served(), "body": Transfer(skill_group="network")}


async def _take_over(stage: Stage) -> Given:
    return {"agent": stage.boss, "conversation_id": await stage.served(), "body": Transfer(agent_id=stage.boss.id)}


async def _log_in(stage: Stage) -> Given:
    return {"address": "127.0.0.1", "body": Login(username="lin", password=PASSWORD), "user_agent": "test"}


async def _log_out(stage: Stage) -> Given:
    return {"agent": stage.lin, "token": await stage.logged_in(stage.lin)}


async def _create_agent(stage: Stage) -> Given:
    return {"administrator": stage.boss, "body": NewAgent(username="new", password=PASSWORD, name="新")}


async def _end_own_session(stage: Stage) -> Given:
    await stage.logged_in(stage.lin)
    [login] = await stage.services.sessions.of(stage.lin.id)
    return {"agent": stage.lin, "session_id": login.family}


async def _log_out_everywhere(stage: Stage) -> Given:
    await stage.logged_in(stage.lin)
    return {"agent": stage.lin}


async def _change_password(stage: Stage) -> Given:
    return {"agent": stage.lin, "body": ChangedPassword(old_password=PASSWORD, password="another long password")}


async def _change_agent(stage: Stage) -> Given:
    await stage.logged_in(stage.lin)
    body = ChangedAgent(name="林师傅", role=Role.TRAINER)
    return {"administrator": stage.boss, "agent_id": stage.lin.id, "body": body}


async def _reset_password(stage: Stage) -> Given:
    return {"administrator": stage.boss, "agent_id": stage.lin.id, "body": NewPassword(password=PASSWORD)}


async def _log_out_agent(stage: Stage) -> Given:
    await stage.logged_in(stage.lin)
    return {"administrator": stage.boss, "agent_id": stage.lin.id}


async def _change_customer(stage: Stage) -> Given:
    conversation_id = await stage.served(Customer(id="c-77", name="王芳"))
    body = CustomerDetails(address="王阿姨", note="", tags=[], vip=False, elderly=True, version=0)
    return {"agent": stage.lin, "conversation_id": conversation_id, "body": body}


async def _take_ticket(stage: Stage) -> Given:
    return {"agent": stage.lin, "ticket_id": await stage.ticket(taken=False)}


async def _answer_ticket(stage: Stage) -> Given:
    body = TicketAnswer(text="修好了", client_message_id="m1")
    return {"agent": stage.lin, "ticket_id": await stage.ticket(), "body": body}


async def _hand_ticket(stage: Stage) -> Given:
    return {"agent": stage.lin, "ticket_id": await stage.ticket(), "body": Transfer(agent_id=stage.mei.id)}


async def _note_call(stage: Stage) -> Given:
    body = TicketCall(reached=False, client_call_id="x1", again_at_ms=LATER_MS)
    return {"agent": stage.lin, "ticket_id": await stage.ticket(), "body": body}


async def _end_ticket(stage: Stage) -> Given:
    return {"agent": stage.lin, "ticket_id": await stage.ticket(), "body": TicketResult(result="换了光猫")}


async def _reopen_ticket(stage: Stage) -> Given:
    ticket_id = await stage.ticket()
    await ticket_work.end(stage.services, stage.lin, ticket_id, "")
    return {"agent": stage.lin, "ticket_id": ticket_id, "body": TicketReason(reason="又断了")}


async def _add_reply(stage: Stage) -> Given:
    await stage.services.canned.on(["shared"])
    return {"agent": stage.boss, "body": NewCannedReply(text="再见", scope=CannedScope.SHARED)}


async def _arrange_replies(stage: Stage) -> Given:
    ids = [await stage.shared_reply()]
    return {"agent": stage.boss, "body": CannedOrder(scope=CannedScope.SHARED, ids=ids)}


async def _import_replies(stage: Stage) -> Given:
    await stage.services.canned.on(["shared"])
    text = "canned_replies:\n- text: 一句新的话\n- text: 又一句新的话\n"
    return {"agent": stage.boss, "body": CannedImport(text=text)}


async def _change_reply(stage: Stage) -> Given:
    return {"agent": stage.boss, "reply_id": await stage.shared_reply(), "body": CannedWords(text="您好！")}


async def _remove_reply(stage: Stage) -> Given:
    return {"agent": stage.boss, "reply_id": await stage.shared_reply()}


async def _change_hours(stage: Stage) -> Given:
    return {"administrator": stage.boss, "body": ChangedHours(hours=HoursPlan(), version=0)}


async def _hours_of_file(stage: Stage) -> Given:
    await stage.services.hours.change(HoursPlan(), 0, by="陈")
    return {"administrator": stage.boss, "version": 1}


def _renamed(stage: Stage) -> GroupsPlan:
    groups = stage.services.reference.groups.groups
    return GroupsPlan(groups={**groups, "bills": groups["bills"].model_copy(update={"name": "账单组"})})


async def _change_groups(stage: Stage) -> Given:
    return {"administrator": stage.boss, "body": ChangedGroups(plan=_renamed(stage), version=0)}


async def _groups_of_file(stage: Stage) -> Given:
    await stage.services.groups.change(_renamed(stage), 0, by="陈")
    return {"administrator": stage.boss, "version": 1}


async def _join_group(stage: Stage) -> Given:
    nia = await make_agent(stage.services, "nia", skill_groups=["network"])
    return {"supervisor": stage.boss, "skill_group": "bills", "agent_id": nia.id}


async def _leave_group(stage: Stage) -> Given:
    return {"supervisor": stage.boss, "skill_group": "bills", "agent_id": stage.lin.id}


async def _set_capacity(stage: Stage) -> Given:
    return {"supervisor": stage.boss, "agent_id": stage.lin.id, "body": ChangedCapacity(capacity=9)}


async def _resend_webhook(stage: Stage) -> Given:
    return {"administrator": stage.boss, "letter_id": await stage.dead_webhook()}


async def _resend_webhooks(stage: Stage) -> Given:
    await stage.dead_webhook()
    return {"administrator": stage.boss}


async def _resend_letter(stage: Stage) -> Given:
    address = Address(Channel.WECHAT, "gone", "openid")
    row = {"address": address.to_json(), "conversation_id": "c1", "seqs": [1], "texts": ["您好"], "why": "x"}
    await stage.services.deliveries.bury(Channel.WECHAT, "l1", row)
    return {"supervisor": stage.boss, "letter_id": "l1"}


SCENES: dict[str, list[Scene]] = {
    "POST /agent/login": [_log_in],
    "POST /agent/logout": [_log_out],
    "POST /agent/queue/{request_id}/claim": [_claim],
    "POST /agent/conversations/{conversation_id}/close": [_close],
    "POST /agent/conversations/{conversation_id}/transfer": [_to_group, _take_over],
    "PUT /agent/conversations/{conversation_id}/customer": [_change_customer],
    "POST /agents": [_create_agent],
    "DELETE /agent/sessions/{session_id}": [_end_own_session],
    "POST /agent/logout-everywhere": [_log_out_everywhere],
    "PUT /agent/password": [_change_password],
    "PATCH /agents/{agent_id}": [_change_agent],
    "PUT /agents/{agent_id}/password": [_reset_password],
    "POST /agents/{agent_id}/logout": [_log_out_agent],
    "POST /agent/tickets/{ticket_id}/take": [_take_ticket],
    "POST /agent/tickets/{ticket_id}/messages": [_answer_ticket],
    "POST /agent/tickets/{ticket_id}/hand": [_hand_ticket],
    "POST /agent/tickets/{ticket_id}/calls": [_note_call],
    "POST /agent/tickets/{ticket_id}/done": [_end_ticket],
    "POST /agent/tickets/{ticket_id}/reopen": [_reopen_ticket],
    "POST /canned-replies": [_add_reply],
    "PUT /canned-replies/order": [_arrange_replies],
    "POST /canned-replies/import": [_import_replies],
    "PUT /canned-replies/{reply_id}": [_change_reply],
    "DELETE /canned-replies/{reply_id}": [_remove_reply],
    "PUT /administration/hours": [_change_hours],
    "DELETE /administration/hours": [_hours_of_file],
    "PUT /administration/skill-groups": [_change_groups],
    "DELETE /administration/skill-groups": [_groups_of_file],
    "PUT /administration/skill-groups/{skill_group}/members/{agent_id}": [_join_group],
    "DELETE /administration/skill-groups/{skill_group}/members/{agent_id}": [_leave_group],
    "PUT /agents/{agent_id}/capacity": [_set_capacity],
    "POST /webhooks/dead-letters/{letter_id}/resend": [_resend_webhook],
    "POST /webhooks/dead-letters/resend": [_resend_webhooks],
    "POST /channels/wechat/dead-letters/{letter_id}/resend": [_resend_letter],
}
EACH = [(path, scene) for path, scenes in SCENES.items() for scene in scenes]


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    """Passwords cost little, and WeChat takes what it is given."""

    async def sent(*_given: Any) -> None:
        pass

    monkeypatch.setattr(auth, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(letters, "_send", sent)


@pytest.fixture
async def stage(settings, services) -> AsyncIterator[Stage]:
    database = Database(settings.archive_url)
    await database.migrate()
    stage = Stage(services, database)
    await stage.set()
    yield stage
    await database.close()


@pytest.fixture
async def process(settings, stage) -> AsyncIterator[Services]:
    """Another process, which may die."""
    built = Services.build(settings)
    built.customer_book.read_from(ArchivedCustomers(stage.database))
    await built.redis.ping()
    yield built
    await built.close()


def moves(services: Services) -> dict[str, Endpoint]:
    """What changes something, as the service calls it."""
    routers = [*create_app(services).routes, letters.router(Parts.build(services, Accounts([])))]
    found = [
        context.original_route for router in routers for context in getattr(router, "effective_route_contexts", list)()
    ] + list(routers[-1].routes)
    return {
        f"{next(iter(route.methods))} {route.path.removeprefix('/api/v1')}": route.endpoint
        for route in found
        if isinstance(route, DeskRoute)
        and audit_action(route.endpoint) is not None
        and "GET" not in route.methods
        and not route.path.endswith("/reveal")
    }


def test_every_move_is_tried(services):
    assert set(moves(services)) == set(SCENES)


async def test_a_change_and_its_entry_are_one(stage, process):
    calls = moves(stage.services)
    for path, scene in EACH:
        dies_at = 1
        while not await _survives(stage, process, calls[path], scene, dies_at):
            dies_at += 1
        assert dies_at > 1


async def _survives(stage: Stage, process: Services, call: Endpoint, scene: Scene, dies_at: int) -> bool:
    """Whether the endpoint makes fewer calls than this one, at which the process dies."""
    when = f"{scene.__name__}, died after call {dies_at}"
    await stage.set()
    given = await scene(stage)
    before, known = await stage.state(), await stage.entries()
    try:
        with mortal(process, dies_at):
            await call(services=process, **given)
        has_lived = True
    except Dead:
        has_lived = False
    after, entries = await stage.state(), await stage.entries()
    assert len(entries) - len(known) == (after != before), when
    assert after != before or not has_lived
    # Who saw no answer asks again: that changes something once more, or it was done.
    with contextlib.suppress(HandoffError):
        await call(services=process, **given)
    again = await stage.entries()
    assert len(again) - len(entries) == (await stage.state() != after), f"{when}, and again"
    assert all(one.action != Action.REFUSED and one.agent_id for one in again)
    return has_lived


async def test_a_script_that_a_lost_connection_repeats_records_once(stage, process, monkeypatch):
    run, calls = Scripts.run, moves(stage.services)

    async def twice(self: Scripts, name: str, **arguments: Any) -> Given:
        first = await run(self, name, **arguments)
        await run(self, name, **arguments)
        return first

    for path, scene in EACH:
        await stage.set()
        given = await scene(stage)
        known = len(await stage.entries())
        with monkeypatch.context() as patch:
            patch.setattr(Scripts, "run", twice)
            await calls[path](services=process, **given)
        assert len(await stage.entries()) - known == 1, scene.__name__


async def test_a_refused_move_is_recorded_once_and_changes_nothing(stage, process):
    for scene in (_close, _to_group):
        await stage.set()
        given = {**await scene(stage), "agent": stage.mei}
        path = next(path for path, scenes in SCENES.items() if scene in scenes)
        before, known = await stage.state(), await stage.entries()
        with pytest.raises(Forbidden):
            await moves(stage.services)[path](services=process, **given)
        [entry] = (await stage.entries())[len(known) :]
        of = (entry.action, entry.agent_id, entry.conversation_id)
        assert of == ("refused", stage.mei.id, given["conversation_id"])
        assert entry.details["code"] == "not_your_conversation"
        assert await stage.state() == before


@contextlib.contextmanager
def mortal(process: Services, dies_at: int) -> Iterator[None]:
    """Within, the process dies at one of its calls to Redis."""
    Mortal(dies_at).inhabit(process.redis)
    try:
        yield
    finally:
        del process.redis.execute_command, process.redis.pipeline  # those of its class again
