"""`python -m handoff` as the person who runs it sees it."""

import asyncio
import socket
import subprocess
import sys

import pytest
import structlog
from redis.asyncio import Redis

from handoff.__main__ import _check_storage, _listen
from handoff.services import Services
from tests.handoff.people import client, until
from tests.handoff.servers import ROOT, Service, Valkey, free_port


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handoff", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_help_says_what_it_is():
    result = run("--help")
    assert result.returncode == 0
    assert "XIAOQIAO_PORT" in result.stdout
    assert "REDIS_URL" in result.stdout


def test_port_in_use_is_one_clear_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("--port", str(port), XIAOQIAO_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert result.stderr == f"handoff: 127.0.0.1:{port} is in use: stop what runs there or set XIAOQIAO_PORT.\n"


def test_small_answers_are_sent_at_once(settings):
    """The body of an answer does not wait for the client to acknowledge its head."""
    with _listen(settings.model_copy(update={"port": free_port()})) as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"XIAOQIAO_PORT": "many"}, "PORT is wrong"),
        ({"XIAOQIAO_ENV": "production"}, "XIAOQIAO_SERVICE_TOKEN is not set"),
        ({"XIAOQIAO_ENV": "production", "XIAOQIAO_SERVICE_TOKEN": "short"}, "XIAOQIAO_SERVICE_TOKEN is shorter"),
        (
            {"XIAOQIAO_ENV": "production", "XIAOQIAO_SERVICE_TOKEN_FILE": "/nowhere/token"},
            "XIAOQIAO_SERVICE_TOKEN_FILE: cannot read /nowhere/token",
        ),
        ({"XIAOQIAO_SERVICE_TOKEN_FILE": "/dev/null"}, "XIAOQIAO_SERVICE_TOKEN_FILE: /dev/null is empty"),
        ({"XIAOQIAO_REFERENCE_DIR": "/nowhere"}, "skill_groups.yml is missing"),
        ({"XIAOQIAO_HOST": "192.0.2.1"}, "cannot listen on 192.0.2.1"),
    ],
)
def test_wrong_settings_are_one_clear_line(tmp_path, environment, line):
    result = run(XIAOQIAO_DATA_DIR=str(tmp_path), **{"XIAOQIAO_PORT": str(free_port()), **environment})
    assert result.returncode == 1
    assert line in result.stderr
    assert result.stderr.count("\n") == 1


async def test_waits_for_redis_and_says_so(tmp_path):
    redis_port = free_port()
    service = Service(
        free_port(),
        {"REDIS_URL": f"redis://127.0.0.1:{redis_port}/0", "XIAOQIAO_DATA_DIR": str(tmp_path)},
        tmp_path / "log",
    )
    try:
        await until(lambda: "waiting for Redis at" in service.said(), 15)
        assert service.process.poll() is None
        valkey = Valkey(tmp_path / "valkey", redis_port)
        async with client(service.url) as http:

            async def is_ready() -> bool:
                try:
                    return (await http.get("/health/ready")).status_code == 200
                except Exception:
                    return False

            await until(is_ready, 20)
        await until(lambda: "已创建管理员" in service.said())
        kept = tmp_path / "secrets" / "admin_password"
        assert str(kept) in service.said()
        assert kept.stat().st_mode & 0o777 == 0o600
        password = kept.read_text()
        assert len(password) >= 16
        assert password not in service.said()  # what is printed ends in logs
        login = {"username": "admin", "password": password}
        async with client(service.url) as http:
            assert (await http.post("/api/v1/agent/login", json=login)).status_code == 200
        assert service.stop() == 0
        assert "Traceback" not in service.said()
        # The secrets it made are its owner's alone, and the next start uses the same.
        secret = tmp_path / "secrets" / "identity_secret"
        assert secret.stat().st_mode & 0o777 == 0o600
        assert len(secret.read_text()) > 30
        again = Service(service.port, {"REDIS_URL": valkey.url, "XIAOQIAO_DATA_DIR": str(tmp_path)}, tmp_path / "log2")
        await until(lambda: "handoff: http" in again.said(), 15)
        again.stop()
        assert "已创建管理员" not in again.said()
        valkey.stop()
    finally:
        service.stop()


@pytest.fixture
async def careless(tmp_path):
    """A Redis that keeps nothing over a restart and evicts when it is full."""
    valkey = Valkey(tmp_path / "valkey", free_port())
    async with Redis.from_url(valkey.url) as redis:
        await redis.config_set("appendonly", "no")
        await redis.config_set("maxmemory-policy", "allkeys-lru")
    yield valkey
    valkey.stop()


async def test_redis_that_may_lose_data_is_refused_in_production(careless, tmp_path):
    production = {
        "REDIS_URL": careless.url,
        "XIAOQIAO_ENV": "production",
        "XIAOQIAO_DATA_DIR": str(tmp_path),
        "XIAOQIAO_PORT": str(free_port()),
        "XIAOQIAO_SERVICE_TOKEN": "s" * 40,
        "XIAOQIAO_IDENTITY_SECRET": "i" * 40,
    }
    result = await asyncio.to_thread(run, **production)
    assert result.returncode == 1
    assert "(appendonly no, maxmemory-policy allkeys-lru)" in result.stderr
    assert "XIAOQIAO_REDIS_MAY_LOSE" in result.stderr


async def test_redis_that_may_lose_data_is_warned_of_where_it_is_accepted(settings, services, careless):
    assert await services.server.risks() == []
    for accepted in ({"env": "development"}, {"env": "production", "redis_may_lose": True}):
        here = Services.build(settings.model_copy(update={"redis_url": careless.url, **accepted}))
        with structlog.testing.capture_logs() as logged:
            await _check_storage(here)
        assert [entry["event"] for entry in logged] == ["storage_may_lose_data"]
        # Many who rent Redis out do not tell.
        await here.redis.execute_command("ACL", "SETUSER", "default", "-config")
        try:
            assert await here.server.risks() is None
        finally:
            await here.redis.execute_command("ACL", "SETUSER", "default", "+config")
        await here.close()
