"""What is known about a WeChat user besides the conversation: following, unionid, consents, who they are."""

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from handoff.keys import CONVERSATION_TTL_S, DAY_S, Keys
from handoff.models import Customer
from handoff.stores.connection import wait
from handoff.stores.deliveries import Address

# A binding outlives conversations; it ends when a year passes without a word from the customer.
BINDING_TTL_S = 365 * DAY_S


@dataclass(frozen=True)
class Person:
    """A WeChat user; `unionid` is one for all accounts of an operator."""

    unionid: str | None
    follows: bool
    noticed: bool  # was told that a held reply waits


class People:
    """Reads and writes WeChat users."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def get(self, address: Address) -> Person:
        """Who it is; somebody who wrote and of whom nothing else is known follows."""
        fields = await wait(self._redis.hgetall(self._keys("wechat_person", address.key)))
        return Person(fields.get("unionid"), fields.get("follows", "1") == "1", "noticed" in fields)

    async def set_follows(self, address: Address, follows: bool) -> None:
        """The user came or left."""
        await self._set(address, follows="1" if follows else "0")

    async def set_unionid(self, address: Address, unionid: str) -> None:
        """The platform told the unionid. A binding made before is the person's from now on."""
        await self._set(address, unionid=unionid)
        own = self._keys("wechat_binding", address.key)
        bound = await wait(self._redis.get(own))
        if bound:
            await wait(self._redis.set(self._keys("wechat_binding", f"union:{unionid}"), bound, ex=BINDING_TTL_S))

    async def set_noticed(self, address: Address) -> bool:
        """Note that the user was told of a waiting reply; False when that was so already."""
        key = self._keys("wechat_person", address.key)
        first = await wait(self._redis.hsetnx(key, "noticed", "1"))
        await wait(self._redis.expire(key, CONVERSATION_TTL_S))
        return bool(first)

    async def forget_noticed(self, address: Address) -> None:
        """The next waiting reply is worth another notice."""
        await wait(self._redis.hdel(self._keys("wechat_person", address.key), "noticed"))

    async def wrote(self, address: Address) -> None:
        """The user wrote: they follow, whatever we missed, and the next waiting reply is worth another notice."""
        await self._set(address, follows="1")
        await self.forget_noticed(address)

    async def add_consent(self, address: Address, template_id: str, accepted: bool) -> None:
        """One more subscription message may be sent, or none at all."""
        key = self._keys("wechat_person", address.key)
        if accepted:
            await wait(self._redis.hincrby(key, f"consent:{template_id}", 1))
            await wait(self._redis.expire(key, CONVERSATION_TTL_S))
        else:
            await wait(self._redis.hdel(key, f"consent:{template_id}"))

    async def use_consent(self, address: Address, template_id: str) -> bool:
        """Take one consent; False when there is none."""
        key, field = self._keys("wechat_person", address.key), f"consent:{template_id}"
        left = int(await wait(self._redis.hincrby(key, field, -1)))
        if left < 0:
            await wait(self._redis.hincrby(key, field, 1))
        return left >= 0

    async def customer(self, address: Address) -> Customer | None:
        """The operator's customer this user is bound to."""
        stored = await wait(self._redis.getex(await self._binding_key(address), ex=BINDING_TTL_S))
        return Customer.model_validate_json(stored) if stored else None

    async def bind(self, address: Address, customer: Customer) -> None:
        """This user is that customer."""
        await wait(self._redis.set(await self._binding_key(address), customer.model_dump_json(), ex=BINDING_TTL_S))

    async def unbind(self, address: Address) -> bool:
        """No longer; False when there was no binding."""
        own = self._keys("wechat_binding", address.key)
        return bool(await wait(self._redis.delete(own, await self._binding_key(address))))

    async def _binding_key(self, address: Address) -> str:
        unionid = (await self.get(address)).unionid
        return self._keys("wechat_binding", f"union:{unionid}" if unionid else address.key)

    async def _set(self, address: Address, **fields: str) -> None:
        key = self._keys("wechat_person", address.key)
        values: Any = fields
        await wait(self._redis.hset(key, mapping=values))
        await wait(self._redis.expire(key, CONVERSATION_TTL_S))
