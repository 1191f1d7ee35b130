"""Who may call what, what is refused and how, and that nothing malformed makes a 5xx."""

import contextlib
import json
import time

import jwt
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from handoff import auth
from handoff.app import create_app
from handoff.description import frame_schemas
from handoff.errors import TooManyRequests, Unauthorized
from handoff.models import Agent
from handoff.services import Services
from handoff.usecases import accounts
from handoff.vocabulary import Role
from tests.handoff.conftest import IDENTITY_SECRET, PASSWORD, PASSWORD_HASH, SERVICE_TOKEN
from tests.handoff.people import AgentClient, Visitor, client, until
from tests.handoff.servers import serve

CLAIMS = {
    "sub": "C1001",
    "name": "李雷",
    "phone": "13812345678",
    "region": "浙江",
    "plan": "畅享 59",
    "segment": "postpaid",
    "vip": True,
    "elderly": False,
}


def identity(secret: str = IDENTITY_SECRET, algorithm: str = "HS256", **claims: object) -> str:
    given = {**CLAIMS, "exp": int(time.time()) + 600, **claims}
    return jwt.encode({k: v for k, v in given.items() if v is not None}, secret, algorithm=algorithm)


async def test_identified_customer(world):
    visitor = await world.visitor(identity_token=identity())
    assert visitor.opened["customer"] == {"name": "李雷", "phone_masked": "138****5678"}
    await visitor.say("你好")
    await visitor.answered("bot")
    assert world.rasa.calls[0]["metadata"]["customer"] == {
        "id": "C1001",
        "name": "李雷",
        "region": "浙江",
        "plan": "畅享 59",
        "segment": "postpaid",
        "vip": True,
        "elderly": False,
    }
    await visitor.say("转人工")
    await visitor.in_state("queued")
    agent = await world.agent()
    conversation = await agent.claim_first()
    assert conversation["customer"] == {
        **{k: v for k, v in CLAIMS.items() if k not in ("sub", "phone")},
        "id": "C1001",
        "phone_masked": "138****5678",
    }
    assert "13812345678" not in str(conversation)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "\ud83d",
        "e" * 10_000,
        identity(secret="another secret of sufficient length!!"),
        identity(exp=int(time.time()) - 120),
        identity(exp=None),
        identity(sub=None),
        identity(sub=""),
        identity(name=["not", "a", "name"]),
        identity(algorithm="HS512", secret=IDENTITY_SECRET * 2),
        jwt.encode(CLAIMS, None, algorithm="none"),
    ],
)
async def test_identity_that_is_not_valid(world, token):
    answer = await world.http.post(
        f"{world.url}/api/v1/visitors",
        content='{{"identity_token": "{}"}}'.format(token.encode("ascii", "backslashreplace").decode()),
        headers={"Content-Type": "application/json"},
    )
    if token == "":
        assert answer.status_code == 201  # no identity was given
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_identity")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/conversation"),
        ("POST", "/api/v1/conversation/messages"),
        ("POST", "/api/v1/conversation/leave-queue"),
        ("GET", "/api/v1/conversation/tickets"),
        ("GET", "/api/v1/agent/tickets"),
        ("GET", "/api/v1/agent/me"),
        ("GET", "/api/v1/agent/queue"),
        ("POST", "/api/v1/agent/queue/x/claim"),
        ("GET", "/api/v1/agent/conversations/x"),
        ("GET", "/api/v1/agents"),
        ("POST", "/internal/v1/handoff-requests"),
    ],
)
@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer wrong", "Basic eDp5", "Bearer \xff\xfe"])
async def test_nothing_without_the_right_token(world, method, path, authorization):
    headers = {"Authorization": authorization.encode("latin-1")} if authorization else {}
    body = {"json": {"text": "x", "client_message_id": "1"}} if method == "POST" else {}
    answer = await world.http.request(method, world.url + path, headers=headers, **body)
    assert answer.status_code in (401, 422 if path.endswith("handoff-requests") else 401)
    assert answer.json()["error"]["message"]


async def test_tokens_of_one_kind_open_nothing_of_another(world):
    visitor, agent = await world.active_pair()
    for headers in (visitor.headers, {"Authorization": f"Bearer {SERVICE_TOKEN}"}):
        assert (await world.http.get(f"{world.url}/api/v1/agent/me", headers=headers)).status_code == 401
    assert (await world.http.get(f"{world.url}/api/v1/conversation", headers=agent.headers)).status_code == 401


