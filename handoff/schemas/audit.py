"""Bodies of the audit log."""

from pydantic import BaseModel, Field

from handoff.audit import AuditEntry


class AuditPage(BaseModel):
    """Entries, newest first; a few seconds late."""

    entries: list[AuditEntry]
    cursor: str | None = Field(description="For the next page; None: there is no more.")
