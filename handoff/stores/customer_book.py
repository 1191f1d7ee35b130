"""What agents know of customers, beside the operator's identity. The archive provides it."""

from dataclasses import dataclass, field
from typing import Protocol

from handoff.audit import AuditEntry
from handoff.errors import StorageUnavailable


@dataclass(frozen=True)
class Details:
    """What agents wrote down; `version` counts the changes, so that nobody overwrites another's unseen."""

    address: str = ""  # 称呼: how the customer wants to be addressed
    note: str = ""
    tags: list[str] = field(default_factory=list)
    is_vip: bool = False
    is_elderly: bool = False
    version: int = 0


@dataclass(frozen=True)
class Change:
    """One change of a customer's details: only what differs, before and after."""

    at_ms: int
    agent_name: str
    before: dict[str, object]
    after: dict[str, object]


class CustomerSource(Protocol):
    """Where it is kept. Raises StorageUnavailable while it is away."""

    async def details(self, customer_id: str) -> Details:
        """The details, empty ones of a customer nobody wrote anything about."""

    async def changes(self, customer_id: str, limit: int) -> list[Change]:
        """Who changed what, latest first."""

    async def change(
        self, customer_id: str, details: Details, *, agent_id: str, agent_name: str, at_ms: int, audit: AuditEntry
    ) -> Details | None:
        """Store details over the version they name, with an entry of the audit log; None when somebody else was faster.

        What changes nothing is not recorded.
        """


class CustomerBook:
    """Gives the source once there is one."""

    def __init__(self) -> None:
        self._source: CustomerSource | None = None

    def read_from(self, source: CustomerSource) -> None:
        """Where it is kept."""
        self._source = source

    @property
    def source(self) -> CustomerSource:
        """The source; StorageUnavailable in a process without an archive."""
        if self._source is None:
            raise StorageUnavailable
        return self._source
