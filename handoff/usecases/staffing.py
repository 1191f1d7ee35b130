"""Which groups agents serve and how many customers at once: what supervisors change of agents, and administrators."""

from handoff import audit, permissions
from handoff.audit import Action
from handoff.errors import Conflict, Forbidden, NotFound
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.services import Services
from handoff.vocabulary import Role


async def join(services: Services, by: Agent, agent_id: str, skill_group: str) -> Agent:
    """From now on the group's requests are the agent's to serve too."""
    _check_group(services, skill_group)
    return await _change(services, by, agent_id, {"joined": skill_group}, join=skill_group)


async def leave(services: Services, by: Agent, agent_id: str, skill_group: str) -> Agent:
    """From now on they are not; whom the agent serves stays theirs. Conflict `last_group`: nothing would remain."""
    _check_group(services, skill_group)
    return await _change(services, by, agent_id, {"left": skill_group}, leave=skill_group)


async def set_capacity(services: Services, by: Agent, agent_id: str, capacity: int) -> Agent:
    """How many customers the agent serves at once from now on."""
    return await _change(services, by, agent_id, {"fields": "capacity"}, capacity=capacity)


async def _change(
    services: Services,
    by: Agent,
    agent_id: str,
    details: dict[str, str],
    *,
    join: str | None = None,
    leave: str | None = None,
    capacity: int | None = None,
) -> Agent:
    refused = await services.agents.change_duty(
        agent_id,
        services.reference.skill_groups,
        join=join,
        leave=leave,
        capacity=capacity,
        only_role=None if permissions.may(by, Permission.ADMINISTER) else Role.AGENT,
        audit=audit.entry(Action.AGENT_CHANGED, by, subject=agent_id, details=details),
    )
    if refused == "other_role":
        raise Forbidden(
            "not_permitted",
            "班长只能调整角色是坐席的同事，其他角色请管理员操作。",
            permission=Permission.ADMINISTER,
        )
    agent = await services.agents.get(agent_id)
    if refused == "missing" or agent is None:
        raise NotFound("agent_not_found", "没有找到这位坐席。")
    if refused == "last_group":
        raise Conflict(
            "last_group",
            f"{agent.name}只在这一个技能组，请先加到别的组再移出；不再接待客户的，请管理员停用账号。",
        )
    return agent


def _check_group(services: Services, skill_group: str) -> None:
    if skill_group not in services.reference.skill_groups:
        raise NotFound("unknown_skill_group", "没有这个技能组，请刷新后再试。")
