"""Agent API: whole numbers where the others are masked; each time is an entry in the audit log."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter

from handoff.audit import Action
from handoff.deps import ServicesDep, permitted
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.routes.agent import Id
from handoff.routes.desk import DeskRoute, audited, shows_numbers
from handoff.schemas.common import error_responses
from handoff.schemas.reveal import Reveal, RevealedConversation, RevealedTicket
from handoff.usecases import reveal

router = APIRouter(prefix="/api/v1/agent", tags=["agent"], route_class=DeskRoute)

Seer = Annotated[Agent, permitted(Permission.SEE_NUMBERS)]
ERRORS = error_responses(401, 403, 404, 422, 429, 503)


def _reason(given: Mapping[str, Any]) -> dict[str, str]:
    return {"reason": given["body"].reason}


@router.post("/conversations/{conversation_id}/reveal", responses=ERRORS)
@shows_numbers
@audited(Action.NUMBERS_REVEALED, _reason)
async def reveal_conversation(
    services: ServicesDep, agent: Seer, conversation_id: Id, body: Reveal
) -> RevealedConversation:
    """The whole numbers of a conversation, for who serves it and for supervisors."""
    return await reveal.of_conversation(services, agent, conversation_id)


@router.post("/tickets/{ticket_id}/reveal", responses=ERRORS)
@shows_numbers
@audited(Action.NUMBERS_REVEALED, _reason)
async def reveal_ticket(services: ServicesDep, agent: Seer, ticket_id: Id, body: Reveal) -> RevealedTicket:
    """The whole numbers of a ticket, for its owner and for supervisors."""
    return await reveal.of_ticket(services, agent, ticket_id)
