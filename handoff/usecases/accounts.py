"""Agents' accounts: the first administrator, logging in and out, creating agents."""

import structlog

from handoff import audit, auth, permissions
from handoff.audit import Action
from handoff.errors import BadInput, Conflict, TooManyRequests, Unauthorized
from handoff.models import Agent
from handoff.schemas.agent import NewAgent, Session
from handoff.services import Services
from handoff.stores.sessions import Login
from handoff.usecases.views import now_ms
from handoff.vocabulary import Presence, Role

log = structlog.get_logger(__name__)

FIRST_USERNAME = "admin"
# A person may mistype a few times; then every further try must wait, twice as long each time.
FREE_FAILURES = 5
# From many addresses at once a name is guessed at too. Whoever logged in from an address lately is not held up there by
# what strangers do elsewhere, so that nobody can lock out a colleague, the only administrator least of all.
FREE_FAILURES_PER_NAME = 30
LONGEST_WAIT_S = 300
# An address guesses for many names; an office behind one address mistypes more often than one person.
FREE_FAILURES_PER_ADDRESS = 50
LONGEST_CLIENT = 300  # of what a browser calls itself


async def lacks_administrator(services: Services) -> bool:
    """Whether there is no agent at all yet: the very first start."""
    return not await services.agents.all()


async def create_first_administrator(services: Services, password: str) -> bool:
    """Create `admin`; False when another process was quicker."""
    agent = Agent(id=auth.new_id("a"), username=FIRST_USERNAME, name="管理员", role=Role.ADMINISTRATOR, skill_groups=[])
    return await services.agents.create(agent, await auth.hash_password(password))


async def login(services: Services, username: str, password: str, address: str, client: str = "") -> Session:
    """Open a session. Unauthorized for a wrong name or password alike; TooManyRequests after too many."""
    name = username.lower()
    by_both, by_name, by_address = f"name:{name}@{address}", f"name:{name}", f"address:{address}"
    agent_id = await services.agents.id_of(username)
    try:
        await slow_down(services, by_both, FREE_FAILURES)
        if not await services.agents.knows_place(name, address):
            await slow_down(services, by_name, FREE_FAILURES_PER_NAME)
        await slow_down(services, by_address, FREE_FAILURES_PER_ADDRESS)
    except TooManyRequests:
        await _login_refused(services, Action.LOGIN_LOCKED, agent_id, address)
        raise
    stored_hash = await services.agents.password_hash(agent_id) if agent_id else None
    if not await auth.check_password(password, stored_hash) or agent_id is None:
        await services.agents.count_login_failure(by_both, by_name, by_address)
        log.warning("login_failed")
        await _login_refused(services, Action.LOGIN_FAILED, agent_id, address)
        raise Unauthorized("wrong_credentials", "用户名或密码不对，请重新输入。")
    await services.agents.forget_login_failures(by_both, by_name)
    await services.agents.remember_place(name, address)
    agent = await services.agents.get(agent_id)
    if agent is not None and agent.disabled:
        await _login_refused(services, Action.LOGIN_FAILED, agent_id, address)
        raise Unauthorized("account_disabled", "这个账号已停用，请联系管理员。")
    # Who logs in to serve customers has come to work; a break is taken back by hand. Who does not come for that is not
    # there for them either, whatever they chose the last time; unless they are there now, at another screen.
    if agent is not None and agent.presence == Presence.OFFLINE:
        comes = permissions.comes_to_serve(agent)
        await services.agents.set_presence(agent_id, Presence.ONLINE if comes else Presence.OFFLINE)
        await services.agents.heartbeat(agent_id)
        agent = await services.agents.get(agent_id)
    if agent is None:
        raise Unauthorized("wrong_credentials", "用户名或密码不对，请重新输入。")
    access, refresh = auth.new_token(), auth.new_token()
    access_s, refresh_s = _lifetimes_s(services)
    begun = Login(auth.new_id("f"), agent_id, now_ms(), address, client[:LONGEST_CLIENT])
    entry = audit.entry(Action.LOGIN, agent, address=address)
    await services.sessions.open(
        begun, auth.token_hash(access), auth.token_hash(refresh), access_s, refresh_s, audit=entry
    )
    log.info("login", agent_id=agent_id)
    return _session(services, access, refresh, agent)