async def test_a_visitor_token_opens_its_own_conversation_only(world):
    first, second = await world.visitor(), await world.visitor()
    await first.say("我的秘密")
    assert await second.messages() == []
    stored = [key async for key in world.services.redis.scan_iter("*")]
    assert not [key for key in stored if first.token in key]  # only its hash is stored


async def test_roles(world):
    agent = await world.agent()
    supervisor = await world.agent("boss", role="supervisor")
    administrator = await world.agent("root1", role="administrator")
    new = {"username": "xin", "password": "0123456789", "name": "小新", "skill_groups": ["bills"]}
    assert (await agent.call("GET", "/agents")).status_code == 403
    assert (await supervisor.call("POST", "/agents", **new)).status_code == 403
    created = await administrator.call("POST", "/agents", **new)
    assert created.status_code == 201
    assert created.json() | {"id": ""} == {
        "id": "", "username": "xin", "name": "小新", "role": "agent", "skill_groups": ["bills"],
        "presence": "offline", "capacity": 5, "disabled": False, "active": 0,
    }  # fmt: skip
    assert (await administrator.call("POST", "/agents", **new)).json()["error"]["code"] == "username_taken"
    unknown = {**new, "username": "x2", "skill_groups": ["cooking"]}
    assert (await administrator.call("POST", "/agents", **unknown)).json()["error"]["code"] == "unknown_skill_group"
    listed = (await supervisor.call("GET", "/agents")).json()["agents"]
    assert {"boss", "lin", "root1", "xin"} <= {row["username"] for row in listed}
    assert "password" not in str(listed)


