"""Agent API."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import JSONResponse

from handoff.audit import Action
from handoff.deps import (
    AddressDep,
    AdministratorDep,
    AgentTokenDep,
    ServicesDep,
    ServingDep,
    SignedInDep,
    SupervisorDep,
)
from handoff.models import Agent
from handoff.routes.desk import DeskRoute, audited, audited_move
from handoff.schemas.agent import (
    AgentConversation,
    AgentsAnswer,
    ClaimAnswer,
    CloseService,
    ConversationsAnswer,
    Login,
    NewAgent,
    QueueSnapshot,
    Refresh,
    Reply,
    Session,
    SetPresence,
    Transfer,
)
from handoff.schemas.common import Stored, error_responses
from handoff.schemas.customer import ConversationAnswer
from handoff.schemas.reference import ReferenceData
from handoff.usecases import accounts, service, transfers
from handoff.usecases import reference as names
from handoff.usecases.views import conversation_view, find_conversation

router = APIRouter(prefix="/api/v1", tags=["agent"], route_class=DeskRoute)

Id = Annotated[str, Path(min_length=1, max_length=100)]


@router.post("/agent/login", responses=error_responses(401, 413, 422, 429, 503))
@audited_move(Action.LOGIN)
async def login(
    services: ServicesDep, address: AddressDep, body: Login, user_agent: Annotated[str, Header()] = ""
) -> Session:
    """Log in; the agent is online from then on."""
    return await accounts.login(services, body.username, body.password, address, user_agent)


@router.post("/agent/refresh", responses=error_responses(401, 413, 422, 503))
async def refresh(services: ServicesDep, body: Refresh) -> Session:
    """New tokens for a refresh token, which is used up: used again, it ends the session."""
    return await accounts.refresh(services, body.refresh_token)


@router.post("/agent/logout", responses=error_responses(401, 503))
@audited_move(Action.LOGOUT)
async def logout(services: ServicesDep, token: AgentTokenDep, agent: SignedInDep) -> Agent:
    """Log out; the agent is offline at once."""
    return await accounts.logout(services, token, agent)


@router.get("/agent/me", responses=error_responses(401, 503))
async def me(agent: SignedInDep) -> Agent:
    """Who is logged in."""
    return agent


@router.put("/agent/presence", responses=error_responses(401, 422, 503))
async def set_presence(services: ServicesDep, agent: ServingDep, body: SetPresence) -> Agent:
    """online, break or offline. Online counts while the agent's console is open."""
    return await accounts.set_presence(services, agent, body.presence)


@router.get("/agent/reference", responses=error_responses(401, 503))
async def reference(services: ServicesDep, _agent: SignedInDep) -> ReferenceData:
    """Chinese names of skill groups, dispositions, tasks of the assistant and handoff reasons; target and time zone."""
    return await names.reference(services)


@router.get("/agent/queue", responses=error_responses(401, 503))
async def queue(services: ServicesDep, agent: SignedInDep) -> QueueSnapshot:
    """Who waits and may be claimed by this agent, in the order of service."""
    return QueueSnapshot(requests=await service.queue_for(services, agent))


@router.post(
    "/agent/queue/{request_id}/claim",
    response_model=ClaimAnswer,
    responses=error_responses(401, 403, 404, 409, 503),
)
@audited_move(Action.CLAIMED)
async def claim(services: ServicesDep, agent: ServingDep, request_id: Id) -> ClaimAnswer | JSONResponse:
    """Take a request. Of all who try, one wins; the others get 409 `already_claimed` with the winner's name."""
    result = await service.claim(services, agent, request_id)
    if isinstance(result, service.Lost):
        return _lost(result)
    return ClaimAnswer(conversation=result)


@router.get("/agent/conversations", responses=error_responses(401, 503))
async def my_conversations(services: ServicesDep, agent: SignedInDep) -> ConversationsAnswer:
    """The conversations this agent serves, latest message first."""
    return ConversationsAnswer(conversations=await service.my_conversations(services, agent))


@router.get("/agent/conversations/{conversation_id}", responses=error_responses(401, 403, 404, 503))
@audited(Action.CONVERSATION_READ)
async def read_conversation(
    services: ServicesDep, agent: ServingDep, conversation_id: Id, after: Annotated[int, Query(ge=0)] = 0
) -> AgentConversation:
    """A conversation with transcript, customer, request and what the assistant understood.

    Who has read it before asks for the messages after the last one known, and what was understood of them.
    """
    return await service.read(services, agent, conversation_id, after)


@router.post(
    "/agent/conversations/{conversation_id}/messages",
    status_code=202,
    responses=error_responses(401, 403, 404, 409, 413, 422, 503),
)
async def reply(services: ServicesDep, agent: ServingDep, conversation_id: Id, body: Reply) -> Stored:
    """Write to the customer. Durable when this answers; the same client_message_id is stored once."""
    accepted = await service.reply(services, agent, conversation_id, body)
    return Stored(seq=accepted.seq, duplicate=accepted.duplicate)


@router.post("/agent/conversations/{conversation_id}/close", responses=error_responses(401, 403, 404, 409, 422, 503))
@audited_move(Action.CLOSED)
async def close(
    services: ServicesDep, agent: ServingDep, conversation_id: Id, body: CloseService
) -> ConversationAnswer:
    """End the service with its wrap-up; the assistant serves the customer again."""
    conversation = await service.close(
        services, agent, conversation_id, body.disposition, body.summary, body.resolved, body.follow_up, body.request_id
    )
    return ConversationAnswer(conversation=await conversation_view(services, conversation))


@router.post("/agent/conversations/{conversation_id}/transfer", responses=error_responses(401, 403, 404, 409, 422, 503))
@audited_move(Action.TRANSFERRED)
async def transfer(services: ServicesDep, agent: ServingDep, conversation_id: Id, body: Transfer) -> ConversationAnswer:
    """Give a conversation to a group (head of its queue) or to an agent who is online and has room.

    Supervisors may transfer any conversation, also to themselves.
    """
    if body.agent_id is not None:
        await transfers.to_agent(services, agent, conversation_id, body.agent_id, body.reason, body.request_id)
    elif body.skill_group is not None:
        await transfers.to_group(services, agent, conversation_id, body.skill_group, body.reason, body.request_id)
    conversation = await find_conversation(services, conversation_id)
    return ConversationAnswer(conversation=await conversation_view(services, conversation))


@router.post("/agents", status_code=201, responses=error_responses(401, 403, 409, 422, 503))
@audited_move(Action.AGENT_CREATED)
async def create_agent(services: ServicesDep, administrator: AdministratorDep, body: NewAgent) -> Agent:
    """Add an agent (administrators)."""
    return await accounts.create_agent(services, administrator, body)


@router.get("/agents", responses=error_responses(401, 403, 503))
async def all_agents(services: ServicesDep, _supervisor: SupervisorDep) -> AgentsAnswer:
    """All agents (supervisors)."""
    return AgentsAnswer(agents=await services.agents.all())


def _lost(lost: service.Lost) -> JSONResponse:
    message = f"这位客户已由{lost.claimed_by}接待。" if lost.claimed_by else "这位客户已不在排队。"
    code = "already_claimed" if lost.claimed_by else "no_longer_waiting"
    return JSONResponse({"error": {"code": code, "message": message, "claimed_by": lost.claimed_by}}, 409)
