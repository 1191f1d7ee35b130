"""Working hours, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query

from handoff.audit import Action
from handoff.deps import AdministratorDep, ServicesDep, SupervisorDep
from handoff.routes.desk import DeskRoute, audited_move, shows_numbers
from handoff.schemas.common import error_responses
from handoff.schemas.hours import ChangedHours, HoursAnswer, HoursToPreview, PreviewedHours
from handoff.usecases import hours

router = APIRouter(prefix="/api/v1/administration/hours", tags=["administration"], route_class=DeskRoute)


@router.get("", responses=error_responses(401, 403, 503))
@shows_numbers
async def read(services: ServicesDep, _supervisor: SupervisorDep) -> HoursAnswer:
    """The hours in force, where they come from, and which groups work now (supervisors and administrators)."""
    return await hours.read(services)


@router.post("/preview", responses=error_responses(401, 403, 413, 422, 503))
@shows_numbers
async def preview_hours(services: ServicesDep, _supervisor: SupervisorDep, body: HoursToPreview) -> PreviewedHours:
    """What hours would mean today, tomorrow, on the next holiday and exchanged day, and on their own special days."""
    return await hours.preview(services, body.hours)


@router.put("", responses=error_responses(401, 403, 409, 413, 422, 503))
@shows_numbers
@audited_move(Action.SETTINGS_CHANGED)
async def change(services: ServicesDep, administrator: AdministratorDep, body: ChangedHours) -> HoursAnswer:
    """Put other hours in force at once (administrators)."""
    return await hours.change(services, administrator, body.hours, body.version)


@router.delete("", responses=error_responses(401, 403, 409, 422, 503))
@shows_numbers
@audited_move(Action.SETTINGS_CHANGED)
async def back_to_file(
    services: ServicesDep, administrator: AdministratorDep, version: Annotated[int, Query(ge=0, le=2**31)]
) -> HoursAnswer:
    """Return to the hours of the file (administrators)."""
    return await hours.change(services, administrator, None, version)
