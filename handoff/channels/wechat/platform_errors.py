"""The platform's error codes by name, and what each means for a message (全局返回码说明).

::

    PlatformError        the platform answered with an error code
    └── TokenRejected    40001, 40014, 42001: refresh and try again
    Unreachable          no answer: it was not done, or may be done twice; try again later
    └── Unanswered       it may have been done: no answer came, or none that can be read
"""

from enum import IntEnum, StrEnum


class Code(IntEnum):
    """Codes with a meaning of their own."""

    SYSTEM_BUSY = -1
    BAD_SECRET = 40001
    INVALID_TOKEN = 40014
    TOKEN_EXPIRED = 42001
    BAD_MEDIA = 40007
    NOT_FOLLOWING = 43004
    USER_REFUSED = 43101
    ADDRESS_NOT_ALLOWED = 40164
    DAILY_QUOTA = 45009
    TOO_FAST = 45011
    OUTSIDE_WINDOW = 45015
    WINDOW_USED_UP = 45047
    NO_PERMISSION = 48001


class Remedy(StrEnum):
    """What to do about an error."""

    REFRESH = "refresh"  # a new token, then again
    RETRY = "retry"  # again after a pause
    HOLD = "hold"  # when the customer writes again
    GIVE_UP = "give_up"  # never: a person must look at it


REMEDIES: dict[int, Remedy] = {
    Code.SYSTEM_BUSY: Remedy.RETRY,
    Code.TOO_FAST: Remedy.RETRY,
    Code.DAILY_QUOTA: Remedy.RETRY,
    Code.BAD_MEDIA: Remedy.RETRY,  # uploaded anew
    Code.BAD_SECRET: Remedy.REFRESH,
    Code.INVALID_TOKEN: Remedy.REFRESH,
    Code.TOKEN_EXPIRED: Remedy.REFRESH,
    Code.OUTSIDE_WINDOW: Remedy.HOLD,
    Code.WINDOW_USED_UP: Remedy.HOLD,
}

# The daily quota comes back at midnight; asking every few seconds would only waste the day's calls.
DAILY_QUOTA_PAUSE_S = 600.0


class PlatformError(Exception):
    """The platform refused."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.name = Code(code).name.lower() if code in list(Code) else f"code_{code}"
        super().__init__(f"{self.name} ({code}) {message[:200]}".strip())

    @property
    def remedy(self) -> Remedy:
        """What to do about it."""
        return REMEDIES.get(self.code, Remedy.GIVE_UP)


class TokenRejected(PlatformError):
    """The access token is not (or no longer) good."""


class Unreachable(Exception):
    """No answer: it was not done, or it does no harm to do it twice."""


class Unanswered(Unreachable):
    """The platform has the call, and what became of it nobody knows."""
