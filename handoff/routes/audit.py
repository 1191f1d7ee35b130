"""The audit log, for administrators. Reading it is an entry too."""

from typing import Annotated

from fastapi import APIRouter, Query

from handoff.audit import Action
from handoff.deps import AuditorDep, ServicesDep
from handoff.routes.desk import DeskRoute, audited
from handoff.schemas.audit import AuditPage
from handoff.schemas.common import error_responses
from handoff.stores.audit import AuditQuery

router = APIRouter(prefix="/api/v1", tags=["administration"], route_class=DeskRoute)

Id = Annotated[str | None, Query(min_length=1, max_length=100)]
Moment = Annotated[int | None, Query(ge=0, le=2**53)]


@router.get("/audit", responses=error_responses(401, 403, 422, 503))
@audited(Action.AUDIT_READ)
async def read(
    services: ServicesDep,
    _auditor: AuditorDep,
    agent_id: Id = None,
    action: Action | None = None,
    conversation_id: Id = None,
    from_ms: Moment = None,
    to_ms: Annotated[int | None, Query(ge=0, le=2**53, description="Not included.")] = None,
    cursor: Annotated[str | None, Query(pattern=r"^\d{1,15}-\d{1,15}$", description="Of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditPage:
    """Who saw and did what, newest first (administrators)."""
    query = AuditQuery(agent_id, action, conversation_id, from_ms, to_ms)
    found = await services.audit.entries(query, cursor, limit + 1)
    entries = found[:limit]
    return AuditPage(entries=entries, cursor=entries[-1].id if len(found) > limit else None)
