"""The search for agents, over HTTP, on a few articles: whom they are for, and who may ask."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from sanic import Sanic

from actions.desk_search import serve_search
from actions.library import Library
from bot.decision import load_intents
from bot.knowledge import Customer, Hit
from tests.actions.conftest import ARTICLES, ExactIndex


class SlowIndex(ExactIndex):
    """Searches as long as it is told to."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()
        self.began = threading.Event()

    def search(self, text: str, customer: Customer | None = None, limit: int = 5) -> list[Hit]:
        self.began.set()
        assert self.go_on.wait(20)
        return super().search(text, customer, limit)


@pytest.fixture
def index() -> SlowIndex:
    return SlowIndex()


@pytest.fixture
async def http(index: SlowIndex) -> AsyncIterator[httpx.AsyncClient]:
    app = Sanic(f"desk_search_{time.monotonic_ns()}", configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites the server's own classes, and only once a process
    known = {article.id for article in ARTICLES}
    serve_search(app, Library(index, load_intents().naming_only(known)), "secret")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.after_start()
    headers = {"Authorization": "Bearer secret"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as client:
        yield client
    index.go_on.set()
    await server.before_stop()
    server.close()
    await server.after_stop()
    listener.close()


async def found(http: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await http.get("/knowledge/search", params=query)
    assert answer.status_code == 200
    return [article["article_id"] for article in answer.json()["articles"]]


async def test_customers_conditions_are_respected(http: httpx.AsyncClient) -> None:
    assert await found(http, q="有没有粤语服务", region="广东") == ["region-guangdong"]
    assert await found(http, q="有没有粤语服务", region="上海") == []
    assert await found(http, q="号码被别人过户了") == ["sim-dispute"]  # for people only: agents are people


async def test_search_does_not_hold_up_the_server(http: httpx.AsyncClient, index: SlowIndex) -> None:
    index.go_on.clear()
    slow = asyncio.create_task(found(http, q="怎么查积分"))
    assert await asyncio.to_thread(index.began.wait, 20)
    # The event loop answers while the search is still at work.
    refused = await http.get("/knowledge/search", headers={"Authorization": "Bearer guessed"})
    assert refused.status_code == 401
    assert not slow.done()
    index.go_on.set()
    assert await slow == ["vas-points"]
