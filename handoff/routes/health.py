"""Health: is the process alive, can it serve."""

from fastapi import APIRouter
from pydantic import BaseModel

from handoff.deps import ServicesDep
from handoff.schemas.common import error_responses

router = APIRouter(prefix="/health", tags=["health"])


class Health(BaseModel):
    """All is well."""

    status: str


@router.get("/live")
async def live() -> Health:
    """The process runs."""
    return Health(status="alive")


@router.get("/ready", responses=error_responses(503))
async def ready(services: ServicesDep) -> Health:
    """The process can serve: Redis takes what is written. Rasa may be away: customers are served then too."""
    await services.server.check_writable()
    return Health(status="ready")
