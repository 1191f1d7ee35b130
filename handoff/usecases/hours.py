"""Working hours at run time: the file's hold until an administrator changes them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import structlog

from handoff import audit, clock
from handoff.audit import Action
from handoff.errors import BadInput, Conflict
from handoff.hours import DayKind, WorkingHours, period_text
from handoff.hours_plan import HoursPlan, holiday_name
from handoff.models import Agent
from handoff.schemas.hours import GroupDay, GroupNow, HoursAnswer, PreviewedDay, PreviewedHours
from handoff.services import Services
from handoff.usecases.in_force import in_force

log = structlog.get_logger(__name__)

PREVIEW_AHEAD_DAYS = 400  # every holiday comes within a year
PREVIEW_SPECIAL_DAYS = 20


async def read(services: Services) -> HoursAnswer:
    """The hours in force, and who works now."""
    held = await services.hours.held(fresh=True)
    working = await services.hours.working()
    zone = services.settings.time_zone
    now = clock.local(zone)
    return HoursAnswer(
        hours=held.plan,
        **in_force(held).model_dump(),
        time_zone=zone,
        now=[group_now(working, group, name, now) for group, name in (await services.groups.names()).items()],
    )


async def change(services: Services, administrator: Agent, plan: HoursPlan | None, version: int) -> HoursAnswer:
    """Put hours in force, of all processes within a second; None: the file's. Conflict when others changed them."""
    unknown = plan.unknown_groups(services.reference.skill_groups) if plan else []
    if unknown:
        raise BadInput("unknown_skill_group", f"没有这个技能组：{'、'.join(unknown)}。", skill_groups=unknown)
    entry = audit.entry(Action.SETTINGS_CHANGED, administrator, details={"what": "working_hours"})
    if not await services.hours.change(plan, version, by=administrator.name, audit=entry):
        raise Conflict("changed_meanwhile", "其他管理员刚刚修改了工作时间，请刷新后再改。")
    log.info("hours_changed", agent_id=administrator.id, source="changed" if plan else "file")
    return await read(services)


async def preview(services: Services, plan: HoursPlan) -> PreviewedHours:
    """The days at which people look before they change hours; nothing is changed."""
    working = plan.working()
    today = clock.local(services.settings.time_zone).date()
    days = {today, today + timedelta(days=1)}
    ahead = [today + timedelta(days=number) for number in range(PREVIEW_AHEAD_DAYS)]
    for kind in (DayKind.WEEKEND, DayKind.HOLIDAY, DayKind.EXCHANGED):
        days.update(next(([day] for day in ahead if working.kind(day) is kind), []))
    special = sorted(day for day in plan.closures + plan.extra_workdays if day >= today)
    days.update(special[:PREVIEW_SPECIAL_DAYS])
    names = await services.groups.names()
    return PreviewedHours(days=[_previewed(names, working, day) for day in sorted(days)])


def group_now(working: WorkingHours, group: str, name: str, now: datetime) -> GroupNow:
    """Whether a group works at this moment, and when it does next."""
    opens = working.next_opening(group, now)
    return GroupNow(
        skill_group=group,
        name=name,
        open=opens == now,
        next_opening_ms=None if opens is None or opens == now else int(opens.timestamp() * 1000),
    )


def _previewed(names: Mapping[str, str], working: WorkingHours, day: date) -> PreviewedDay:
    groups = [
        GroupDay(skill_group=group, name=name, periods=[period_text(one) for one in working.periods(group, day)])
        for group, name in names.items()
    ]
    return PreviewedDay(date=day, kind=working.kind(day), holiday=holiday_name(day), groups=groups)
