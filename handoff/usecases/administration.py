"""What administrators change of agents' accounts, and agents of their own password."""

import json
from typing import Any

from handoff import audit, auth
from handoff.audit import Action, AuditEntry
from handoff.errors import BadInput, Conflict, NotFound
from handoff.models import Agent
from handoff.schemas.administration import AgentAccount, OwnSession
from handoff.schemas.agent import ChangedAgent
from handoff.services import Services
from handoff.usecases import accounts
from handoff.vocabulary import Presence, Role


async def change(services: Services, administrator: Agent, agent_id: str, wanted: ChangedAgent) -> Agent:
    """Change what is given. A new role or being disabled ends the agent's sessions; the customers go back in line."""
    agent = await _find(services, agent_id)
    given: dict[str, Any] = wanted.model_dump(mode="json", exclude_none=True)
    accounts.check_skill_groups(services, given.get("skill_groups", []))
    is_demoted = wanted.role is not None and wanted.role != agent.role
    # So that an administrator remains.
    if agent.id == administrator.id and (is_demoted or wanted.disabled):
        raise Conflict("own_account", "不能停用自己，也不能改自己的角色，请由另一位管理员操作。")
    if "skill_groups" in given:
        given["skill_groups"] = json.dumps(given["skill_groups"])
    if wanted.disabled is not None:
        given["disabled"] = int(wanted.disabled)
    is_over = is_demoted or bool(wanted.disabled)
    if is_over:
        given["presence"] = Presence.OFFLINE
    fields = ",".join(sorted(wanted.model_fields_set))
    was_administrator = agent.role == Role.ADMINISTRATOR and not agent.disabled
    if given and not await services.agents.change(
        agent_id,
        given,
        end_sessions=is_over,
        is_gone=is_over,
        keep_administrator=is_over and was_administrator,
        audit=audit.entry(Action.AGENT_CHANGED, administrator, subject=agent_id, details={"fields": fields}),
    ):
        raise Conflict("last_administrator", "这是最后一位可用的管理员，请先任命另一位。")
    return await _find(services, agent_id)


async def reset_password(services: Services, administrator: Agent, agent_id: str, password: str) -> None:
    """Give an agent a new password; all sessions end."""
    await _find(services, agent_id)
    await _set_password(
        services, agent_id, password, audit.entry(Action.PASSWORD_RESET, administrator, subject=agent_id)
    )


async def change_password(services: Services, agent: Agent, old: str, new: str) -> None:
    """Change one's own password; all sessions end. Guessing the old one is slowed down like logging in."""
    subject = f"change:{agent.id}"
    await accounts.slow_down(services, subject, accounts.FREE_FAILURES)
    if not await auth.check_password(old, await services.agents.password_hash(agent.id)):
        await services.agents.count_login_failure(subject)
        raise BadInput("wrong_password", "原密码不对，请重新输入。")
    await _set_password(services, agent.id, new, audit.entry(Action.PASSWORD_CHANGED, agent))


async def logout_everywhere(services: Services, by: Agent, agent_id: str) -> Agent:
    """End all sessions of an agent; offline at once."""
    await _find(services, agent_id)
    entry = audit.entry(Action.LOGOUT_EVERYWHERE, by, subject=agent_id)
    await services.agents.change(agent_id, {"presence": Presence.OFFLINE}, end_sessions=True, is_gone=True, audit=entry)
    return await _find(services, agent_id)


async def accounts_of_all(services: Services) -> list[AgentAccount]:
    """Every agent as administrators see them, by user name."""
    agents, seen_ms = await services.agents.all(), await services.agents.seen_ms()
    sessions = await services.sessions.counts([agent.id for agent in agents])
    return [
        AgentAccount(**agent.model_dump(), last_seen_ms=seen_ms.get(agent.id), sessions=count)
        for agent, count in zip(agents, sessions, strict=True)
    ]


async def own_sessions(services: Services, agent: Agent, token: str) -> list[OwnSession]:
    """Where the agent is logged in, latest first."""
    present = await accounts.family_of(services, token)
    return [
        OwnSession(
            id=login.family,
            began_ms=login.began_ms,
            used_ms=login.used_ms,
            address=login.address,
            client=login.client,
            present=login.family == present,
        )
        for login in await services.sessions.of(agent.id)
    ]


async def end_own_session(services: Services, agent: Agent, session_id: str) -> None:
    """End one of one's own sessions; nobody else's."""
    if session_id not in {login.family for login in await services.sessions.of(agent.id)}:
        raise NotFound("session_not_found", "这个登录已经结束了。")
    await services.sessions.end(agent.id, session_id, audit=audit.entry(Action.LOGOUT, agent))


async def _set_password(services: Services, agent_id: str, password: str, entry: AuditEntry) -> None:
    fields = {"password_hash": await auth.hash_password(password)}
    await services.agents.change(agent_id, fields, end_sessions=True, audit=entry)


async def _find(services: Services, agent_id: str) -> Agent:
    agent = await services.agents.get(agent_id)
    if agent is None:
        raise NotFound("agent_not_found", "没有找到这位坐席。")
    return agent
