"""The access token of each account: one for all processes, fetched by one of them (获取稳定版接口调用凭据)."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable

import structlog
from redis.asyncio import Redis

from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.platform_errors import Unreachable
from handoff.keys import Keys
from handoff.stores.connection import wait

log = structlog.get_logger(__name__)

# The platform hands out the next token 5 minutes before the end; a margin of the same size never uses a dead one.
MARGIN_S = 300
LOCK_MS = 12_000  # longer than one fetch may take
WAIT_S = 15.0
LOOK_EVERY_S = 0.05

# fetch(account, force) -> (token, seconds it is good for)
Fetch = Callable[[Account, bool], Awaitable[tuple[str, int]]]

_DELETE_IF = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Tokens:
    """Gives out the shared token and has it fetched when there is none."""

    def __init__(self, redis: "Redis", keys: Keys, fetch: Fetch) -> None:
        self._redis = redis
        self._keys = keys
        self._fetch = fetch
        self._delete_if = redis.register_script(_DELETE_IF)

    async def get(self, account: Account, rejected: str | None = None) -> str:
        """A good token. `rejected`: the platform did not take this one; never answered again then."""
        key = self._keys("wechat_token", account.app_id)
        lock = self._keys("wechat_token_lock", account.app_id)
        give_up_at = time.monotonic() + WAIT_S
        while time.monotonic() < give_up_at:
            token = await wait(self._redis.get(key))
            if token and token != rejected:
                return str(token)
            mine = secrets.token_hex(8)
            if await wait(self._redis.set(lock, mine, nx=True, px=LOCK_MS)):
                try:
                    return await self._refresh(account, key, rejected)
                finally:
                    await wait(self._delete_if(keys=[lock], args=[mine]))
            await asyncio.sleep(LOOK_EVERY_S)
        raise Unreachable("token")

    async def _refresh(self, account: Account, key: str, rejected: str | None) -> str:
        token = await wait(self._redis.get(key))
        if token and token != rejected:
            return str(token)  # somebody fetched it between our look and the lock
        fetched, lifetime_s = await self._fetch(account, False)
        if fetched == rejected:
            # The platform still thinks the token good that it has just refused: a forced one (20 a day) replaces it.
            fetched, lifetime_s = await self._fetch(account, True)
        await wait(self._redis.set(key, fetched, ex=max(1, lifetime_s - min(MARGIN_S, lifetime_s // 2))))
        log.info("wechat_token_fetched", account=account.name)
        return fetched
