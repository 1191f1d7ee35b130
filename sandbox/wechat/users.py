"""The WeChat users of the stand-in: what their phones show, whom they follow, and how often they may be written to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Clock = Callable[[], float]

MESSAGE_WINDOW_S, MESSAGE_REPLIES = 48 * 3600, 5
EVENT_WINDOW_S, EVENT_REPLIES = 60, 3
UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"

OUTSIDE_WINDOW, USED_UP = 45015, 45047


@dataclass
class Window:
    """Replies an account may still send, until a moment."""

    ends_at_s: float = 0
    left: int = 0


@dataclass
class User:
    """One user of one account."""

    openid: str
    app_id: str
    clock: Clock
    unionid: str = field(default_factory=lambda: f"u_{secrets.token_hex(10)}")
    follows: bool = False
    screen: list[dict[str, Any]] = field(default_factory=list)
    typing_until_s: float = 0
    consents: dict[str, int] = field(default_factory=dict)
    message_window: Window = field(default_factory=Window)
    event_window: Window = field(default_factory=Window)

    def show(self, sender: str, kind: str, **content: Any) -> None:
        """A bubble on the phone. Senders: me, account, notice."""
        row = {"n": len(self.screen) + 1, "from": sender, "kind": kind, "at_ms": int(self.clock() * 1000), **content}
        self.screen.append(row)

    def texts(self, *senders: str) -> list[str]:
        """The texts on the screen, of these senders (all when none is given)."""
        return [row.get("text", "") for row in self.screen if not senders or row["from"] in senders]

    def wrote(self) -> None:
        """A message to the account opens its window anew."""
        self.message_window = Window(self.clock() + MESSAGE_WINDOW_S, MESSAGE_REPLIES)

    def acted(self) -> None:
        """A menu click, a follow or a scan opens a short window."""
        self.event_window = Window(self.clock() + EVENT_WINDOW_S, EVENT_REPLIES)

    def take_reply(self) -> int:
        """Count one customer-service message; 0, or the error code that forbids it."""
        open_windows = [w for w in (self.event_window, self.message_window) if w.ends_at_s > self.clock()]
        if not self.follows or not open_windows:
            return OUTSIDE_WINDOW
        for window in open_windows:
            if window.left > 0:
                window.left -= 1
                return 0
        return USED_UP
