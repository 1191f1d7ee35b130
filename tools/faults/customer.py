"""A customer: asks the assistant, asks for a person, talks with the agent, comes back to the assistant, and anew."""

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tools.faults.caller import Caller
from tools.faults.scale import Scale

QUESTIONS = ("怎么开发票", "携号转网需要什么条件", "宽带断了怎么办", "查话费", "流量用完了会怎样", "你好")
FAREWELL = "没有别的问题了，请结束服务"
# The assistant may be away while it is started again; then the customer simply asks once more.
ANSWER_WITHIN_S = 8.0
PERSON_WITHIN_S = 12.0
RECONNECT_S = 0.3
SENT_WITHIN_S = 3.0  # a text sent by stream whose acknowledgement has not come by then is sent again


class Customer:
    """One simulated customer; every second one speaks by HTTP, the others by their stream.

    Attributes:
        said: the acknowledged texts in the order of their acknowledgement.
        said_at: when, on the monotonic clock.
        visits: how often they were with an agent.
        seen: messages by number as the stream delivered them.
        stream_faults: numbers that came twice on one socket, or out of order.
    """

    def __init__(self, number: int, urls: list[str], scale: Scale, seed: int) -> None:
        self.number = number
        self.said: list[str] = []
        self.said_at: list[float] = []
        self.visits = 0
        self.seen: dict[int, dict[str, Any]] = {}
        self.stream_faults: list[str] = []
        self.conversation_id = ""
        self._scale = scale
        self._chance = random.Random(f"{seed}:customer:{number}")
        self._caller = Caller(urls, self._chance)
        self._token = ""
        self._state = "bot"
        self._news = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._acknowledged: set[str] = set()

    @property
    def mishaps(self) -> Counter[str]:
        """What was made to go wrong on this customer's way, by kind."""
        return self._caller.mishaps

    async def live(self, calm: asyncio.Event) -> None:
        """Visits again and again until the kills are over (``calm``) and the visit of that moment has ended."""
        opened = await self._caller.call("POST", "/api/v1/visitors", {"channel": "web"})
        self._token = opened["visitor_token"]
        self.conversation_id = opened["conversation"]["id"]
        self._caller.headers = {"Authorization": f"Bearer {self._token}"}
        reader = asyncio.create_task(self._read())
        try:
            while self.visits == 0 or not calm.is_set():
                await self._visit()
                self.visits += 1
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def transcript(self) -> tuple[str, list[dict[str, Any]]]:
        """The conversation's state and all its messages, as the service has them now."""
        messages: list[dict[str, Any]] = []
        while True:
            after = messages[-1]["seq"] if messages else 0
            page = await self._caller.call("GET", f"/api/v1/conversation?after={after}&limit=500")
            messages += page["messages"]
            if not page["more"]:
                return page["conversation"]["state"], messages

    async def catch_up(self, last_seq: int) -> None:
        """Reads the stream until everything up to ``last_seq`` has come."""
        reader = asyncio.create_task(self._read())
        await self._until(lambda: max(self.seen, default=0) >= last_seq, 60)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)

    async def close(self) -> None:
        """Closes the connections."""
        await self._caller.close()

    async def _visit(self) -> None:
        for _ in range(self._scale.questions):
            await self._think()
            await self._say(self._chance.choice(QUESTIONS))
            await self._answered()
        while self._state == "bot":
            await self._say("转人工")
            await self._until(lambda: self._state != "bot", PERSON_WITHIN_S)
        for exchange in range(self._scale.exchanges):
            await self._until(lambda: self._state == "active", self._scale.end_within_s)
            replies = self._count("agent")
            await self._say(f"客户{self.number}第{self.visits + 1}次来的第{exchange + 1}句话")
            await self._until(lambda before=replies: self._count("agent") > before, 60)  # type: ignore[misc]
            await self._think()
        await self._say(FAREWELL)
        await self._until(lambda: self._state == "bot", self._scale.end_within_s)
        await self._say(self._chance.choice(QUESTIONS))
        await self._answered()

    async def _say(self, text: str) -> None:
        if self.number % 2:
            path = "/api/v1/conversation/messages"
            await self._caller.deliver(path, text, self._chance, self._scale.repeat_rate, self._scale.drop_rate)
        else:
            await self._deliver_by_stream(text)
        self.said.append(text)
        self.said_at.append(time.monotonic())
        if self._chance.random() < self._scale.cut_rate:
            self._cut("socket cut")

    async def _deliver_by_stream(self, text: str) -> None:
        """Sends until it is acknowledged; now and then the socket is cut before that, or it is sent again."""
        frame = {"type": "send", "text": text, "client_message_id": uuid.uuid4().hex}
        loses = self._chance.random() < self._scale.drop_rate
        repeats = self._chance.random() < self._scale.repeat_rate
        while frame["client_message_id"] not in self._acknowledged:
            used = self._socket
            if used is not None and await self._sent(used, frame) and loses:
                loses = False
                await asyncio.sleep(self._chance.uniform(0.0, 0.05))
                self._cut("answer lost")

            def has_news(used: ClientConnection | None = used) -> bool:
                return frame["client_message_id"] in self._acknowledged or self._socket not in (None, used)

            await self._until(has_news, SENT_WITHIN_S)
        if repeats and self._socket is not None and await self._sent(self._socket, frame):
            self.mishaps["sent twice"] += 1

    async def _sent(self, socket: ClientConnection, frame: dict[str, Any]) -> bool:
        try:
            await socket.send(json.dumps(frame))
        except (OSError, WebSocketException):
            return False
        return True

    def _cut(self, mishap: str) -> None:
        if self._socket is not None:
            self._socket.transport.abort()
            self.mishaps[mishap] += 1

    async def _answered(self) -> None:
        mine = max((seq for seq, m in self.seen.items() if m["sender"] == "customer"), default=0)
        await self._until(lambda: max(self.seen, default=0) > mine, ANSWER_WITHIN_S)

    async def _think(self) -> None:
        await asyncio.sleep(self._chance.uniform(0, self._scale.think_s))

    def _count(self, sender: str) -> int:
        return sum(message["sender"] == sender for message in self.seen.values())

    async def _until(self, condition: Callable[[], bool], within_s: float) -> None:
        """Waits for news until ``condition`` holds, or the time is over: people do not wait for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not condition():
                    self._news.clear()
                    await self._news.wait()

    async def _read(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async for frame in self._frames():
                    self._take(frame)
            self._caller.elsewhere()
            await asyncio.sleep(RECONNECT_S)

    async def _frames(self) -> AsyncIterator[dict[str, Any]]:
        url = self._caller.url.replace("http", "ws", 1) + "/api/v1/conversation/stream"
        async with connect(url, proxy=None, open_timeout=5) as socket:
            after = max(self.seen, default=0)
            await socket.send(json.dumps({"type": "auth", "token": self._token, "after": after}))
            self._expected = after + 1
            self._socket = socket
            try:
                async for text in socket:
                    yield json.loads(text)
            finally:
                self._socket = None

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] in ("ready", "conversation"):
            self._state = frame["conversation"]["state"]
        if frame["type"] == "message":
            message = frame["message"]
            if message["seq"] != self._expected:
                self.stream_faults.append(f"customer {self.number}: got {message['seq']} for {self._expected}")
            self._expected = message["seq"] + 1
            self.seen[message["seq"]] = message
        if frame["type"] == "sent":
            self._acknowledged.add(frame["client_message_id"])
        self._news.set()
