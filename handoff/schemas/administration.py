"""Bodies of what administrators see of agents, and agents of their own sessions."""

from pydantic import BaseModel, Field

from handoff.models import Agent
from handoff.schemas.agent import Capacity
from handoff.schemas.common import Body


class AgentAccount(Agent):
    """An agent as administrators see them."""

    last_seen_ms: int | None = Field(description="None: since they last logged out.")
    sessions: int = Field(description="Logins that have not ended.")


class AgentAccounts(BaseModel):
    """All agents, by user name."""

    agents: list[AgentAccount]


class ChangedCapacity(Body):
    """How many customers an agent serves at once."""

    capacity: Capacity


class OwnSession(BaseModel):
    """One login of the agent who asks."""

    id: str
    began_ms: int = Field(description="0: before this was kept.")
    used_ms: int = Field(description="When it was last refreshed.")
    address: str
    client: str = Field(description="What the browser called itself.")
    present: bool = Field(description="The one that asks.")


class OwnSessions(BaseModel):
    """Where one is logged in, latest first."""

    sessions: list[OwnSession]
