"""What holds for the skill groups at run time: what the file says, until an administrator changes it."""

import structlog

from handoff import audit, clock
from handoff.audit import Action
from handoff.errors import BadInput, Conflict
from handoff.models import Agent
from handoff.permissions import Permission, may
from handoff.schemas.skill_groups import GroupDefaults, GroupState, SkillGroupsAnswer
from handoff.services import Services
from handoff.skill_groups import GroupsPlan, mistakes
from handoff.usecases.hours import group_now
from handoff.usecases.in_force import in_force
from handoff.usecases.views import now_ms

log = structlog.get_logger(__name__)


async def read(services: Services) -> SkillGroupsAnswer:
    """What is in force, who waits, and who is there."""
    held = await services.groups.held(fresh=True)
    agents = [one for one in await services.agents.all() if may(one, Permission.SERVE) and not one.disabled]
    settings = services.settings
    return SkillGroupsAnswer(
        plan=held.plan,
        **in_force(held).model_dump(),
        defaults=GroupDefaults(queue_limit=settings.queue_limit, overflow_after_s=settings.overflow_after_s),
        now=await _now(services, held.plan),
        agents=agents,
    )


async def change(services: Services, administrator: Agent, plan: GroupsPlan | None, version: int) -> SkillGroupsAnswer:
    """Put a plan in force, of all processes within a second; None: the file's. Conflict when others changed it."""
    if plan is not None:
        if wrong := mistakes(plan, services.reference.groups):
            details = [{"field": f"plan.groups.{one.group}.{one.field}", "problem": one.why} for one in wrong]
            raise BadInput("wrong_skill_groups", wrong[0].why, details=details)
        plan = plan.over(services.reference.groups)
    entry = audit.entry(Action.SETTINGS_CHANGED, administrator, details={"what": "skill_groups"})
    if not await services.groups.change(plan, version, by=administrator.name, audit=entry):
        raise Conflict("changed_meanwhile", "其他管理员刚刚修改了技能组，请刷新后再改。")
    log.info("skill_groups_changed", agent_id=administrator.id, source="changed" if plan else "file")
    return await read(services)


async def _now(services: Services, plan: GroupsPlan) -> list[GroupState]:
    at_ms, now = now_ms(), clock.local(services.settings.time_zone)
    since_ms: dict[str, list[int]] = {}
    for request, _ in await services.board.waiting():
        since_ms.setdefault(request.skill_group, []).append(request.requested_at_ms)
    working = await services.hours.working()
    return [
        GroupState(
            **group_now(working, group, name, now).model_dump(),
            waiting=len(since_ms.get(group, ())),
            longest_wait_s=max(0, at_ms - min(since_ms.get(group, [at_ms]))) // 1000,
        )
        for group, name in plan.names.items()
    ]
