"""Agent API: what is known of the customer of a conversation."""

from typing import Annotated

from fastapi import APIRouter, Path

from handoff.audit import Action
from handoff.deps import ServicesDep, ServingDep
from handoff.routes.desk import DeskRoute, audited, audited_move
from handoff.schemas.common import error_responses
from handoff.schemas.customer_book import CustomerDetails, CustomerRecord
from handoff.usecases import customer_book

router = APIRouter(
    prefix="/api/v1/agent/conversations/{conversation_id}/customer", tags=["agent"], route_class=DeskRoute
)

Id = Annotated[str, Path(min_length=1, max_length=100)]


@router.get("", responses=error_responses(401, 403, 404, 503))
@audited(Action.CUSTOMER_READ)
async def customer_details(services: ServicesDep, agent: ServingDep, conversation_id: Id) -> CustomerRecord:
    """Details that agents wrote down, and who changed them."""
    return await customer_book.read(services, agent, conversation_id)


@router.put("", responses=error_responses(401, 403, 404, 409, 422, 503))
@audited_move(Action.CUSTOMER_CHANGED)
async def change_customer(
    services: ServicesDep, agent: ServingDep, conversation_id: Id, body: CustomerDetails
) -> CustomerDetails:
    """Change the details; the operator's signed identity stays as it is."""
    return await customer_book.change(services, agent, conversation_id, body)
