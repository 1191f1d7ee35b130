"""Addresses of files: signed, for one audience, and over after a while.

What is stored of a message names its files by their ids, which open nothing. Whoever is shown a message gets an address
in the place of each id: it opens the file until its last day, and whoever may read the message then is given another
one. All of a day are alike, so that browsers keep what they have.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from handoff.models import Attachment

ADDRESS_PATTERN: Final = r"^[A-Za-z0-9_-]{43}\.[ac]\d{5}\.[A-Za-z0-9_-]{22}$"
# A page that stays open so long is loaded anew before; agents' sessions are over long before.
PAGE_DAYS: Final = 7
# A link in a chat app is never written anew.
LETTER_DAYS: Final = 30
_DAY_S = 24 * 3600

Shown = TypeVar("Shown")


class Audience(StrEnum):
    """Who is given an address."""

    AGENT = "a"  # sees numbers masked, in names of files too
    CUSTOMER = "c"


@dataclass(frozen=True)
class Opened:
    """What an address names."""

    attachment_id: str
    audience: Audience
    is_over: bool


class Addresses:
    """Makes and reads addresses; all processes of an installation have the same secret."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.new(secret.encode(), b"addresses of files", hashlib.sha256).digest()

    def address(self, attachment_id: str, audience: Audience, days: int = PAGE_DAYS) -> str:
        """What opens a file for this audience, today and so many days more."""
        opens = f"{attachment_id}.{audience}{_today() + days:05}"
        return f"{opens}.{self._mark(opens)}"

    def opened(self, address: str) -> Opened | None:
        """What an address names; None when it is none of ours."""
        if not re.match(ADDRESS_PATTERN, address):
            return None
        opens, _, mark = address.rpartition(".")
        if not hmac.compare_digest(mark, self._mark(opens)):
            return None
        attachment_id, _, rest = opens.partition(".")
        return Opened(attachment_id, Audience(rest[0]), is_over=int(rest[1:]) < _today())

    def placed(self, value: Shown, audience: Audience) -> Shown:
        """The same with addresses for this audience in the place of files' ids, to any depth; copies what changes."""
        result: Any = self._placed(value, audience)
        return result  # type: ignore[no-any-return]

    def _placed(self, value: Any, audience: Audience) -> Any:
        if isinstance(value, Attachment):
            return value.model_copy(update={"id": self.address(value.id, audience)})
        if isinstance(value, BaseModel):
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            changed = self._changed(fields, audience)
            return value.model_copy(update=changed) if changed else value
        if isinstance(value, Mapping):
            changed = self._changed(value, audience)
            return {**value, **changed} if changed else value
        if isinstance(value, list):
            inner = [self._placed(each, audience) for each in value]
            return inner if any(new is not old for new, old in zip(inner, value, strict=True)) else value
        return value

    def _changed(self, fields: Mapping[Any, Any], audience: Audience) -> dict[Any, Any]:
        changed = {}
        for name, old in fields.items():
            if isinstance(old, BaseModel | Mapping | list):
                new = self._placed(old, audience)
                if new is not old:
                    changed[name] = new
        return changed

    def _mark(self, opens: str) -> str:
        digest = hmac.new(self._key, opens.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _today() -> int:
    """Days since the epoch."""
    return int(time.time()) // _DAY_S
