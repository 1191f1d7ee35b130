"""Webhooks that no target would take, for an administrator to see and send again."""

from typing import Annotated

from fastapi import APIRouter, Path

from handoff.audit import Action, entry
from handoff.deps import AdministratorDep, ServicesDep
from handoff.errors import NotFound
from handoff.models import Agent
from handoff.routes.desk import DeskRoute, audited, audited_move
from handoff.schemas.common import error_responses
from handoff.schemas.operations import DeadWebhook, DeadWebhooks, ResentWebhook, ResentWebhooks
from handoff.stores.webhooks import EntryOf

router = APIRouter(prefix="/api/v1/webhooks", tags=["administration"], route_class=DeskRoute)


@router.get("/dead-letters", responses=error_responses(401, 403, 503))
@audited(Action.DEAD_LETTERS_READ, lambda _given: {"channel": "webhooks"})
async def dead_letters(services: ServicesDep, _administrator: AdministratorDep) -> DeadWebhooks:
    """Events that were given up (administrators)."""
    letters = [
        DeadWebhook(
            id=row["id"],
            target=row["target"],
            conversation_id=row["conversation_id"],
            event=row["event"]["event"],
            happened_at_ms=row["event"]["at_ms"],
            data=row["event"].get("data") or {},
            why=row["why"],
            failed_at_ms=row["failed_at_ms"],
        )
        for row in await services.webhooks.dead_letters()
    ]
    return DeadWebhooks(dead_letters=letters)


@router.post("/dead-letters/resend", status_code=202, responses=error_responses(401, 403, 503))
@audited_move(Action.DEAD_LETTER_RESENT)
async def resend_all(services: ServicesDep, administrator: AdministratorDep) -> ResentWebhooks:
    """Tell all of them once more, oldest first (administrators)."""
    return ResentWebhooks(resent=await services.webhooks.resend_all(_entry_of(administrator, which="all")))


@router.post("/dead-letters/{letter_id}/resend", status_code=202, responses=error_responses(401, 403, 404, 503))
@audited_move(Action.DEAD_LETTER_RESENT)
async def resend(
    services: ServicesDep, administrator: AdministratorDep, letter_id: Annotated[str, Path(max_length=200)]
) -> ResentWebhook:
    """Tell it once more, under the same delivery id (administrators)."""
    if not await services.webhooks.resend(letter_id, _entry_of(administrator)):
        raise NotFound("dead_letter_not_found", "这条通知已经重发过，或者不存在。")
    return ResentWebhook(id=letter_id)


def _entry_of(administrator: Agent, **how: str) -> EntryOf:
    details = {"channel": "webhooks", **how}
    return lambda letter_id: entry(Action.DEAD_LETTER_RESENT, administrator, subject=letter_id, details=details)
