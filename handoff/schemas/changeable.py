"""What is said of every kind of settings that a file gives until an administrator changes them."""

from pydantic import BaseModel, Field


class InForce(BaseModel):
    """Which settings are in force, and by whom."""

    version: int = Field(description="To be sent back with a change.")
    source: str = Field(description="`file`: as the file in data/ says; `changed`: by an administrator.")
    changed_by: str | None
    changed_at_ms: int | None
