"""The connection to Redis and the scripts that run in it."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.backoff import ExponentialBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import ConnectionError, RedisError, ResponseError

from handoff import keys, states, webhook_targets
from handoff.audit import AuditEntry, stored
from handoff.errors import StorageUnavailable
from handoff.keys import Keys
from handoff.stores.failover import FailoverRetry, drop
from handoff.webhook_targets import Target

log = structlog.get_logger(__name__)

LUA_FOLDER = Path(__file__).parent / "lua"
# What redis-py tells the server of itself, looked up once: left alone it searches the disk anew for each connection.
DRIVER = DriverInfo()


def connect(url: str, timeout_s: float, *, repetitions: int = 2, listener: "Redis | None" = None) -> "Redis":
    """A client that gives up soon: a caller is told "not now" within seconds instead of hanging.

    Two quick repetitions bridge a dropped connection. Every script stands a repetition: a second run of the same
    message, claim or turn finds the first and changes nothing. After a fail-over all sockets are opened anew,
    those of the `listener` too.
    """
    # A time-out is not repeated: a server that hangs would be waited for three times over.
    retry = FailoverRetry(ExponentialBackoff(cap=0.2, base=0.05), repetitions, supported_errors=(ConnectionError,))
    redis = Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=retry,
        health_check_interval=15,
        max_connections=500,
        driver_info=DRIVER,
    )
    retry.drop_pool = lambda: drop(redis.connection_pool, listener.connection_pool if listener else None)
    return redis


@asynccontextmanager
async def storage_errors() -> AsyncIterator[None]:
    """Turn whatever redis-py raises into StorageUnavailable."""
    try:
        yield
    except ResponseError as error:
        # It answered, and refused: no memory left, the disk full, or a mistake in a script.
        log.error("storage_refused", error=str(error))
        raise StorageUnavailable from error
    except (RedisError, OSError) as error:
        raise StorageUnavailable from error


def is_refusal(error: Exception) -> bool:
    """Whether Redis is there and refused this one thing; else it is away, and refuses everything."""
    return isinstance(error, StorageUnavailable) and isinstance(error.__cause__, ResponseError)


def is_away(error: Exception) -> bool:
    """Whether Redis cannot be reached at all, so that waiting is all there is to do."""
    return isinstance(error, StorageUnavailable) and not is_refusal(error)


async def wait(answer: Any) -> Any:
    """Await a redis-py call, which may raise StorageUnavailable then.

    Untyped, because redis-py's annotations hold for both clients and both protocols at once and fit none.
    """
    async with storage_errors():
        return await answer


class Scripts:
    """The Lua scripts of one installation: `await scripts.run("claim", request=..., agent=...)`."""

    def __init__(self, redis: "Redis", keyspace: Keys, targets: Sequence[Target] = ()) -> None:
        limits = {
            "conversation_ttl_s": keys.CONVERSATION_TTL_S,
            "request_ttl_s": keys.REQUEST_TTL_S,
            "journal": keys.JOURNAL_LIMIT,
            "transfers": keys.TRANSFER_LIMIT,
            "seen_ms": keys.SEEN_MS,
            "seen_kept": keys.SEEN_KEPT,
            "offering_messages": keys.OFFERING_MESSAGES,
            "feedback_kept": keys.FEEDBACK_KEPT,
            "given_articles": keys.GIVEN_ARTICLE_LIMIT,
            "unhelpful_turns": keys.UNHELPFUL_TURN_LIMIT,
            "notes": keys.NOTE_LIMIT,
            "mentions": keys.MENTION_LIMIT,
            "ticket_changes": keys.TICKET_CHANGE_LIMIT,
            "audit": keys.AUDIT_LIMIT,
        }
        head = keyspace.lua() + states.lua_table() + webhook_targets.lua_table(targets)
        head += "local limits = {" + ", ".join(f"{name} = {value}" for name, value in limits.items()) + "}\n"
        head += (LUA_FOLDER / "prelude.lua").read_text(encoding="utf-8")
        self._scripts = {
            path.stem: redis.register_script(head + path.read_text(encoding="utf-8"))
            for path in sorted(LUA_FOLDER.glob("*.lua"))
            if path.stem != "prelude"
        }

    async def run(self, name: str, *, audit: AuditEntry | None = None, **arguments: Any) -> dict[str, Any]:
        """Run one script with its arguments (None is left out) and return what it answered.

        `audit` is written to the audit log in the same step, where the script takes effect.
        """
        entry = stored(audit) if audit else None
        return cast(dict[str, Any], json.loads(await self.run_plain(name, audit=entry, **arguments)))

    async def run_plain(self, name: str, **arguments: Any) -> Any:
        """Run one script whose answer is not JSON."""
        given = {key: value for key, value in arguments.items() if value is not None}
        text = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
        return await wait(self._scripts[name](args=[text]))
