"""The master of Redis changes behind one address: what was connected before goes on by itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, ResponseError

from handoff.app import create_app
from handoff.errors import StorageUnavailable
from handoff.services import Services
from handoff.stores.failover import is_read_only
from tests.handoff.makers import make_conversation, system_message
from tests.handoff.people import until
from tests.handoff.servers import Valkey


@dataclass
class Address:
    """One address before several servers, which leads new connections to one of them."""

    to_port: int
    port: int = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Address"]:
        sockets: set[asyncio.StreamWriter] = set()

        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            writer.close()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            behind, there = await asyncio.open_connection("127.0.0.1", self.to_port)
            sockets.update((writer, there))
            await asyncio.gather(pass_on(reader, there), pass_on(behind, writer))

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in sockets:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
            await asyncio.sleep(0)


@dataclass
class Pair:
    """A master, its replica, and the address that leads to whichever is the master."""

    address: Address
    master: Valkey
    replica: Valkey

    async def fail_over(self) -> None:
        async with Redis.from_url(self.master.url) as old, Redis.from_url(self.replica.url) as new:
            await new.execute_command("REPLICAOF", "NO", "ONE")
            await old.execute_command("REPLICAOF", "127.0.0.1", str(self.replica.port))
        self.address.to_port = self.replica.port


@pytest.fixture
async def pair(tmp_path) -> AsyncIterator[Pair]:
    for name in ("master", "replica"):
        (tmp_path / name).mkdir()
    master, replica = Valkey(tmp_path / "master"), Valkey(tmp_path / "replica")
    try:
        async with Redis.from_url(replica.url) as follower, Address(master.port).listening() as address:
            await follower.execute_command("REPLICAOF", "127.0.0.1", str(master.port))
            await until(lambda: _is_up(follower))
            yield Pair(address, master, replica)
    finally:
        master.stop()
        replica.stop()


async def _is_up(follower: Redis) -> bool:
    return (await follower.info("replication")).get("master_link_status") == "up"


async def test_writes_go_on_after_a_fail_over(settings, pair):
    services = Services.build(settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{pair.address.port}/0"}))
    listening = asyncio.create_task(services.hub.run())
    conversation = await make_conversation(services)
    # Several sockets in the pool: a single healed one would not be enough.
    await asyncio.gather(*(services.conversations.append(conversation.id, system_message(f"{n}")) for n in range(5)))
    await until(lambda: services.hub._is_up)
    async with Redis.from_url(pair.replica.url) as follower:
        await until(lambda: _has_all(follower, conversation.id))
    await pair.fail_over()

    stored = await asyncio.gather(
        *(services.conversations.append(conversation.id, system_message(f"后{n}")) for n in range(5))
    )
    assert sorted(one.seq for one in stored) == [6, 7, 8, 9, 10]
    assert len(await services.conversations.messages(conversation.id, 0, 20)) == 10
    # Pipelines, and who listens, have moved too.
    await services.agents.count_login_failure("name:lin")
    with services.hub.subscribe() as subscription:
        subscription.follow("queue")

        async def hears() -> bool:
            await services.agents.announce_queue()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    return any(notice.kind == "queue" for notice in await subscription.take())
            return False

        await until(hears)
    assert await _subscribers(pair.replica) == 1
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await services.close()


async def _has_all(follower: Redis, conversation_id: str) -> bool:
    return int(await follower.llen(f"xq:messages:{conversation_id}")) == 5


async def _subscribers(server: Valkey) -> int:
    async with Redis.from_url(server.url) as redis:
        [(_, count)] = await redis.pubsub_numsub("xq:events")
        return int(count)


async def test_read_only_server_is_not_ready(settings, pair):
    """The address leads to the replica, or memory is full: a PING says nothing of that."""
    services = Services.build(settings.model_copy(update={"redis_url": pair.replica.url}))
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert await services.redis.ping()
        assert (await http.get("/health/ready")).status_code == 503
        with pytest.raises(StorageUnavailable):
            await make_conversation(services)
        async with Redis.from_url(pair.replica.url) as follower:
            await follower.execute_command("REPLICAOF", "NO", "ONE")
        assert (await http.get("/health/ready")).status_code == 200
    await services.close()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ReadOnlyError("You can't write against a read only replica."), True),
        (ResponseError("Error running script (call to f_1): @user_script:3: -READONLY You can't write"), True),
        (ResponseError("Error running script (call to f_1): @user_script:3: -OOM command not allowed"), False),
    ],
)
def test_refusals_of_a_replica_are_known(error, expected):
    assert is_read_only(error) is expected
