"""An agent: claims whoever waits, answers each customer text, closes when the customer says farewell."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter, defaultdict
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from handoff.texts import FINISHED
from tools.faults.caller import Caller, Rejected
from tools.faults.customer import FAREWELL
from tools.faults.scale import Scale

LOOK_EVERY_S = 0.7
CAPACITY = 10


class Agent:
    """One simulated agent.

    Attributes:
        claimed: ids of the requests whose claim this agent was granted.
        said: acknowledged texts by conversation, in order, each after its time on the monotonic clock.
        refused: texts that the service refused, with its reason.
    """

    def __init__(self, number: int, urls: list[str], scale: Scale, seed: int) -> None:
        self.number = number
        self.claimed: list[str] = []
        self.said: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        self.refused: list[str] = []
        self._scale = scale
        self._chance = random.Random(f"{seed}:agent:{number}")
        self._caller = Caller(urls, self._chance)
        self._answered: defaultdict[str, int] = defaultdict(int)  # the last customer text answered, by conversation

    @property
    def mishaps(self) -> Counter[str]:
        """What was made to go wrong on this agent's way, by kind."""
        return self._caller.mishaps

    @property
    def credentials(self) -> dict[str, str]:
        """User name and password."""
        return {"username": f"agent{self.number}", "password": f"fault-run-agent-{self.number}"}

    async def log_in(self) -> None:
        """Starts the session."""
        await self._caller.log_in(**self.credentials)

    async def work(self) -> None:
        """Serves until cancelled."""
        presence = asyncio.create_task(self._stay_present())
        try:
            while True:
                for row in await self.mine():
                    await self._serve(row["id"])
                await self._claim_one()
                await asyncio.sleep(self._chance.uniform(0.3, 1) * LOOK_EVERY_S)
        finally:
            presence.cancel()
            await asyncio.gather(presence, return_exceptions=True)

    async def mine(self) -> list[dict[str, Any]]:
        """The conversations this agent serves, as the service has them now."""
        answer = await self._caller.call("GET", "/api/v1/agent/conversations")
        return list(answer["conversations"])

    async def queue(self) -> list[dict[str, Any]]:
        """Who waits."""
        answer = await self._caller.call("GET", "/api/v1/agent/queue")
        return list(answer["requests"])

    async def close(self) -> None:
        """Closes the connections."""
        await self._caller.close()

    async def _claim_one(self) -> None:
        waiting = [request for request in await self.queue() if not request["reserved"]]
        if not waiting:
            return
        request = self._chance.choice(waiting[:3])
        with contextlib.suppress(Rejected):  # another agent was quicker, or this one has enough to do
            await self._caller.call("POST", f"/api/v1/agent/queue/{request['id']}/claim")
            self.claimed.append(request["id"])

    async def _serve(self, conversation_id: str) -> None:
        conversation = await self._caller.call("GET", f"/api/v1/agent/conversations/{conversation_id}")
        # What came before the end of an earlier service was another agent's, or has been answered.
        ended = max((m["seq"] for m in conversation["messages"] if m["text"] == FINISHED), default=0)
        answered = max(ended, self._answered[conversation_id])
        texts = [m for m in conversation["messages"] if m["sender"] == "customer" and m["seq"] > answered]
        for message in texts:
            self._answered[conversation_id] = message["seq"]
            try:
                if message["text"] == FAREWELL:
                    await self._finish(conversation_id)
                    return
                await self._reply(conversation_id, f"坐席{self.number}答：{message['seq']}")
            except Rejected as e:
                self.refused.append(str(e))
                return

    async def _reply(self, conversation_id: str, text: str) -> None:
        path = f"/api/v1/agent/conversations/{conversation_id}/messages"
        await self._caller.deliver(path, text, self._chance, self._scale.repeat_rate, self._scale.drop_rate)
        self.said[conversation_id].append((time.monotonic(), text))

    async def _finish(self, conversation_id: str) -> None:
        wrap_up = {"disposition": "answered", "resolved": True}
        await self._caller.call("POST", f"/api/v1/agent/conversations/{conversation_id}/close", wrap_up)

    async def _stay_present(self) -> None:
        """Keeps a stream open: an open stream is the agent's heartbeat."""
        session = self._caller.session
        assert session is not None, "the agent is not logged in"
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                url = self._caller.url.replace("http", "ws", 1) + "/api/v1/agent/stream"
                async with connect(url, proxy=None, open_timeout=5) as socket:
                    await socket.send(json.dumps({"type": "auth", "token": session.token}))
                    async for _ in socket:
                        pass
            await asyncio.sleep(LOOK_EVERY_S)
