"""Processes killed for real: a worker in the middle of a turn, Redis in the middle of everything."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff.services import Services
from handoff.settings import Settings
from tests.handoff.conftest import IDENTITY_SECRET, SERVICE_TOKEN
from tests.handoff.people import Visitor, client, until
from tests.handoff.servers import Service, Valkey, free_port, wait_until_ready

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "own-valkey")
    yield server
    server.stop()


class Cluster:
    """Service processes against one Redis and one Rasa."""

    def __init__(self, folder: Path, redis_url: str, rasa_url: str) -> None:
        self._folder = folder
        self._environment = {
            "REDIS_URL": redis_url,
            "XIAOQIAO_RASA_URL": rasa_url,
            "XIAOQIAO_DATA_DIR": str(folder),
            "XIAOQIAO_SERVICE_TOKEN": SERVICE_TOKEN,
            "XIAOQIAO_IDENTITY_SECRET": IDENTITY_SECRET,
            "XIAOQIAO_TURN_TAKEOVER_S": "3",
            "XIAOQIAO_MESSAGES_PER_MINUTE": "10000",
            "XIAOQIAO_MESSAGES_PER_MINUTE_ADDRESS": "100000",
        }
        self.processes: list[Service] = []

    def start(self) -> Service:
        port = free_port()
        service = Service(port, self._environment, self._folder / f"service-{port}.log")
        self.processes.append(service)
        return service

    async def started(self) -> Service:
        service = self.start()
        await asyncio.to_thread(wait_until_ready, service)
        return service

    def stop(self) -> None:
        for service in self.processes:
            if service.process.poll() is None:
                service.kill()


@pytest.fixture
def cluster(tmp_path: Path, own_valkey: Valkey, rasa) -> Iterator[Cluster]:
    running = Cluster(tmp_path, own_valkey.url, rasa.url)
    rasa.service_token = SERVICE_TOKEN
    yield running
    running.stop()


async def test_turn_of_a_killed_worker_is_finished_once(cluster, rasa):
    """Killed while Rasa thinks; another process answers, once, and the order of the turns stays."""
    first = await cluster.started()
    rasa.gate.clear()
    async with client(first.url) as http:
        visitor = await Visitor.open(first.url, http)
        for text in ("等一", "二", "三"):
            await visitor.say(text)
        await until(lambda: rasa.messages_of(visitor.id))
        first.kill()
    second = await cluster.started()
    rasa.gate.set()
    async with client(second.url) as http:
        visitor.url, visitor.http = second.url, http
        assert await visitor.answered("bot", 3) == ["答：等一", "答：二", "答：三"]
        assert [m["seq"] for m in await visitor.messages()] == [1, 2, 3, 4, 5, 6]
    assert rasa.messages_of(visitor.id) == ["等一", "等一", "二", "三"]


async def test_handoff_of_a_killed_worker_is_requested_once(cluster, rasa):
    """Killed after the action's request and before the turn ended: one request, one message about it, no bot text."""
    first = await cluster.started()
    rasa.handoff_url = first.url
    requested = asyncio.Event()

    async def hang_after_request(call):
        if not requested.is_set():
            await rasa.request_handoff(call, reason="complaint")
            requested.set()
            await asyncio.sleep(30)

    rasa.before_answer = hang_after_request
    async with client(first.url) as http:
        visitor = await Visitor.open(first.url, http)
        await visitor.say("投诉你们")
        await asyncio.wait_for(requested.wait(), 10)
        first.kill()
    second = await cluster.started()
    rasa.handoff_url = second.url
    async with client(second.url) as http:
        visitor.url, visitor.http = second.url, http
        agent_free = Services.build(Settings.model_validate({"REDIS_URL": cluster._environment["REDIS_URL"]}))

        async def turn_has_ended() -> bool:
            conversation = await agent_free.conversations.get(visitor.id)
            return conversation is not None and conversation.turn_entry is None

        await until(turn_has_ended, 15)
        assert len(await agent_free.queue.waiting()) == 1
        await agent_free.close()
        assert [m["sender"] for m in await visitor.messages()] == ["customer", "system"]
        assert await visitor.state() == "queued"


async def test_frozen_worker_that_wakes_up_changes_nothing(cluster, rasa):
    """SIGSTOP, not death: the worker comes back after another one answered, and its answer is not delivered."""
    first = await cluster.started()
    rasa.gate.clear()
    async with client(first.url) as http:
        visitor = await Visitor.open(first.url, http)
        await visitor.say("等一下")
        await until(lambda: rasa.messages_of(visitor.id))
        os.kill(first.process.pid, signal.SIGSTOP)
    rasa.gate.set()
    try:
        second = await cluster.started()
        async with client(second.url) as http:
            visitor.url, visitor.http = second.url, http
            assert await visitor.answered("bot") == ["答：等一下"]
            os.kill(first.process.pid, signal.SIGCONT)
            async with client(first.url) as awake:
                visitor.url, visitor.http = first.url, awake
                await visitor.say("再来")
                assert await visitor.answered("bot", 2) == ["答：等一下", "答：再来"]
    finally:
        os.kill(first.process.pid, signal.SIGCONT)


