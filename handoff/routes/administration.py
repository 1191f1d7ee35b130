"""Agents' accounts: changing them, passwords, ending sessions everywhere."""

from fastapi import APIRouter

from handoff.audit import Action
from handoff.deps import AdministratorDep, AgentTokenDep, ServicesDep, SignedInDep, StaffDep
from handoff.models import Agent
from handoff.routes.agent import Id
from handoff.routes.desk import DeskRoute, audited_move
from handoff.schemas.administration import AgentAccounts, ChangedCapacity, OwnSessions
from handoff.schemas.agent import ChangedAgent, ChangedPassword, NewPassword
from handoff.schemas.common import error_responses
from handoff.usecases import administration, staffing

router = APIRouter(prefix="/api/v1", tags=["administration"], route_class=DeskRoute)


@router.get("/agent/sessions", responses=error_responses(401, 503))
async def own_sessions(services: ServicesDep, token: AgentTokenDep, agent: SignedInDep) -> OwnSessions:
    """Where one is logged in."""
    return OwnSessions(sessions=await administration.own_sessions(services, agent, token))


@router.delete("/agent/sessions/{session_id}", status_code=204, responses=error_responses(401, 404, 422, 503))
@audited_move(Action.LOGOUT)
async def end_own_session(services: ServicesDep, agent: SignedInDep, session_id: Id) -> None:
    """End one of one's own sessions."""
    await administration.end_own_session(services, agent, session_id)


@router.post("/agent/logout-everywhere", responses=error_responses(401, 503))
@audited_move(Action.LOGOUT_EVERYWHERE)
async def logout_everywhere(services: ServicesDep, agent: SignedInDep) -> Agent:
    """End all of one's own sessions, this one too."""
    return await administration.logout_everywhere(services, agent, agent.id)


@router.put("/agent/password", status_code=204, responses=error_responses(401, 413, 422, 429, 503))
@audited_move(Action.PASSWORD_CHANGED)
async def change_password(services: ServicesDep, agent: SignedInDep, body: ChangedPassword) -> None:
    """Change one's own password; all sessions end, this one too."""
    await administration.change_password(services, agent, body.old_password, body.password)


@router.get("/administration/agents", responses=error_responses(401, 403, 503))
async def accounts(services: ServicesDep, _administrator: AdministratorDep) -> AgentAccounts:
    """All agents with when they were last there (administrators)."""
    return AgentAccounts(agents=await administration.accounts_of_all(services))


@router.patch("/agents/{agent_id}", responses=error_responses(401, 403, 404, 409, 413, 422, 503))
@audited_move(Action.AGENT_CHANGED)
async def change_agent(
    services: ServicesDep, administrator: AdministratorDep, agent_id: Id, body: ChangedAgent
) -> Agent:
    """Change an agent (administrators); what is left out stays. A new role, or being disabled, ends their sessions."""
    return await administration.change(services, administrator, agent_id, body)


@router.put("/agents/{agent_id}/capacity", responses=error_responses(401, 403, 404, 413, 422, 503))
@audited_move(Action.AGENT_CHANGED)
async def set_capacity(services: ServicesDep, supervisor: StaffDep, agent_id: Id, body: ChangedCapacity) -> Agent:
    """How many customers an agent serves at once; supervisors, of those whose role is agent, and administrators."""
    return await staffing.set_capacity(services, supervisor, agent_id, body.capacity)


@router.put("/agents/{agent_id}/password", status_code=204, responses=error_responses(401, 403, 404, 413, 422, 503))
@audited_move(Action.PASSWORD_RESET)
async def reset_password(
    services: ServicesDep, administrator: AdministratorDep, agent_id: Id, body: NewPassword
) -> None:
    """Give an agent a new password (administrators); their sessions end."""
    await administration.reset_password(services, administrator, agent_id, body.password)


@router.post("/agents/{agent_id}/logout", responses=error_responses(401, 403, 404, 422, 503))
@audited_move(Action.LOGOUT_EVERYWHERE)
async def logout_agent(services: ServicesDep, administrator: AdministratorDep, agent_id: Id) -> Agent:
    """End all sessions of an agent (administrators)."""
    return await administration.logout_everywhere(services, administrator, agent_id)
