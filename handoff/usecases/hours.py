"""Working hours at run time: the file's hold until an administrator changes them."""

import zoneinfo
from datetime import datetime

import structlog

from handoff.errors import BadInput, Conflict
from handoff.hours import WorkingHours
from handoff.hours_plan import HoursPlan
from handoff.models import Agent
from handoff.schemas.hours import GroupNow, HoursAnswer
from handoff.services import Services

log = structlog.get_logger(__name__)


async def read(services: Services) -> HoursAnswer:
    """The hours in force, and who works now."""
    held = await services.hours.held(fresh=True)
    zone = services.settings.time_zone
    now = datetime.now(zoneinfo.ZoneInfo(zone))
    return HoursAnswer(
        hours=held.plan,
        version=held.version,
        source="changed" if held.is_changed else "file",
        changed_by=held.changed_by,
        changed_at_ms=held.changed_at_ms,
        time_zone=zone,
        now=[_now(held.working, group, name, now) for group, name in services.reference.skill_groups.items()],
    )


async def change(services: Services, administrator: Agent, plan: HoursPlan | None, version: int) -> HoursAnswer:
    """Put hours in force, of all processes within a second; None: the file's. Conflict when others changed them."""
    unknown = plan.unknown_groups(services.reference.skill_groups) if plan else []
    if unknown:
        raise BadInput("unknown_skill_group", f"没有这个技能组：{'、'.join(unknown)}。", skill_groups=unknown)
    if not await services.hours.change(plan, version, by=administrator.name):
        raise Conflict("changed_meanwhile", "其他管理员刚刚修改了工作时间，请刷新后再改。")
    log.info("hours_changed", agent_id=administrator.id, source="changed" if plan else "file")
    return await read(services)


def _now(working: WorkingHours, group: str, name: str, now: datetime) -> GroupNow:
    opens = working.next_opening(group, now)
    return GroupNow(
        skill_group=group,
        name=name,
        open=opens == now,
        next_opening_ms=None if opens is None or opens == now else int(opens.timestamp() * 1000),
    )
