"""The people who serve."""

from typing import Self

from pydantic import Field

from handoff.models.base import Model
from handoff.vocabulary import Presence, Role


class Agent(Model):
    """A human agent, without the password."""

    id: str
    username: str
    name: str
    role: Role
    skill_groups: list[str] = Field(default=[], description="Empty: all groups.")
    presence: Presence = Presence.OFFLINE
    capacity: int = 5
    disabled: bool = Field(default=False, description="May not log in.")
    active: int = Field(default=0, description="Conversations served now.")

    def serves(self, skill_group: str) -> bool:
        """Whether requests of this group are theirs to claim."""
        return not self.skill_groups or skill_group in self.skill_groups

    @classmethod
    def nobody(cls) -> Self:
        """Stands for an agent whose record is gone."""
        return cls(id="", username="", name="客服", role=Role.AGENT)
