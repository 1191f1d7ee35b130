"""What routes ask for, as Annotated aliases."""

from typing import Annotated, Any, cast

import structlog
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from handoff import auth, permissions
from handoff.audit import Action
from handoff.errors import Forbidden, Unauthorized
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.services import Services
from handoff.usecases import accounts, customers

_visitor_bearer = HTTPBearer(
    auto_error=False, scheme_name="VisitorToken", description="visitor_token of POST /api/v1/visitors"
)
_agent_bearer = HTTPBearer(auto_error=False, scheme_name="AgentToken", description="token of POST /api/v1/agent/login")
_service_bearer = HTTPBearer(auto_error=False, scheme_name="ServiceToken", description="XIAOQIAO_SERVICE_TOKEN")

Credentials = HTTPAuthorizationCredentials | None


def get_services(connection: HTTPConnection) -> Services:
    """The parts of this process."""
    return cast(Services, connection.app.state.services)


ServicesDep = Annotated[Services, Depends(get_services)]


def get_address(connection: HTTPConnection) -> str:
    """The caller's address, for rate limits."""
    return connection.client.host if connection.client else "unknown"


AddressDep = Annotated[str, Depends(get_address)]


async def get_conversation_id(
    services: ServicesDep, credentials: Annotated[Credentials, Depends(_visitor_bearer)]
) -> str:
    """The conversation the visitor token opens."""
    if credentials is None:
        raise Unauthorized("missing_token", "缺少会话凭证，请重新打开页面。")
    conversation_id = await customers.conversation_of(services, credentials.credentials)
    structlog.contextvars.bind_contextvars(conversation_id=conversation_id)
    return conversation_id


ConversationIdDep = Annotated[str, Depends(get_conversation_id)]


async def get_paced_conversation_id(services: ServicesDep, conversation_id: ConversationIdDep) -> str:
    """The same, for small calls that write; TooManyRequests when they come more often than a person presses."""
    limits = {conversation_id: services.settings.calls_per_minute}
    await services.limits.check("calls", limits, "操作得太快了，请稍等一下再试。")
    return conversation_id


PacedConversationIdDep = Annotated[str, Depends(get_paced_conversation_id)]


def get_agent_token(credentials: Annotated[Credentials, Depends(_agent_bearer)]) -> str:
    """The session token as given."""
    if credentials is None:
        raise Unauthorized("missing_session", "请先登录。")
    return credentials.credentials


AgentTokenDep = Annotated[str, Depends(get_agent_token)]


async def get_agent(services: ServicesDep, token: AgentTokenDep) -> Agent:
    """The agent who is logged in."""
    return await accounts.agent_of(services, token)


AgentDep = Annotated[Agent, Depends(get_agent)]


class Permitted:
    """Gives a route the agent who is logged in, if their role has the permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, services: ServicesDep, agent: AgentDep) -> Agent:
        """The agent, or Forbidden, which the audit log hears of."""
        try:
            permissions.check(agent, self.permission)
        except Forbidden as error:
            await services.audit.record(
                Action.REFUSED, agent, details={"code": error.code, "permission": self.permission}
            )
            raise
        return agent


def permitted(permission: Permission) -> Any:
    """What a route of the agent API declares: `agent: Annotated[Agent, permitted(Permission.SERVE)]`."""
    return Depends(Permitted(permission))


SignedInDep = Annotated[Agent, permitted(Permission.SIGNED_IN)]
ServingDep = Annotated[Agent, permitted(Permission.SERVE)]
SupervisorDep = Annotated[Agent, permitted(Permission.SUPERVISE)]
ReviewerDep = Annotated[Agent, permitted(Permission.REVIEW)]
RepliesKeeperDep = Annotated[Agent, permitted(Permission.KEEP_REPLIES)]
StaffDep = Annotated[Agent, permitted(Permission.STAFF)]
AuditorDep = Annotated[Agent, permitted(Permission.AUDIT)]
AdministratorDep = Annotated[Agent, permitted(Permission.ADMINISTER)]


def check_service_token(services: ServicesDep, credentials: Annotated[Credentials, Depends(_service_bearer)]) -> None:
    """Let only our own processes in."""
    expected = services.settings.service_token.get_secret_value()
    if credentials is None or not auth.tokens_equal(credentials.credentials, expected):
        raise Unauthorized("invalid_service_token", "内部接口凭证无效。")


ServiceTokenDep = Depends(check_service_token)
