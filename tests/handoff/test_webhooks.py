"""Other desks are told of every handoff: signed, in order, again until they have it."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import jsonschema_rs
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from handoff import webhook_targets, webhooks
from handoff.errors import StartupError
from handoff.models import HandoffContext
from handoff.services import Services
from handoff.vocabulary import Role
from handoff.webhooks import Teller
from tests.handoff.makers import (
    customer_message,
    make_agent,
    make_conversation,
    make_request,
    new_request,
    system_message,
)
from tests.handoff.people import until
from tests.handoff.servers import ROOT, free_port, serve

SECRET = "a-secret-of-the-other-desk"


class Desk:
    """A receiver that can be told how to behave; it keeps what came, before it answers."""

    def __init__(self) -> None:
        self.port = free_port()
        self.came: list[tuple[str, dict]] = []  # path, body
        self.status = 200
        self.gate = asyncio.Event()
        self.gate.set()
        self.app = Starlette(routes=[Route("/{path}", self._receive, methods=["POST"])])

    async def _receive(self, request: Request) -> Response:
        body = await request.body()
        headers = request.headers
        at_s = headers["x-xiaoqiao-timestamp"]
        assert abs(time.time() - int(at_s)) < 60
        expected = hmac.new(SECRET.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(headers["x-xiaoqiao-signature"], f"sha256={expected}")
        event = json.loads(body)
        assert (headers["x-xiaoqiao-delivery"], headers["x-xiaoqiao-event"]) == (event["id"], event["event"])
        self.came.append((request.url.path, event))
        if request.url.path == "/moved":
            return RedirectResponse("/elsewhere", 307)
        await self.gate.wait()
        return PlainTextResponse("", self.status)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with serve(self.app, self.port):
            yield

    def ids(self) -> list[str]:
        return [event["id"] for _, event in self.came]

    def events(self) -> list[str]:
        return [event["event"] for _, event in self.came]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def settings(settings, desk, tmp_path):
    file = tmp_path / "webhooks.yml"
    rows = [{"name": "crm", "url": f"http://127.0.0.1:{desk.port}/crm", "secret": SECRET}]
    file.write_text(json.dumps({"webhooks": rows}), encoding="utf-8")
    values = {"webhooks": file, "webhook_hosts": "127.0.0.1", "webhook_timeout_s": 0.3, "webhook_retry_s": 0.01}
    return settings.model_copy(update=values)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(webhooks, "PAUSE_S", 0.02)
    monkeypatch.setattr(webhooks, "LEASE_MARGIN_S", 0.2)


@asynccontextmanager
async def telling(services: Services) -> AsyncIterator[None]:
    task = asyncio.create_task(Teller(services).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_handoff_from_request_to_close(world, desk):
    async with desk.running():
        visitor, agent = await world.active_pair()
        await agent.reply(visitor.id, "您好")
        await agent.close(visitor.id, disposition="handled", summary="已处理")
        await until(lambda: len(desk.came) == 3)
    requested, claimed, closed = [event for _, event in desk.came]
    assert desk.events() == ["handoff.requested", "handoff.claimed", "handoff.closed"]
    assert len(set(desk.ids())) == 3
    assert [e["conversation_id"] for e in (requested, claimed, closed)] == [visitor.id] * 3
    assert requested["number"] < claimed["number"] < closed["number"]
    assert requested["request"]["reason"] == "customer_request"
    assert requested["request"]["context"]["failed_turns"] == 2
    assert requested["transcript"][0]["text"] == "转人工"
    assert (closed["request"]["state"], closed["request"]["disposition"]) == ("done", "handled")
    assert closed["conversation_state"] == "bot"
    assert [line["sender"] for line in closed["transcript"]].count("agent") == 1
    assert len(requested["transcript"]) < len(closed["transcript"])
    schema = json.loads((ROOT / "docs/schemas/handoff-event.schema.json").read_text(encoding="utf-8"))
    for event in (requested, claimed, closed):
        jsonschema_rs.validator_for(schema).validate(event)


@pytest.mark.parametrize("numbers", ["masked", "whole"])
async def test_numbers_are_masked_unless_the_desk_needs_them_whole(settings, services, desk, numbers):
    [target] = services.webhook_targets
    services.webhook_targets[:] = [target.model_copy(update={"numbers": numbers})]
    context = HandoffContext(slots={"phone": 13800138000, "said": "身份证11010519491231002X"})
    conversation = await make_conversation(services)
    draft = customer_message("我的号码是13800138000，订单 20261125001")
    await services.conversations.append(conversation.id, draft)
    request = new_request(conversation, context=context)
    await services.queue.enqueue(request, 0, system_message(), None)
    async with desk.running(), telling(services):
        await until(lambda: len(desk.came) == 1)
    [(_, event)] = desk.came  # its signature was right for these bytes
    slots, text = event["request"]["context"]["slots"], event["transcript"][0]["text"]
    if numbers == "whole":
        assert slots == context.slots
        assert text == draft.text
    else:
        assert slots == {"phone": "138****8000", "said": "身份证110****002X"}
        assert text == "我的号码是138****8000，订单 20261125001"
        assert "13800138000" not in json.dumps(event)
    assert event["conversation_id"] == conversation.id


async def test_desk_that_fails_hangs_and_is_killed_is_told_all_in_order(services, desk):
    """First nobody listens, then it fails, then it hangs, then it works: each event until it is taken, none before."""
    request = await make_request(services)
    agent = await make_agent(services, "lin")
    await services.queue.claim(request.id, agent.id, agent.name, 5, system_message())
    async with telling(services):
        await asyncio.sleep(0.1)
        desk.status = 500
        async with desk.running():
            await until(lambda: len(desk.came) >= 2)
            desk.status = 200
            desk.gate.clear()
            before = len(desk.came)
            await until(lambda: len(desk.came) >= before + 2)  # timed out and tried again
            desk.gate.set()
            await until(lambda: desk.events()[-1] == "handoff.claimed")
        # Killed and started again: nothing that was told is told anew.
        seen = len(desk.came)
        async with desk.running():
            await until(lambda: _is_done(services))
            await asyncio.sleep(0.1)
        assert len(desk.came) <= seen + 1
    assert list(dict.fromkeys(desk.events())) == ["handoff.requested", "handoff.claimed"]
    assert len(set(desk.ids())) == 2


async def _is_done(services: Services) -> bool:
    return await services.webhooks.waiting("crm") == 0


async def test_teller_killed_in_the_middle_leaves_it_to_another(services, settings, desk):
    """Killed after sending and before noting it: told again under the same id, by another process."""
    await make_request(services)
    desk.gate.clear()
    async with desk.running():
        async with telling(services):
            await until(lambda: desk.came)
        desk.gate.set()
        other = Services.build(settings)
        async with telling(other):
            await until(lambda: _is_done(services))
        await other.close()
    assert len(set(desk.ids())) == 1
    assert len(desk.came) == 2


async def test_late_teller_does_not_take_away_the_next_event(services):
    request = await make_request(services)
    agent = await make_agent(services, "lin")
    await services.queue.claim(request.id, agent.id, agent.name, 5, system_message())
    [late] = await services.webhooks.take("crm", 8, 0.01)
    await asyncio.sleep(0.02)
    [taken_over] = await services.webhooks.take("crm", 8, 60)
    assert taken_over.delivery_id == late.delivery_id
    assert await services.webhooks.take("crm", 8, 60) == []
    await services.webhooks.told(taken_over)
    await services.webhooks.told(late)
    [next_one] = await services.webhooks.take("crm", 8, 60)
    assert next_one.event["event"] == "handoff.claimed"
    await services.webhooks.told(next_one)
    assert await services.webhooks.take("crm", 8, 60) == []


async def test_a_conversation_that_fails_holds_up_only_itself(services, desk):
    async with desk.running():
        desk.status = 500
        first = await make_request(services)
        async with telling(services):
            await until(lambda: desk.came)
            desk.status = 200
            second = await make_request(services)
            await until(lambda: _is_done(services))
    assert {event["conversation_id"] for _, event in desk.came} == {first.conversation_id, second.conversation_id}


async def test_dead_letters_are_shown_to_administrators_and_sent_again(world, desk, settings):
    world_settings = world.services.settings
    assert world_settings.webhook_give_up_s > 3600
    agent = await world.agent("zhang")
    admin = await world.agent("admin2", role=Role.ADMINISTRATOR)
    request = await make_request(world.services)
    [taken] = await world.services.webhooks.take("crm", 8, 60) or await _soon(world)
    await world.services.webhooks.give_up(taken, "HTTP 500", 1)
    assert (await agent.call("GET", "/webhooks/dead-letters")).status_code == 403
    [letter] = (await admin.call("GET", "/webhooks/dead-letters")).json()["dead_letters"]
    assert (letter["target"], letter["event"], letter["why"]) == ("crm", "handoff.requested", "HTTP 500")
    assert letter["conversation_id"] == request.conversation_id
    async with desk.running():
        path = f"/webhooks/dead-letters/{letter['id']}/resend"
        assert (await agent.call("POST", path)).status_code == 403
        assert (await admin.call("POST", path)).status_code == 202
        assert (await admin.call("POST", path)).status_code == 404
        await until(lambda: desk.came)
    assert desk.ids()[0] == taken.delivery_id
    assert (await admin.call("GET", "/webhooks/dead-letters")).json()["dead_letters"] == []


async def test_all_dead_letters_are_sent_again_in_the_order_they_came(services):
    admin = Services.build(services.settings)
    for number in range(12):  # enough that their order is not the one of the alphabet
        request = await make_request(services)
        [taken] = await services.webhooks.take("crm", 8, 60)
        await services.webhooks.give_up(taken, "HTTP 500", number)
        assert request.conversation_id == taken.conversation_id
    ids = [letter["id"] for letter in await services.webhooks.dead_letters()]
    assert await admin.webhooks.resend_all() == 12
    assert await services.webhooks.dead_letters() == []
    again = await services.webhooks.take("crm", 20, 60)
    assert [f"crm:{one.delivery_id}" for one in again] == ids[::-1]
    assert await admin.webhooks.resend_all() == 0
    await admin.close()


async def _soon(world) -> list:
    """The world's own teller was faster; its try fails, and then it is ours."""
    return await until(lambda: world.services.webhooks.take("crm", 8, 60))


