"""Metrics, health and who may call from other sites."""

import re

import structlog
from structlog.testing import capture_logs

from handoff.app import create_app
from handoff.services import Services
from tests.handoff.people import client, until
from tests.handoff.servers import free_port, serve


async def value(world, name: str) -> float:
    """The present value of one metric."""
    text = (await world.http.get(world.url + "/metrics")).text
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


async def test_metrics_count_what_happens(world):
    names = [
        'xiaoqiao_messages_total{sender="customer"}',
        'xiaoqiao_messages_total{sender="bot"}',
        'xiaoqiao_messages_total{sender="agent"}',
        'xiaoqiao_handoff_requests_total{reason="customer_request",skill_group="bills"}',
        'xiaoqiao_claims_total{result="won"}',
        "xiaoqiao_bot_texts_dropped_total",
        'xiaoqiao_turn_seconds_count{result="answered"}',
        'xiaoqiao_claims_total{result="lost"}',
    ]
    before = [await value(world, name) for name in names]
    visitor = await world.visitor()
    await visitor.say("你好", key="1")
    await visitor.say("你好", key="1")  # the same message again does not count
    await visitor.answered("bot")
    await visitor.say("转人工")
    await visitor.in_state("queued")
    agent = await world.agent()
    assert await value(world, 'xiaoqiao_waiting_requests{skill_group="bills"}') == 1
    assert await value(world, 'xiaoqiao_agents{presence="online"}') == 1
    assert await value(world, 'xiaoqiao_oldest_wait_seconds{skill_group="bills"}') > 0
    late = await world.agent("late")
    [request] = await agent.queue()
    await agent.claim_first()
    await late.claim(request["id"])
    await agent.reply(visitor.id, "您好")
    after = [await value(world, name) for name in names]
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 1, 1, 1, 1, 1, 2, 1]
    assert await value(world, 'xiaoqiao_waiting_requests{skill_group="bills"}') == 0
    assert await value(world, "xiaoqiao_served_conversations") == 1


async def test_what_waits_is_shown(world):
    await world.services.redis.zadd("xq:deliveries:wechat", {"c1": 1, "c2": 1})
    await world.services.redis.delete("xq:archive-due")
    world.rasa.gate.clear()
    visitor = await world.visitor()
    await visitor.say("等一下")
    await until(lambda: world.rasa.messages_of(visitor.id))
    assert await value(world, "xiaoqiao_waiting_turns") == 1
    assert await value(world, "xiaoqiao_waiting_archive") == 1
    assert await value(world, 'xiaoqiao_waiting_deliveries{channel="wechat"}') == 2
    world.rasa.gate.set()
    await visitor.answered("bot")
    assert await value(world, "xiaoqiao_waiting_turns") == 0


async def test_whatever_a_turn_logs_names_its_conversation(world):
    """Also from modules that know of no conversation."""
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        visitor = await world.visitor()
        await visitor.say("乱")
        await visitor.answered("system")
        other = await world.visitor()
        await other.say("读不懂的")
        await other.answered("bot")
    lines = {line["event"]: line for line in logs}
    assert lines["assistant_unavailable"]["conversation_id"] == visitor.id
    assert lines["assistant_message_unreadable"]["conversation_id"] == other.id


async def test_metrics_without_redis(settings):
    away = settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{free_port()}/0"})
    async with serve(create_app(Services.build(away))) as url, client(url) as http:
        answer = await http.get("/metrics")
        assert answer.status_code == 200
        assert "xiaoqiao_messages_total" in answer.text
        assert "xiaoqiao_waiting_requests{" not in answer.text
        assert (await http.get("/health/ready")).status_code == 503
        assert (await http.get("/health/live")).status_code == 200


async def test_only_named_sites_may_call_from_a_browser(settings, services):
    named = settings.model_copy(update={"cors_origins": "https://shop.example.com/, https://m.example.com"})
    async with serve(create_app(Services.build(named))) as url, client(url) as http:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        allowed = await http.options("/api/v1/visitors", headers={**asked, "Origin": "https://shop.example.com"})
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://shop.example.com"
        begun = await http.post("/api/v1/visitors", json={}, headers={"Origin": "https://shop.example.com"})
        assert begun.headers["Access-Control-Expose-Headers"] == "Date"
        assert begun.headers["Date"]
        refused = await http.options("/api/v1/visitors", headers={**asked, "Origin": "https://evil.example.com"})
        assert "Access-Control-Allow-Origin" not in refused.headers
    async with serve(create_app(Services.build(settings))) as url, client(url) as http:
        none = await http.post("/api/v1/visitors", json={}, headers={"Origin": "https://shop.example.com"})
        assert "Access-Control-Allow-Origin" not in none.headers
