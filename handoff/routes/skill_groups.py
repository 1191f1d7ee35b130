"""Skill groups, for supervisors and administrators: what holds for them, how they stand, and who serves them."""

from typing import Annotated

from fastapi import APIRouter, Query

from handoff.audit import Action
from handoff.deps import AdministratorDep, ServicesDep, StaffDep
from handoff.models import Agent, SkillGroupId
from handoff.routes.agent import Id
from handoff.routes.desk import DeskRoute, audited_move, shows_numbers
from handoff.schemas.common import error_responses
from handoff.schemas.skill_groups import ChangedGroups, SkillGroupsAnswer
from handoff.usecases import skill_groups, staffing

router = APIRouter(prefix="/api/v1/administration/skill-groups", tags=["administration"], route_class=DeskRoute)


@router.get("", responses=error_responses(401, 403, 503))
@shows_numbers
async def read(services: ServicesDep, _supervisor: StaffDep) -> SkillGroupsAnswer:
    """What holds for the groups, where it comes from, who waits and who is there (supervisors and administrators)."""
    return await skill_groups.read(services)


@router.put("", responses=error_responses(401, 403, 409, 413, 422, 503))
@shows_numbers
@audited_move(Action.SETTINGS_CHANGED)
async def change(services: ServicesDep, administrator: AdministratorDep, body: ChangedGroups) -> SkillGroupsAnswer:
    """Names, queue limits and who helps out, from now on (administrators). Which groups there are, the file says."""
    return await skill_groups.change(services, administrator, body.plan, body.version)


@router.delete("", responses=error_responses(401, 403, 409, 422, 503))
@shows_numbers
@audited_move(Action.SETTINGS_CHANGED)
async def back_to_file(
    services: ServicesDep, administrator: AdministratorDep, version: Annotated[int, Query(ge=0, le=2**31)]
) -> SkillGroupsAnswer:
    """Return to what the file says (administrators)."""
    return await skill_groups.change(services, administrator, None, version)


@router.put("/{skill_group}/members/{agent_id}", responses=error_responses(401, 403, 404, 422, 503))
@audited_move(Action.AGENT_CHANGED)
async def join(services: ServicesDep, supervisor: StaffDep, skill_group: SkillGroupId, agent_id: Id) -> Agent:
    """An agent serves this group too; supervisors, of those whose role is agent, and administrators."""
    return await staffing.join(services, supervisor, agent_id, skill_group)


@router.delete("/{skill_group}/members/{agent_id}", responses=error_responses(401, 403, 404, 409, 422, 503))
@audited_move(Action.AGENT_CHANGED)
async def leave(services: ServicesDep, supervisor: StaffDep, skill_group: SkillGroupId, agent_id: Id) -> Agent:
    """An agent serves this group no longer; whom they serve now stays theirs. 409 `last_group` for their only one."""
    return await staffing.leave(services, supervisor, agent_id, skill_group)
