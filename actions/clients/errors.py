"""What can go wrong when another system is asked.

ClientError
├── Unreachable      no connection, or it broke
├── TooSlow          no complete answer within the time a turn allows
├── Refused          HTTP status 4xx or 5xx
└── BadAnswer        an answer that cannot be read
"""

from __future__ import annotations


class ClientError(Exception):
    """Another system did not do what it was asked. `system` names it in logs."""

    def __init__(self, system: str, detail: str) -> None:
        super().__init__(f"{system}: {detail}")
        self.system = system


class Unreachable(ClientError):
    """No connection, or it broke."""


class TooSlow(ClientError):
    """No complete answer within the time a turn allows."""


class Refused(ClientError):
    """`status` is the HTTP status, `code` the machine-readable error code if the answer held one."""

    def __init__(self, system: str, status: int, code: str | None = None) -> None:
        super().__init__(system, f"status {status}" + (f" ({code})" if code else ""))
        self.status = status
        self.code = code


class BadAnswer(ClientError):
    """An answer that cannot be read."""
