"""A stand-in for Rasa's REST channel that tests can slow down, break, or have say anything.

Run it with uvicorn (see servers.py). Texts steer it, so that a test says in the message what Rasa shall do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.handoff.people import WAIT_S

TURN = {
    "outcome": {"kind": "answer", "article_id": "bill-why-higher", "article_title": "话费为什么变多了", "score": 0.91},
    "intent": "query_bill",
    "confidence": 0.87,
    "intent_ranking": [{"name": "query_bill", "confidence": 0.87}, {"name": "query_balance", "confidence": 0.08}],
    "entities": [{"entity": "month", "value": "2026-10", "start": 0, "end": 2}],
    "articles": [{"article_id": "bill-why-higher", "title": "话费为什么变多了", "score": 0.91}],
    "failed_turns": 0,
}


class FakeRasa:
    """Answers "答：<text>" unless told otherwise."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.gate = asyncio.Event()  # texts with 等 wait for it
        self.gate.set()
        self.before_answer: Callable[[dict[str, Any]], Awaitable[None]] | None = None
        self.turn: dict[str, Any] = TURN  # what was understood of every text
        self.url = ""
        self.handoff_url = ""
        self.service_token = ""
        self.app = Starlette(routes=[Route("/webhooks/rest/webhook", self._webhook, methods=["POST"])])

    def messages_of(self, conversation_id: str) -> list[str]:
        """The texts that came for a conversation, in order."""
        return [c["message"] for c in self.calls if c["metadata"]["conversation_id"] == conversation_id]

    async def _webhook(self, request: Request) -> Response:
        call = await request.json()
        self.calls.append(call)
        text: str = call["message"]
        if "等" in text:
            await self.gate.wait()
        if self.before_answer is not None:
            await self.before_answer(call)
        if "错误" in text:
            return PlainTextResponse("boom", 500)
        if "空" in text:
            return JSONResponse([])
        if "乱" in text:
            return PlainTextResponse("<html>")
        if text.startswith("/transfer_human") or "人工" in text or "投诉" in text:
            await self.request_handoff(call, reason="complaint" if "投诉" in text else "customer_request")
            turn = {**TURN, "intent": "transfer_human", "outcome": {"kind": "handoff", "reason": "customer_request"}}
            return JSONResponse([{"custom": {"turn": turn}}, {"recipient_id": call["sender"], "text": "说晚了的话"}])
        answer: list[dict[str, Any]] = [{"custom": {"turn": self.turn}}]
        if "读不懂" in text:
            answer.append({"custom": {"message": "no object"}})
        if "按钮" in text:
            answer.append(
                {"text": "请选择", "buttons": [{"title": "查账单", "payload": '/query_bill{"month": "2026-10"}'}]}
            )
        elif "卡片" in text:
            message = {"text": "看这里", "buttons": [], "links": [{"title": "营业厅", "url": "https://example.com/a"}]}
            answer.append({"custom": {"message": message}})
        else:
            answer.append({"recipient_id": call["sender"], "text": f"答：{text}"})
        return JSONResponse(answer)

    async def request_handoff(self, call: dict[str, Any], **more: Any) -> httpx.Response:
        """What the action does: ask the service for a person."""
        metadata = call["metadata"]
        async with httpx.AsyncClient(timeout=WAIT_S, trust_env=False, verify=False) as client:
            return await client.post(
                f"{self.handoff_url}/internal/v1/handoff-requests",
                headers={"Authorization": f"Bearer {self.service_token}"},
                json={
                    "conversation_id": metadata["conversation_id"],
                    "turn_seq": metadata["turn_seq"],
                    "skill_group": "bills",
                    "priority": "normal",
                    "context": {
                        "intent": "transfer_human",
                        "confidence": 0.9,
                        "failed_turns": 2,
                        "slots": {"month": None},
                    },
                    **more,
                },
            )
