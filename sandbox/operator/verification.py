"""Short messages with a verification code: how the operator makes sure that a number is somebody's own."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

LIFETIME_S = 5 * 60
RESEND_AFTER_S = 30
TRIES = 5
KEPT_MESSAGES = 50

router = APIRouter()
Json = dict[str, Any]


class CodeRequest(BaseModel):
    """Send a code to this number."""

    phone: str = Field(pattern=r"^1[3-9]\d{9}$")


class CodeCheck(CodeRequest):
    """Is this the code?"""

    code: str = Field(pattern=r"^\d{6}$")


@dataclass
class Code:
    """One code that was sent."""

    code: str
    sent_at_s: float
    tries_left: int = TRIES


class Verification:
    """Codes sent and short messages as the phones show them."""

    def __init__(self) -> None:
        self.codes: dict[str, Code] = {}
        self.messages: list[Json] = []

    def send(self, phone: str) -> None:
        """Send a code, at most one in half a minute."""
        before = self.codes.get(phone)
        if before and time.monotonic() - before.sent_at_s < RESEND_AFTER_S:
            raise HTTPException(429, "a code was sent a moment ago")
        code = f"{secrets.randbelow(10**6):06}"
        self.codes[phone] = Code(code, time.monotonic())
        text = f"【小桥通信】验证码 {code}，5 分钟内有效，用于绑定公众号。请勿告诉他人。"
        self.messages = [*self.messages, {"phone": phone, "text": text}][-KEPT_MESSAGES:]

    def check(self, phone: str, code: str) -> bool:
        """Whether it is the code; each is good once."""
        sent = self.codes.get(phone)
        if sent is None or time.monotonic() - sent.sent_at_s > LIFETIME_S or sent.tries_left <= 0:
            return False
        sent.tries_left -= 1
        if not hmac.compare_digest(sent.code, code):
            return False
        del self.codes[phone]
        return True


def _verification(request: Request) -> Verification:
    state = request.app.state
    if not hasattr(state, "verification"):
        state.verification = Verification()
    found: Verification = state.verification
    return found


@router.post("/verification/codes", status_code=202)
def send_code(request: Request, body: CodeRequest) -> Json:
    """Send a code. The answer is the same for a number that is no customer's: nobody can find out who is one."""
    if any(row["phone"] == body.phone for row in request.app.state.store.customers()):
        _verification(request).send(body.phone)
    return {"sent": True}


@router.post("/verification/checks")
def check_code(request: Request, body: CodeCheck) -> Json:
    """The customer whose number this is, when the code is right; 403 otherwise."""
    if not _verification(request).check(body.phone, body.code):
        raise HTTPException(403, "wrong or expired code")
    row = next(row for row in request.app.state.store.customers() if row["phone"] == body.phone)
    return {**row, "vip": bool(row["vip"]), "elderly": bool(row["elderly"])}


@router.get("/sandbox/sms")
def short_messages(request: Request) -> list[Json]:
    """The short messages sent lately, for the page that plays a phone."""
    return _verification(request).messages
