"""What the console shows alike everywhere."""

from pydantic import BaseModel, Field


class NamedChoice(BaseModel):
    """An id and its Chinese name."""

    id: str
    name: str


class ReferenceData(BaseModel):
    """Names of groups, dispositions, tasks and reasons; target and time zone."""

    skill_groups: list[NamedChoice]
    dispositions: list[NamedChoice]
    tasks: list[NamedChoice]
    reasons: list[NamedChoice]
    service_level_s: float = Field(description="A request claimed within this counts as served in time.")
    time_zone: str = Field(description="IANA name: of working hours, due times and the day of the wall.")