async def test_redis_killed_and_started_again(cluster, rasa, own_valkey):
    """503 and an error frame while it is away; everything accepted is there when it is back; streams go on."""
    service = await cluster.started()
    async with client(service.url) as http:
        visitor = await Visitor.open(service.url, http)
        async with visitor.stream() as s:
            await visitor.say("断电前")
            await s.next("message", 2)
            own_valkey.kill()
            started = time.monotonic()
            refused = await visitor.post("断电中")
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "storage_unavailable")
            assert time.monotonic() - started < 3
            assert (await s.next("error"))["error"]["code"] == "storage_unavailable"
            assert (await http.get("/health/live")).status_code == 200
            assert (await http.get("/health/ready")).status_code == 503
            await s.send(type="send", text="断电中", client_message_id="later")
            error = await until(lambda: [f for f in s.of("error") if f.get("client_message_id") == "later"])
            assert error[0]["error"]["code"] == "storage_unavailable"
            own_valkey.start_again()

            async def accepted() -> bool:
                return (await visitor.post("来电了", key="later")).status_code == 202

            await until(accepted, 15)
            await until(lambda: "答：来电了" in s.texts(), 15)
            assert s.texts() == ["断电前", "答：断电前", "来电了", "答：来电了"]
            assert s.seqs() == [1, 2, 3, 4]
    assert service.stop() == 0


async def test_turn_accepted_just_before_redis_dies_is_answered_after(cluster, rasa, own_valkey):
    service = await cluster.started()
    rasa.gate.clear()
    async with client(service.url) as http:
        visitor = await Visitor.open(service.url, http)
        await visitor.say("等一等")
        await until(lambda: rasa.messages_of(visitor.id))
        own_valkey.kill()
        rasa.gate.set()
        await asyncio.sleep(0.5)  # the worker has its answer and nowhere to put it
        own_valkey.start_again()

        async def answered() -> bool:
            answer = await http.get("/api/v1/conversation", headers=visitor.headers)
            return answer.status_code == 200 and len(answer.json()["messages"]) == 2

        await until(answered, 20)
        assert await visitor.texts() == ["等一等", "答：等一等"]


async def test_frozen_redis_is_told_within_three_seconds(cluster, own_valkey):
    service = await cluster.started()
    async with client(service.url) as http:
        visitor = await Visitor.open(service.url, http)
        os.kill(own_valkey.pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            refused = await visitor.post("有人吗", key="k")
            assert refused.status_code == 503
            assert time.monotonic() - started < 3.5
        finally:
            os.kill(own_valkey.pid, signal.SIGCONT)

        async def accepted() -> bool:
            return (await visitor.post("有人吗", key="k")).status_code == 202

        await until(accepted, 15)
        await visitor.answered("bot")
        assert await visitor.texts() == ["有人吗", "答：有人吗"]


async def test_two_processes_share_the_work(cluster, rasa):
    """Any process takes a message, any process answers it, and every stream hears of it."""
    first, second = await cluster.started(), await cluster.started()
    async with client(first.url) as http_1, client(second.url) as http_2:
        visitor = await Visitor.open(first.url, http_1)
        async with visitor.stream() as s:
            for number in range(20):
                visitor.url, visitor.http = (first.url, http_1) if number % 2 else (second.url, http_2)
                await visitor.say(f"第{number}句")
            await until(lambda: len(s.texts("bot")) == 20, 15)
            assert s.texts("bot") == [f"答：第{number}句" for number in range(20)]
            assert s.seqs() == list(range(1, 41))
    assert rasa.messages_of(visitor.id) == [f"第{number}句" for number in range(20)]


async def test_orderly_end_finishes_what_has_begun(cluster, rasa):
    service = await cluster.started()
    rasa.gate.clear()
    async with client(service.url) as http:
        visitor = await Visitor.open(service.url, http)
        await visitor.say("等一下")
        await until(lambda: rasa.messages_of(visitor.id))
    service.process.terminate()
    rasa.gate.set()
    assert await asyncio.to_thread(service.stop) == 0
    other = await cluster.started()
    async with client(other.url) as http:
        visitor.url, visitor.http = other.url, http
        assert await visitor.texts() == ["等一下", "答：等一下"]
    assert rasa.messages_of(visitor.id) == ["等一下"]


async def test_a_notice_nobody_understands_stops_nothing(world):
    visitor = await world.visitor()
    async with visitor.stream() as s:
        await s.next("ready")
        for nonsense in ("not json", "[]", "{}"):
            await world.services.redis.publish("xq:events", nonsense)
        await visitor.say("你好")
        await until(lambda: s.texts() == ["你好", "答：你好"])


async def test_turn_nobody_understands_stops_nothing(world):
    await world.services.redis.xadd("xq:turns", {"something": "else"})
    visitor = await world.visitor()
    await visitor.say("你好")
    assert await visitor.answered("bot") == ["答：你好"]
