"""Everything that can go wrong, as one tree.

::

    HandoffError
    ├── BadInput                 422  what was sent makes no sense
    ├── Unauthorized             401  no valid token, password or identity
    ├── Forbidden                403  known, but not allowed
    ├── NotFound                 404
    ├── Conflict                 409  the state of things does not allow it
    │   ├── IllegalMove               a conversation cannot move so; names the move
    │   └── OtherService              the call means an earlier request than the present one
    ├── TooLarge             413
    ├── TooManyRequests          429  with the seconds to wait
    ├── StorageUnavailable       503  Redis cannot be reached or is not ready
    └── StartupError              -   one line for the person who starts the service

    AssistantUnavailable (its own root: the assistant module raises it, the turn worker handles it, no caller sees it)

Losing a race (a claim, for instance) is a normal result of the use case and not in this tree.
"""

from typing import Any


class HandoffError(Exception):
    """An error a caller may see: an HTTP status, a code for programs and one Chinese sentence for people."""

    status = 500

    def __init__(self, code: str, message: str, **extra: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The error envelope of the wire contract."""
        return {"error": {"code": self.code, "message": self.message, **self.extra}}


class BadInput(HandoffError):
    """What was sent makes no sense."""

    status = 422


class Unauthorized(HandoffError):
    """No valid token, password or identity."""

    status = 401


class Forbidden(HandoffError):
    """The caller is known but may not do this. `is_recorded`: the audit log has it from the script that refused."""

    status = 403

    def __init__(self, code: str, message: str, *, is_recorded: bool = False, **extra: Any) -> None:
        super().__init__(code, message, **extra)
        self.is_recorded = is_recorded


class NotFound(HandoffError):
    """No such thing, or not for this caller."""

    status = 404


class Conflict(HandoffError):
    """The state of things does not allow it."""

    status = 409


class IllegalMove(Conflict):
    """A conversation cannot make this move from the state it is in."""

    def __init__(self, move: str, state: str) -> None:
        super().__init__("illegal_move", "会话当前状态不支持此操作，请刷新后再试。", move=move, state=state)


class OtherService(Conflict):
    """The call means a request that is over; what is going on now is another."""

    def __init__(self) -> None:
        super().__init__("stale_request", "这次服务已经结束，现在的是客户新的请求，请刷新后再操作。")


class TooLarge(HandoffError):
    """More than is accepted."""

    status = 413


class TooManyRequests(HandoffError):
    """The caller must wait `retry_after_s` seconds."""

    status = 429

    def __init__(self, code: str, message: str, retry_after_s: int) -> None:
        super().__init__(code, message, retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class StorageUnavailable(HandoffError):
    """Redis cannot be reached or is not ready; nothing was accepted."""

    status = 503

    def __init__(self) -> None:
        super().__init__("storage_unavailable", "服务暂时不可用，消息尚未收到，请稍后重试。")


class StartupError(HandoffError):
    """The service cannot start; the message is one line that says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("startup_failed", message)


class AssistantUnavailable(Exception):
    """The assistant did not answer in time, answered nothing, or answered with an error."""
