"""Agent API: what helps with the answer: the knowledge base, and what the customer came with before."""

from typing import Annotated

from fastapi import APIRouter, Query

from handoff.audit import Action
from handoff.deps import ServicesDep, ServingDep
from handoff.routes.agent import Id
from handoff.routes.desk import DeskRoute, audited, shows_numbers
from handoff.schemas.common import error_responses
from handoff.schemas.contacts import ContactsAnswer
from handoff.schemas.knowledge import KnowledgeAnswer
from handoff.unicode import repaired
from handoff.usecases import contacts, knowledge

router = APIRouter(prefix="/api/v1/agent", tags=["agent"], route_class=DeskRoute)


@router.get("/knowledge", responses=error_responses(401, 403, 404, 422, 503))
@shows_numbers
async def search_knowledge(
    services: ServicesDep,
    agent: ServingDep,
    q: Annotated[str, Query(max_length=2000, description="What to search; empty: the customer's last message.")] = "",
    conversation_id: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> KnowledgeAnswer:
    """Articles for a search or for the customer's last message; those that are not for this customer are left out."""
    return await knowledge.search(services, agent, str(repaired(q)), conversation_id, limit)


@router.get("/conversations/{conversation_id}/contacts", responses=error_responses(401, 403, 404, 422, 503))
@audited(Action.CONTACTS_READ)
async def earlier_contacts(services: ServicesDep, agent: ServingDep, conversation_id: Id) -> ContactsAnswer:
    """Earlier services by people for the same customer, on any channel, from the archive."""
    return await contacts.earlier(services, agent, conversation_id)
