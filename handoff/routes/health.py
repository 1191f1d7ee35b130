"""Health: is the process alive, can it serve."""

from fastapi import APIRouter
from pydantic import BaseModel

from handoff.deps import ServicesDep
from handoff.schemas.common import error_responses
from handoff.stores.connection import wait

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
    """The process can serve: Redis answers. Rasa being away does not count, customers are served then too."""
    await wait(services.redis.ping())
    return Health(status="ready")
