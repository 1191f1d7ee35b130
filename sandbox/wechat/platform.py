"""The stand-in's state: accounts, users, tokens, menus, media, and what it was told to do wrong."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.wechat.accounts import SandboxAccount
from sandbox.wechat.users import User

TOKEN_LIFETIME_S = 7200
TOKEN_RENEWAL_S = 300
# Shorter than servers keep a line that nobody uses: nothing is sent into one that is just being closed.
KEPT_S = 2.0
FORCED_PAUSE_S, FORCED_A_DAY = 30, 20

BAD_SECRET, BAD_APP_ID, INVALID_TOKEN, TOKEN_EXPIRED, TOO_OFTEN = 40001, 40013, 40014, 42001, 45009


class ApiError(Exception):
    """An `errcode` of the platform."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


@dataclass
class Token:
    """An access token and its end."""

    value: str
    ends_at_s: float


@dataclass
class Fault:
    """What a call does wrong: answer an error code, an HTTP status, or nothing for a while (`hang_s`)."""

    code: int | None = None
    status: int | None = None
    hang_s: float = 0


@dataclass
class Platform:
    """Everything. `time_offset_s` lets tests live through 48 hours."""

    accounts: list[SandboxAccount]
    delivery_timeout_s: float = 5.0
    deliveries_in_all: int = 3
    time_offset_s: float = 0
    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    old_tokens: dict[str, Token] = field(default_factory=dict)
    forced: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    menus: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    calls: Counter[str] = field(default_factory=Counter)
    notices: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    http: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(
            trust_env=False,
            timeout=60,
            limits=httpx.Limits(max_connections=2000, max_keepalive_connections=200, keepalive_expiry=KEPT_S),
        )
    )
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(secrets.randbelow(10**9) + 10**15))

    def now(self) -> float:
        """The platform's time in seconds."""
        return time.time() + self.time_offset_s

    def new_number(self) -> str:
        """A message id."""
        return str(next(self._numbers))

    def account(self, app_id: str) -> SandboxAccount:
        """The account with this app id, or ApiError."""
        for account in self.accounts:
            if account.app_id == app_id:
                return account
        raise ApiError(BAD_APP_ID, "invalid appid")

    def user(self, openid: str, app_id: str | None = None) -> User:
        """A user; a new one belongs to `app_id` (else the first account)."""
        if openid not in self.users:
            self.users[openid] = User(openid, app_id or self.accounts[0].app_id, self.now)
        return self.users[openid]

    def stable_token(self, app_id: str, secret: str, force: bool) -> Token:
        """The account's token: the same until shortly before its end, unless forced."""
        account = self.account(app_id)
        if secret != account.app_secret:
            raise ApiError(BAD_SECRET, "invalid credential")
        now, known = self.now(), self.tokens.get(app_id)
        if force:
            self._count_forced(app_id)
        elif known and known.ends_at_s - TOKEN_RENEWAL_S > now:
            return known
        if known:
            # The old one goes on for the rest of its time when it is renewed in turn, and dies when it is replaced.
            self.old_tokens[known.value] = Token(known.value, 0 if force else known.ends_at_s)
        token = self.tokens[app_id] = Token(f"tok_{secrets.token_urlsafe(24)}", now + TOKEN_LIFETIME_S)
        return token

    def check_token(self, value: str) -> str:
        """The app id a token is for, or ApiError."""
        for app_id, token in self.tokens.items():
            if token.value == value:
                if token.ends_at_s <= self.now():
                    raise ApiError(TOKEN_EXPIRED, "access_token expired")
                return app_id
        old = self.old_tokens.get(value)
        if old is None:
            raise ApiError(INVALID_TOKEN, "invalid access_token")
        if old.ends_at_s <= self.now():
            raise ApiError(BAD_SECRET, "invalid credential, access_token is invalid or not latest")
        return next(iter(self.tokens))

    def invalidate_token(self, app_id: str) -> None:
        """The token is no longer accepted, as after a reset of the secret."""
        token = self.tokens.pop(app_id, None)
        if token:
            self.old_tokens[token.value] = Token(token.value, 0)

    def start(self, work: Any) -> None:
        """Run something beside the request that asked for it."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def close(self) -> None:
        """End what runs and close the connections."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.http.aclose()

    def _count_forced(self, app_id: str) -> None:
        now = self.now()
        times = self.forced[app_id] = [at for at in self.forced[app_id] if at > now - 24 * 3600]
        if len(times) >= FORCED_A_DAY or (times and now - times[-1] < FORCED_PAUSE_S):
            raise ApiError(TOO_OFTEN, "reach max api daily quota limit")
        times.append(now)
