"""The handoff service's internal API as the actions see it, with a switch for every way it can answer."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

TOKEN = "token-of-the-test"


class FakeHandoff:
    """Remembers every request; `refusal` makes it answer differently."""

    def __init__(self) -> None:
        self.refusal: tuple[int, str] | None = None
        self.requests: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.post("/internal/v1/handoff-requests")(self._request)

    def reset(self) -> None:
        self.refusal = None
        self.requests.clear()

    async def _request(self, request: Request) -> JSONResponse:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401, "unauthorized")
        if self.refusal:
            return _error(*self.refusal)
        body = await request.json()
        known = any(earlier["conversation_id"] == body["conversation_id"] for earlier in self.requests)
        self.requests.append(body)
        answer = {"request_id": "r-1", "created": not known, "state": "queued", "position": 3}
        return JSONResponse(answer | {"estimated_wait_s": 60, "agents_online": 1}, status_code=200 if known else 201)


def _error(status: int, code: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": "不行"}}, status_code=status)