async def refresh(services: Services, refresh_token: str) -> Session:
    """New tokens for a refresh token, which is used up. Used again later, it ends the session."""
    access, to = auth.new_token(), auth.new_token()
    access_s, refresh_s = _lifetimes_s(services)
    result = await services.sessions.rotate(
        auth.token_hash(refresh_token),
        to=auth.token_hash(to),
        access=auth.token_hash(access),
        access_s=access_s,
        refresh_s=refresh_s,
    )
    if result.get("reused"):
        log.warning("refresh_token_reused", agent_id=result["agent"])
    agent = await services.agents.get(result["agent"]) if result.get("family") else None
    if agent is None:
        raise Unauthorized("invalid_session", "登录已过期，请重新登录。")
    return _session(services, access, to, agent)


async def agent_of(services: Services, token: str) -> Agent:
    """Whose session a token is; the call counts as a sign of life. Unauthorized when it is over."""
    return await agent_of_family(services, await family_of(services, token))


async def family_of(services: Services, token: str) -> str:
    """The session an access token belongs to; Unauthorized when the token is over."""
    family = await services.sessions.family(auth.token_hash(token))
    if family is None:
        raise Unauthorized("invalid_session", "登录已过期，请重新登录。")
    return family


async def agent_of_family(services: Services, family: str) -> Agent:
    """Whose session it is; a sign of life. Streams ask so, which outlive the access token they began with."""
    agent_id = await services.sessions.agent_id(family)
    if agent_id is not None:
        await services.agents.heartbeat(agent_id)
        agent = await services.agents.get(agent_id)
        if agent is not None and not agent.disabled:
            return agent
    raise Unauthorized("invalid_session", "登录已过期，请重新登录。")


async def logout(services: Services, token: str, agent: Agent) -> Agent:
    """End the session; the agent is offline at once."""
    family = await family_of(services, token)
    await services.sessions.end(agent.id, family, is_gone=True, audit=audit.entry(Action.LOGOUT, agent))
    return await services.agents.get(agent.id) or agent


async def set_presence(services: Services, agent: Agent, presence: Presence) -> Agent:
    """online, break or offline."""
    await services.agents.set_presence(agent.id, presence)
    return await services.agents.get(agent.id) or agent


async def create_agent(services: Services, administrator: Agent, wanted: NewAgent) -> Agent:
    """A new agent; Conflict when the user name is taken."""
    check_skill_groups(services, wanted.skill_groups)
    agent = Agent(id=auth.new_id("a"), **wanted.model_dump(exclude={"password"}))
    entry = audit.entry(Action.AGENT_CREATED, administrator, subject=agent.id, details={"role": agent.role})
    if not await services.agents.create(agent, await auth.hash_password(wanted.password), audit=entry):
        raise Conflict("username_taken", "这个用户名已被使用，请换一个。")
    return agent


def check_skill_groups(services: Services, groups: list[str]) -> None:
    """BadInput names those that do not exist."""
    unknown = [group for group in groups if group not in services.reference.skill_groups]
    if unknown:
        raise BadInput(
            "unknown_skill_group", f"没有技能组：{'、'.join(unknown)}。", allowed=list(services.reference.skill_groups)
        )


async def _login_refused(services: Services, action: Action, agent_id: str | None, address: str) -> None:
    """Whose account it was, where there is one. What was typed is not kept: it may be a password in the wrong box."""
    await services.audit.record(action, subject=agent_id, address=address)


def _lifetimes_s(services: Services) -> tuple[int, int]:
    """Of an access token and of a refresh token."""
    settings = services.settings
    return max(1, int(settings.access_minutes * 60)), max(1, int(settings.session_hours * 3600))


def _session(services: Services, access: str, refresh_token: str, agent: Agent) -> Session:
    access_s, refresh_s = _lifetimes_s(services)
    now = now_ms()
    return Session(
        token=access,
        expires_at_ms=now + access_s * 1000,
        refresh_token=refresh_token,
        refresh_expires_at_ms=now + refresh_s * 1000,
        agent=agent,
    )


async def slow_down(services: Services, subject: str, free: int) -> None:
    """TooManyRequests while somebody with too many failures must wait."""
    failures = await services.agents.login_failures(subject)
    if failures < free:
        return
    wait_s = min(LONGEST_WAIT_S, 2 ** min(failures - free + 1, 10))
    # One try a window of that length; the window makes the counter the only state that is needed.
    if await services.limits.tried_within(f"login:{subject}", wait_s):
        raise TooManyRequests("too_many_logins", f"密码错误次数过多，请 {wait_s} 秒后再试。", wait_s)
