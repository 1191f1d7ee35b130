"""What is due in and after a service: silent customers, and what agents promised to do later."""

import time

from redis.asyncio import Redis

from handoff.keys import Keys
from handoff.models import Draft, FollowUp
from handoff.stores.connection import Scripts, wait
from handoff.stores.messages import script_message


class ServiceEnds:
    """Reads and writes what is due. Reading costs as much as is due, not as much as there is."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def silent(self, limit: int) -> list[str]:
        """Conversations whose customer has owed an answer for long enough, longest first."""
        now_ms = time.time_ns() // 1_000_000
        due = await wait(self._redis.zrangebyscore(self._keys("silent_due"), "-inf", now_ms, start=0, num=limit))
        return [str(conversation_id) for conversation_id in due]

    async def remind(self, conversation_id: str, message: Draft, again_s: float) -> bool:
        """Remind the customer if that is still due. True: they were reminded before and still say nothing."""
        answer = await self._scripts.run(
            "remind", conversation=conversation_id, message=script_message(message), again_ms=int(again_s * 1000)
        )
        return bool(answer.get("reminded_before"))

    async def follow_ups(self, agent_id: str) -> list[FollowUp]:
        """What an agent still has to do, earliest first."""
        stored = await wait(self._redis.hvals(self._keys("follow_ups", agent_id)))
        return sorted((FollowUp.model_validate_json(text) for text in stored), key=lambda one: one.due_at_ms)

    async def end_follow_up(self, agent_id: str, request_id: str) -> None:
        """It is done; saying so twice changes nothing."""
        await wait(self._redis.hdel(self._keys("follow_ups", agent_id), request_id))
