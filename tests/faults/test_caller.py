"""A run longer than an access token's life goes on in the same session."""

import asyncio
import random

import httpx
import pytest

from tools.faults.caller import Caller, Rejected


class Desk:
    """Takes one access token at a time, until it is told that time has passed."""

    def __init__(self) -> None:
        self.issued = 0
        self.is_over = False
        self.paths: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1/agent/")
        self.paths.append(path)
        if path in ("login", "refresh"):
            if self.is_over:
                return httpx.Response(401, json={})
            self.issued += 1
            return httpx.Response(200, json={"token": f"t{self.issued}", "refresh_token": f"r{self.issued}"})
        is_valid = request.headers.get("authorization") == f"Bearer t{self.issued}"
        return httpx.Response(200 if is_valid else 401, json={})


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def caller(desk: Desk):
    caller = Caller(["http://desk.test"], random.Random(0))
    await caller.close()
    caller._http = httpx.AsyncClient(transport=httpx.MockTransport(desk.answer))
    await caller.log_in("agent1", "secret")
    yield caller
    await caller.close()


async def test_an_expired_token_is_renewed_once_for_all_calls(desk, caller):
    await caller.call("GET", "/api/v1/agent/queue")
    desk.issued += 1  # the token's time is over
    await asyncio.gather(*(caller.call("GET", "/api/v1/agent/queue") for _ in range(5)))
    assert desk.paths.count("refresh") == 1


async def test_a_session_that_is_over_is_told(desk, caller):
    desk.issued += 1
    desk.is_over = True
    with pytest.raises(Rejected, match="401"):
        await caller.call("GET", "/api/v1/agent/queue")