async def test_given_up_after_the_set_time_and_the_next_goes_on(settings, desk):
    services = Services.build(settings.model_copy(update={"webhook_give_up_s": 0.05}))
    await services.redis.flushall()
    desk.status = 503
    request = await make_request(services)
    async with desk.running(), telling(services):
        [letter] = await until(services.webhooks.dead_letters)
        desk.status = 200
        await services.queue.leave(request.conversation_id, system_message())
        await until(lambda: "handoff.closed" in desk.events())
    assert letter["why"] == "HTTP 503"
    await services.close()


async def test_redirects_are_not_followed(services, desk):
    target = services.webhook_targets[0].model_copy(update={"url": f"http://127.0.0.1:{desk.port}/moved"})
    await make_request(services)
    async with desk.running(), httpx.AsyncClient(trust_env=False) as http:
        assert await Teller(services).tell_due(http, target) == 1
    assert [path for path, _ in desk.came] == ["/moved"]
    assert await services.webhooks.waiting("crm") == 1


async def test_nothing_is_kept_for_nobody(settings):
    """Without targets no list grows; a target that wants one event gets no other."""
    alone = Services.build(settings.model_copy(update={"webhooks": None}))
    await alone.redis.flushall()
    await make_request(alone)
    assert [key async for key in alone.redis.scan_iter("xq:webhooks*")] == []
    await alone.close()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"url": "https://evil.example.com/"}, "evil.example.com is not in XIAOQIAO_WEBHOOK_HOSTS"),
        ({"url": "https://user:word@good.example.com/"}, "url: String should match"),
        ({"url": "http://good.example.com/"}, "production needs https"),
        ({"secret": "short"}, "secret: Value should have at least 16"),
        ({"secret": "env:NOT_SET_ANYWHERE"}, "the environment has no NOT_SET_ANYWHERE"),
        ({"events": ["handoff.imagined"]}, "events"),
        ({"name": "CRM!"}, "name: String should match"),
    ],
)
def test_mistakes_in_the_file_are_one_clear_line(tmp_path, row, problem):
    file = tmp_path / "webhooks.yml"
    good = {"name": "crm", "url": "https://good.example.com/hook", "secret": SECRET, "events": ["handoff.closed"]}
    file.write_text(json.dumps({"webhooks": [good]}), encoding="utf-8")
    [target] = webhook_targets.load(file, ["good.example.com"], is_production=True)
    assert (target.name, target.events) == ("crm", {"handoff.closed"})
    assert SECRET not in repr(target)
    file.write_text(json.dumps({"webhooks": [{**good, **row}]}), encoding="utf-8")
    with pytest.raises(StartupError) as caught:
        webhook_targets.load(file, ["good.example.com"], is_production=True)
    assert problem in caught.value.message
    assert SECRET not in caught.value.message
