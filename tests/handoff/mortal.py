"""A process that dies at one of its calls to Redis: when the call has taken effect, and before it hears of it."""

from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline


class Dead(BaseException):
    """The process is gone; nothing of it catches this."""


class Mortal:
    """Counts the calls of a process to Redis and lets it die at one of them."""

    def __init__(self, dies_at: int) -> None:
        self.calls = 0
        self._dies_at = dies_at

    async def call(self, work: Callable[[], Awaitable[Any]]) -> Any:
        self.calls += 1
        is_last = self.calls == self._dies_at
        try:
            return await work()
        finally:
            if is_last:
                raise Dead

    def inhabit(self, redis: Redis) -> None:
        execute, pipeline = redis.execute_command, redis.pipeline

        def mortal_pipeline(*arguments: Any, **options: Any) -> Pipeline:
            made = pipeline(*arguments, **options)
            run = made.execute
            made.execute = lambda *a, **o: self.call(lambda: run(*a, **o))  # type: ignore[method-assign]
            return made

        redis.execute_command = lambda *a, **o: self.call(lambda: execute(*a, **o))  # type: ignore[method-assign]
        redis.pipeline = mortal_pipeline  # type: ignore[method-assign]