async def test_skill_groups_decide_who_may_claim(world):
    visitor = await world.queued_visitor()  # group bills
    other = await world.agent("net", skill_groups=["network"])
    assert await other.queue() == []
    [request] = await world.services.queue.waiting()
    assert (await other.claim(request.id)).json()["error"]["code"] == "other_skill_group"
    assert (await other.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 403
    mine = await world.agent("bil", skill_groups=["bills"])
    assert (await mine.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 200  # to see before claiming
    assert (await mine.claim(request.id)).status_code == 200


async def test_only_who_serves_may_write_and_close(world):
    visitor, agent = await world.active_pair()
    other = await world.agent("other")
    assert (await other.reply(visitor.id, "我来")).json()["error"]["code"] == "not_your_conversation"
    assert (await other.close(visitor.id)).json()["error"]["code"] == "not_your_conversation"
    assert (await other.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 403
    unknown = await agent.close(visitor.id, disposition="whatever")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (422, "unknown_disposition")
    boss = await world.agent("boss", role="supervisor")
    assert (await boss.close(visitor.id)).status_code == 200
    assert (await agent.close(visitor.id)).json()["error"]["code"] == "illegal_move"
    assert (await agent.reply(visitor.id, "还在吗")).json()["error"]["code"] == "not_active"
    assert (await agent.reply("nowhere", "喂")).status_code == 404
    # Who served may read the transcript afterwards.
    assert (await agent.call("GET", f"/agent/conversations/{visitor.id}")).status_code == 200


async def test_wrap_up_is_kept(world):
    visitor, agent = await world.active_pair()
    [mine] = (await agent.call("GET", "/agent/conversations")).json()["conversations"]
    assert (mine["id"], mine["reason"], mine["agent"]) == (visitor.id, "customer_request", "坐席lin")
    await agent.close(visitor.id, disposition="handled", summary="已改套餐", resolved=False)
    request = await world.services.queue.get(mine["request_id"])
    assert (request.state, request.disposition, request.summary, request.resolved) == (
        "done",
        "handled",
        "已改套餐",
        False,
    )
    assert len((await world.services.queue.handling_samples_s(["bills"]))["bills"]) == 1
    assert (await agent.call("GET", "/agent/conversations")).json() == {"conversations": []}


async def test_the_summary_is_made_when_the_conversation_is_read(world):
    visitor = await world.visitor(identity_token=identity())
    await visitor.say("怎么多扣了三十块，我是13987654321")
    await visitor.answered("bot")
    await visitor.say("转人工")
    await visitor.in_state("queued")
    agent = await world.agent()
    claimed = await agent.claim_first()
    assert claimed["summary"] == [
        "客户想要：“怎么多扣了三十块，我是139****4321”",
        "小桥试过：已答《话费为什么变多了》；连续 2 轮没解决",
        "已知信息：已登录（138****5678）；VIP；套餐 畅享 59；月份 2026年10月",
    ]
    read = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()
    assert read["summary"] == claimed["summary"]
    reference = (await agent.call("GET", "/agent/reference")).json()
    assert {"id": "query_bill", "name": "查月账单"} in reference["tasks"]
    assert reference["service_level_s"] == 60
    assert reference["time_zone"] == "Asia/Shanghai"


async def test_agent_reply_is_stored_once(world):
    visitor, agent = await world.active_pair()
    answers = [(await agent.reply(visitor.id, "您好", key="same")).json() for _ in range(2)]
    assert answers[0]["seq"] == answers[1]["seq"]
    assert [answer["duplicate"] for answer in answers] == [False, True]
    assert await visitor.texts("agent") == ["您好"]


async def test_presence(world, services):
    agent = await world.agent()
    assert agent.agent["presence"] == "online"

    async def online() -> int:
        return len(await services.agents.online())

    assert await online() == 1
    assert (await agent.call("PUT", "/agent/presence", presence="break")).json()["presence"] == "break"
    assert await online() == 0
    await agent.call("PUT", "/agent/presence", presence="online")
    assert await online() == 1
    # Not heard of for longer than the heartbeat allows: not there, whatever was said last.
    await services.redis.zadd("xq:heartbeats", {agent.agent["id"]: 0})
    assert await online() == 0
    await agent.call("GET", "/agent/me")
    assert await online() == 1
    await agent.call("POST", "/agent/logout")
    assert await online() == 0
    assert (await agent.call("GET", "/agent/me")).status_code == 401


async def test_wrong_passwords_are_slowed_down(world):
    await world.agent()
    url = f"{world.url}/api/v1/agent/login"

    async def attempt(password: str, username: str = "lin") -> int:
        return (await world.http.post(url, json={"username": username, "password": password})).status_code

    assert [await attempt("wrong") for _ in range(5)] == [401] * 5
    assert await attempt("wrong") == 401  # one more try counts ...
    answer = await world.http.post(url, json={"username": "lin", "password": PASSWORD})
    assert answer.status_code == 429  # ... and then even the right one must wait
    assert int(answer.headers["Retry-After"]) >= 2
    assert await attempt("wrong", "nobody") == 401  # others are not concerned


async def test_wrong_passwords_from_elsewhere_lock_nobody_out(settings, services):
    """Strangers guess at a name from many addresses; who logged in from one of their own lately gets in as ever."""
    for username in ("lin", "mei"):
        agent = Agent(id=auth.new_id("a"), username=username, name=username, role=Role.AGENT, skill_groups=[])
        assert await services.agents.create(agent, PASSWORD_HASH)
    await accounts.login(services, "lin", PASSWORD, "10.0.0.1")
    for number in range(35):
        for username in ("lin", "mei"):
            with contextlib.suppress(TooManyRequests, Unauthorized):
                await accounts.login(services, username, "wrong", f"10.9.0.{number}")
    with pytest.raises(TooManyRequests):  # guessing at one name from many addresses is slowed down too
        await accounts.login(services, "mei", PASSWORD, "10.9.1.1")
    assert (await accounts.login(services, "lin", PASSWORD, "10.0.0.1")).agent.username == "lin"


async def test_unknown_name_and_wrong_password_look_alike(world):
    await world.agent()
    url = f"{world.url}/api/v1/agent/login"
    answers = [
        (await world.http.post(url, json={"username": name, "password": "wrong"})).json() for name in ("lin", "nobody")
    ]
    assert answers[0] == answers[1]


async def test_first_administrator_can_log_in(services):
    password = "made at the first start"
    assert await accounts.lacks_administrator(services)
    assert await accounts.create_first_administrator(services, password)
    assert not await accounts.lacks_administrator(services)
    assert not await accounts.create_first_administrator(services, "of a second process")
    session = await accounts.login(services, "admin", password, "127.0.0.1")
    assert session.agent.role == "administrator"
    stored = await services.redis.hgetall(f"xq:agent:{session.agent.id}")
    assert password not in str(stored)
    assert stored["password_hash"].startswith("$argon2id$")


async def test_text_limits(world):
    visitor = await world.visitor()
    await visitor.say("字" * 2000)
    for text, code in (("字" * 2001, "text_too_long"), ("", "empty_text"), (" \n\u3000", "empty_text")):
        answer = await visitor.post(text)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert "2000 字" in (await visitor.post("字" * 2001)).json()["error"]["message"]


async def test_body_limit(world):
    visitor = await world.visitor()
    answer = await visitor.post("字" * 40_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")

    async def endless():
        for _ in range(1000):
            yield b"x" * 1024

    answer = await world.http.post(f"{world.url}/api/v1/visitors", content=endless())
    assert answer.status_code == 413


async def test_rate_limits(settings, services, one_minute):
    strict = settings.model_copy(update={"messages_per_minute": 3, "visitors_per_minute": 2})
    async with serve(create_app(Services.build(strict))) as url, client(url) as http:
        visitor = await Visitor.open(url, http)
        assert [(await visitor.post("快")).status_code for _ in range(4)] == [202, 202, 202, 429]
        refused = await visitor.post("快")
        assert (refused.status_code, int(refused.headers["Retry-After"])) == (429, one_minute)
        assert refused.json()["error"]["message"]
        codes = [(await http.post("/api/v1/visitors", json={})).status_code for _ in range(2)]
        assert codes == [201, 429]  # the visitor above was the first
        assert (await http.get("/health/live")).status_code == 200


async def test_messages_of_an_address_are_limited_however_many_conversations_it_opens(settings, services, one_minute):
    strict = settings.model_copy(update={"messages_per_minute_address": 4})
    async with serve(create_app(Services.build(strict))) as url, client(url) as http:
        codes = []
        for _ in range(6):
            visitor = await Visitor.open(url, http)
            codes.append((await visitor.post("快")).status_code)
        assert codes == [202, 202, 202, 202, 429, 429]


@pytest.mark.parametrize(
    ("setting", "path", "body"),
    [
        ("tickets_per_minute", "tickets", {"kind": "message", "text": "没人理我", "client_ticket_id": "t"}),
        ("calls_per_minute", "satisfaction", {"score": 5}),
        ("calls_per_minute", "leave-queue", None),
        ("calls_per_minute", "messages/1/feedback", {"helpful": True}),
    ],
)
async def test_small_calls_are_limited_too(settings, services, one_minute, setting, path, body):
    strict = settings.model_copy(update={setting: 2})
    async with serve(create_app(Services.build(strict))) as url, client(url) as http:
        visitor = await Visitor.open(url, http)
        answers = [
            await http.post(f"/api/v1/conversation/{path}", json=body, headers=visitor.headers) for _ in range(3)
        ]
        assert [answer.status_code == 429 for answer in answers] == [False, False, True]
        assert answers[2].json()["error"]["code"].startswith("too_many_")
        assert int(answers[2].headers["Retry-After"]) == one_minute


async def test_open_streams_are_limited(settings, services):
    strict = settings.model_copy(update={"streams_per_conversation": 2, "streams_per_address": 4})
    app = create_app(Services.build(strict))
    async with serve(app) as url, client(url) as http, contextlib.AsyncExitStack() as stack:
        visitors = [await Visitor.open(url, http) for _ in range(3)]

        async def opened(visitor: Visitor) -> str:
            path = "/api/v1/conversation/stream"
            connection = await stack.enter_async_context(connect(url.replace("http", "ws") + path, proxy=None))
            with contextlib.suppress(ConnectionClosed):  # refused before it says who it is
                await connection.send(json.dumps({"type": "auth", "token": visitor.token, "after": 0}))
            first = json.loads(await connection.recv())
            return first["error"]["code"] if first["type"] == "error" else first["type"]

        one, two, three = visitors
        assert [await opened(one) for _ in range(3)] == ["ready", "ready", "too_many_streams"]
        assert [await opened(two) for _ in range(2)] == ["ready", "ready"]
        assert await opened(three) == "too_many_streams"  # of this address
        await stack.aclose()
        await until(lambda: len(app.state.services.open_streams) == 0)
        assert await opened(three) == "ready"


async def test_a_stream_is_heard_at_a_pace_and_loses_nothing(settings, services):
    """Five times as many frames as a burst: the rest is read later, and all of it in order."""
    strict = settings.model_copy(update={"frames_per_second": 20.0})
    async with serve(create_app(Services.build(strict))) as url, client(url) as http:
        visitor = await Visitor.open(url, http)
        async with visitor.stream() as stream:
            await stream.next("ready")
            began = time.monotonic()
            for _ in range(129):
                await stream.send(type="ping")
            await stream.send(type="nonsense")
            await stream.next("error")
            assert [frame["type"] for frame in stream.frames] == ["ready"] + ["pong"] * 129 + ["error"]
            assert time.monotonic() - began > (130 - 101) / 20 * 0.9


async def test_typing_signs_are_passed_on_seldom(settings, services, monkeypatch):
    app = create_app(Services.build(settings))
    told = []

    async def typing(conversation_id: str, _sender: object) -> None:
        told.append(conversation_id)

    async with serve(app) as url, client(url) as http:
        monkeypatch.setattr(app.state.services.hub, "typing", typing)
        visitor = await Visitor.open(url, http)
        async with visitor.stream() as stream:
            await stream.next("ready")
            began = time.monotonic()
            for _ in range(100):
                await stream.send(type="typing")
            await stream.send(type="ping")
            await stream.next("pong")
            assert 1 <= len(told) <= 1 + (time.monotonic() - began) / 0.5


async def test_pages(world, settings):
    missing = await world.http.get(world.url + "/")
    assert missing.status_code == 503
    assert "make web" in missing.text
    for name in ("demo", "console", "widget"):
        folder = settings.web_dir / name
        (folder / "assets").mkdir(parents=True)
        (folder / "index.html").write_text(f"<p>{name}</p>", encoding="utf-8")
        (folder / "assets" / "a.js").write_text("1", encoding="utf-8")
    # Built after the service has started, and served all the same.
    for path, name in (("/", "demo"), ("/console/", "console"), ("/widget/", "widget")):
        page = await world.http.get(world.url + path)
        assert (page.status_code, page.text) == (200, f"<p>{name}</p>")
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Cache-Control"] == "no-cache"
    assert "immutable" in (await world.http.get(world.url + "/console/assets/a.js")).headers["Cache-Control"]
    assert (await world.http.get(world.url + "/console")).headers["Location"].endswith("/console/")
    for path in ("/../secrets", "/console/%2e%2e/%2e%2e/secrets/service_token", "/nothing", "/api/v1/nothing"):
        assert (await world.http.get(world.url + path)).status_code == 404


async def test_openapi_describes_errors(world):
    described = (await world.http.get(world.url + "/openapi.json")).json()
    send = described["paths"]["/api/v1/conversation/messages"]["post"]
    assert send["description"]
    assert {"202", "401", "422", "429", "503"} <= set(send["responses"])
    reference = send["responses"]["422"]["content"]["application/json"]["schema"]["$ref"]
    assert reference.endswith("/ErrorBody")


async def test_claim_of_what_is_not_there(world):
    agent: AgentClient = await world.agent()
    assert (await agent.claim("nowhere")).status_code == 404
    visitor = await world.queued_visitor()
    [request] = await agent.queue()
    await visitor.leave_queue()
    answer = await agent.claim(request["id"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_longer_waiting")


async def test_agent_at_capacity_is_told(world):
    await world.queued_visitor()
    await world.queued_visitor()
    agent = await world.agent(capacity=1)
    await agent.claim_first()
    answer = await agent.claim((await agent.queue())[0]["id"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "at_capacity")


async def test_openapi_describes_the_frames_of_the_streams(world):
    described = (await world.http.get(world.url + "/openapi.json")).json()
    schemas = described["components"]["schemas"]
    assert {"ready", "message", "conversation", "typing", "sent", "error", "pong"} == set(
        schemas["CustomerFrame"]["discriminator"]["mapping"]
    )
    assert {"queue", "notes", "mentions", "follow_ups", "conversation_removed"} < set(
        schemas["AgentFrame"]["discriminator"]["mapping"]
    )
    assert {"auth", "send", "read", "typing", "ping"} == set(schemas["CustomerSays"]["discriminator"]["mapping"])
    assert {"auth", "read", "typing", "watch", "unwatch", "follow_ticket", "leave_ticket", "ping"} == set(
        schemas["AgentSays"]["discriminator"]["mapping"]
    )
    # What frames and answers share is described once, and alike.
    for name, schema in frame_schemas().items():
        assert schemas[name] == schema, name
