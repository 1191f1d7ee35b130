"""When people serve."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import texts
from handoff.errors import StartupError
from handoff.hours import DAY_MINUTES, Week, WorkingHours, opening_words, parse_period, period_text
from handoff.hours_file import load_hours
from handoff.hours_plan import HoursPlan, WeekPlan
from handoff.services import Services
from handoff.vocabulary import HandoffReason
from tests.handoff.people import until

OFFICE = Week(workday=((540, 720), (780, 1080)), weekend=(), holiday=())
GROUPS = ["bills", "network", "plans", "complaints", "general"]
FILE = Path("data/working_hours.yml")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("08:00-22:00", (480, 1320)),
        ("00:00-24:00", (0, 1440)),
        ("20:00-02:00", (1200, 1560)),
        ("8:30-9:00", (510, 540)),
    ],
)
def test_periods_are_read_in_minutes(text: str, period: tuple[int, int]) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text", ["", "8-9", "08:60-09:00", "24:00-25:00", "24:00-24:00", "08:00", "-1:00-02:00", "a:b-c:d"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_period(text)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-25 08:59", "2026-11-25 09:00"),
        ("2026-11-25 09:00", "2026-11-25 09:00"),
        ("2026-11-25 12:00", "2026-11-25 13:00"),  # lunch; the end is not open any more
        ("2026-11-25 18:00", "2026-11-26 09:00"),
        ("2026-11-27 18:00", "2026-11-30 09:00"),  # over the weekend
    ],
)
def test_the_next_opening_is_named(moment: str, opening: str) -> None:
    assert WorkingHours(OFFICE).next_opening("bills", at(moment)) == at(opening)


def test_a_night_shift_crosses_midnight() -> None:
    hours = WorkingHours(Week(workday=((1200, 1560),), weekend=(), holiday=()))
    assert hours.is_open("bills", at("2026-11-28 01:59"))  # Saturday, still Friday's shift
    assert not hours.is_open("bills", at("2026-11-28 02:00"))
    assert not hours.is_open("bills", at("2026-11-30 01:00"))  # nobody began on Sunday
    closed = WorkingHours(hours.default, closures=frozenset({date(2026, 11, 28)}))
    assert not closed.is_open("bills", at("2026-11-28 01:00"))


def test_holidays_and_exchanged_days_come_from_the_calendar(tmp_path: Path) -> None:
    file = tmp_path / "hours.yml"
    file.write_text(
        'default: {workday: ["09:00-18:00"], weekend: [], holiday: []}\n'
        "extra_workdays: [2026-11-29]\nclosures: [2026-11-30]\n",
        encoding="utf-8",
    )
    hours = load_hours(file, GROUPS).working()
    assert not hours.is_open("bills", at("2026-10-01 10:00"))  # National Day, a Thursday
    assert hours.is_open("bills", at("2026-10-10 10:00"))  # an exchanged Saturday
    assert not hours.is_open("bills", at("2026-10-17 10:00"))  # an ordinary one
    assert hours.is_open("bills", at("2026-11-29 10:00"))
    assert not hours.is_open("bills", at("2026-11-30 10:00"))
    assert hours.next_opening("bills", at("2026-09-30 18:00")) == at("2026-10-08 09:00")


def test_no_opening_is_promised_for_a_group_that_never_works() -> None:
    assert WorkingHours(Week((), (), ())).next_opening("bills", at("2026-11-25 10:00")) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.lists(st.tuples(st.integers(0, DAY_MINUTES - 1), st.integers(1, DAY_MINUTES)), max_size=3),
)
def test_the_next_opening_is_open_and_nothing_before_it(moment: datetime, spans: list[tuple[int, int]]) -> None:
    periods = tuple((start, start + length) for start, length in spans)
    hours = WorkingHours(Week(periods, periods[:1], ()))
    opening = hours.next_opening("bills", moment)
    if opening is None:
        assert not periods
        return
    assert hours.is_open("bills", opening)
    if opening > moment:
        assert not hours.is_open("bills", opening - timedelta(minutes=1)) or opening - moment < timedelta(minutes=1)


def test_the_products_own_file_is_right_and_mistakes_are_named(tmp_path: Path) -> None:
    assert load_hours(FILE, GROUPS).working().is_open("network", at("2026-10-01 03:00"))
    with pytest.raises(StartupError, match="no such skill group: network"):
        load_hours(FILE, ["bills"])
    wrong = tmp_path / "hours.yml"
    for text in (
        "",
        "default: {}",
        'default: {workday: ["9"], weekend: [], holiday: []}',
        "closures: [1]",
        "weeks: {}",
    ):
        wrong.write_text(text, encoding="utf-8")
        with pytest.raises(StartupError):
            load_hours(wrong, GROUPS)
    assert load_hours(tmp_path / "none.yml", GROUPS) == HoursPlan()
    assert HoursPlan().working().is_open("bills", at("2026-10-01 03:00"))


def test_customers_are_told_the_opening() -> None:
    now = at("2026-11-25 23:00")
    assert opening_words(at("2026-11-26 08:00"), now) == "明天 08:00"
    assert opening_words(at("2026-11-25 23:30"), now) == "今天 23:30"
    assert opening_words(at("2026-12-01 08:00"), now) == "12月1日 08:00"
    told = texts.queued(HandoffReason.CUSTOMER_REQUEST, 1, None, 0, "明天 08:00")
    assert "没有人工客服在线" in told
    assert "明天 08:00" in told
    assert "明天 08:00" in texts.still_waiting(2, None, 0, "明天 08:00")
    late = texts.queued(HandoffReason.CUSTOMER_REQUEST, 1, 30, 2, "明天 08:00")
    assert late.startswith("已为您转人工，您排在第 1 位，预计不到 1 分钟，现有 2 位客服在线。")
    assert "现在不是人工客服的上班时间，下次上班是明天 08:00" in late


NOW = at("2026-11-25 23:10").replace(tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday


@pytest.fixture
def late_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the wall of the desks, whenever and wherever the test runs."""
    monkeypatch.setattr("handoff.clock.local", lambda _time_zone: NOW)


def closed_until(tomorrow: date) -> HoursPlan:
    return HoursPlan(
        default=WeekPlan(workday=["09:00-18:00"], weekend=[], holiday=[]),
        closures=[tomorrow - timedelta(days=days) for days in (1, 2)],
        extra_workdays=[tomorrow],
    )


@pytest.fixture
def closed_until_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the service starts: tomorrow is the next day that is worked."""
    tomorrow = (NOW + timedelta(days=1)).date()
    monkeypatch.setattr("handoff.services.load_hours", lambda _path, _groups: closed_until(tomorrow))


@pytest.mark.usefixtures("late_evening", "closed_until_tomorrow")
async def test_who_asks_for_a_person_outside_working_hours_is_told_when_people_are_back(world: Any) -> None:
    visitor = await world.queued_visitor()
    [told] = await visitor.texts("system")
    assert "现在没有人工客服在线，人工客服下次上班时间是明天 09:00" in told
    await visitor.say("还要等多久")
    assert "人工客服下次上班时间是明天 09:00" in (await visitor.answered("system", 2))[1]
    # Somebody happens to be there: the place is real, and so is the offer of something else.
    await world.agent()
    second = await world.queued_visitor()
    [told] = await second.messages("system")
    assert "现有 1 位客服在线" in told["text"]
    assert "下次上班是明天 09:00" in told["text"]
    assert [button["title"] for button in told["buttons"]] == ["继续排队", "请回电", "留言", "取消排队"]


@pytest.fixture
def hours_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handoff.services.load_hours", load_hours)


@pytest.mark.usefixtures("late_evening", "hours_of_the_file")
async def test_administrators_change_the_hours_while_the_service_runs(world: Any) -> None:
    path = "/administration/hours"
    administrator = await world.agent("chen", role="administrator")
    first = (await administrator.call("GET", path)).json()
    assert (first["source"], first["version"], first["changed_by"]) == ("file", 0, None)
    assert first["hours"] == load_hours(FILE, GROUPS).model_dump(mode="json")
    assert [group["skill_group"] for group in first["now"]] == GROUPS

    await administrator.call("PUT", "/agent/presence", presence="offline")
    tomorrow = (NOW + timedelta(days=1)).date()
    wanted = closed_until(tomorrow).model_dump(mode="json")
    changed = await administrator.call("PUT", path, hours=wanted, version=0)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["hours"], changed.json()["source"], changed.json()["version"]) == (wanted, "changed", 1)
    assert changed.json()["changed_by"] == administrator.agent["name"]
    opening = datetime.combine(tomorrow, datetime.min.time(), ZoneInfo("Asia/Shanghai")) + timedelta(hours=9)
    assert {(group["open"], group["next_opening_ms"]) for group in changed.json()["now"]} == {
        (False, int(opening.timestamp() * 1000))
    }
    visitor = await world.queued_visitor()
    assert "人工客服下次上班时间是明天 09:00" in (await visitor.texts("system"))[0]

    late = await administrator.call("PUT", path, hours=first["hours"], version=0)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "changed_meanwhile")
    back = (await administrator.call("DELETE", f"{path}?version=1")).json()
    assert (back["source"], back["version"], back["hours"]) == ("file", 2, first["hours"])


@pytest.mark.usefixtures("hours_of_the_file")
async def test_other_processes_follow_a_change_of_hours(services: Any) -> None:
    other = Services.build(services.settings)
    try:
        assert (await other.hours.held()).plan == services.reference.hours
        assert await services.hours.change(HoursPlan(), 0, by="陈")
        await until(lambda: _plan_is(other, HoursPlan()))
        # A group that has left the installation since does not keep the hours from being read.
        gone = HoursPlan(groups={"gone": HoursPlan().default})
        assert await services.hours.change(gone, 1, by="陈")
        assert (await other.hours.held(fresh=True)).plan == HoursPlan()
        # Neither does what an older release has written.
        await services.redis.hset("xq:hours", mapping={"plan": "{}{", "version": "9"})
        assert (await other.hours.held(fresh=True)).plan == services.reference.hours
    finally:
        await other.close()


async def _plan_is(services: Services, plan: HoursPlan) -> bool:
    return (await services.hours.held()).plan == plan


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ({"default": {"workday": ["9"], "weekend": [], "holiday": []}}, "body.hours.default.workday.0"),
        ({"closures": ["tomorrow"]}, "body.hours.closures.0"),
        ({"closures": [86400]}, "body.hours.closures.0"),
        ({"always": True}, "body.hours.always"),
        ({"groups": {"nobody": {"workday": [], "weekend": [], "holiday": []}}}, None),
    ],
)
async def test_what_the_file_may_not_say_is_refused_over_the_api_too(world: Any, hours: Any, field: str | None) -> None:
    administrator = await world.agent("chen", role="administrator")
    answer = await administrator.call("PUT", "/administration/hours", hours=hours, version=0)
    assert answer.status_code == 422, answer.text
    if field is None:
        assert answer.json()["error"]["code"] == "unknown_skill_group"
    else:
        assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]
    assert (await administrator.call("GET", "/administration/hours")).json()["version"] == 0


async def test_supervisors_see_the_hours_and_administrators_change_them(world: Any) -> None:
    agent, supervisor = await world.agent(), await world.agent("wang", role="supervisor")
    assert (await agent.call("GET", "/administration/hours")).status_code == 403
    seen = await supervisor.call("GET", "/administration/hours")
    assert seen.status_code == 200
    refused = await supervisor.call("PUT", "/administration/hours", hours=seen.json()["hours"], version=0)
    assert refused.status_code == 403
    assert (await supervisor.call("DELETE", "/administration/hours?version=0")).status_code == 403


@given(st.integers(0, DAY_MINUTES - 1), st.integers(1, DAY_MINUTES))
def test_a_period_is_written_as_it_is_read(start: int, length: int) -> None:
    period = (start, start + length)
    assert parse_period(period_text(period)) == period


@pytest.mark.parametrize("today", ["2026-11-25", "2026-12-31", "2028-02-29"])
async def test_hours_are_looked_at_before_they_are_changed(
    world: Any, monkeypatch: pytest.MonkeyPatch, today: str
) -> None:
    boss, agent = await world.agent("boss", role="administrator"), await world.agent()
    now = at(f"{today} 23:59").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr("handoff.clock.local", lambda _time_zone: now)
    closed, extra = (now + timedelta(days=1)).date(), (now + timedelta(days=3)).date()
    office = {"workday": ["09:00-18:00"], "weekend": [], "holiday": []}
    night = {kind: ["20:00-02:00"] for kind in ("workday", "weekend", "holiday")}
    plan = {"default": office, "groups": {"network": night}, "closures": [str(closed), "2020-01-01"]}
    plan["extra_workdays"] = [str(extra)]
    days = (await boss.call("POST", "/administration/hours/preview", hours=plan)).json()["days"]
    assert [day["date"] for day in days] == sorted(day["date"] for day in days)
    by_date = {day["date"]: day for day in days}
    assert by_date[str(closed)]["kind"] == "closure"
    assert [group["periods"] for group in by_date[str(closed)]["groups"]] == [[]] * len(GROUPS)
    assert by_date[str(extra)]["kind"] == "extra_workday"
    periods = {group["skill_group"]: group["periods"] for group in by_date[str(extra)]["groups"]}
    assert (periods["bills"], periods["network"]) == (["09:00-18:00"], ["20:00-02:00"])
    assert {"weekend", "holiday"} <= {day["kind"] for day in days}
    assert all(day["holiday"] for day in days if day["kind"] == "holiday")
    assert (await boss.call("GET", "/administration/hours")).json()["version"] == 0
    wrong = await boss.call("POST", "/administration/hours/preview", hours={"default": {**office, "weekend": ["9-18"]}})
    assert wrong.status_code == 422
    assert (await agent.call("POST", "/administration/hours/preview", hours=plan)).status_code == 403


@pytest.mark.usefixtures("hours_of_the_file")
@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-11-25 10:00", "今天 14:00"), ("2026-11-25 23:10", "明天 12:00"), ("2026-12-31 23:30", "明天 13:00")],
)
async def test_a_ticket_is_due_so_long_after_people_are_there(
    world: Any, monkeypatch: pytest.MonkeyPatch, now: str, due: str
) -> None:
    at_the_desk = at(now).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr("handoff.clock.local", lambda _time_zone: at_the_desk)
    visitor = await world.visitor()
    ticket = {"kind": "message", "text": "宽带断了", "client_ticket_id": "t1"}
    url = f"{visitor.url}/api/v1/conversation/tickets"
    assert (await visitor.http.post(url, json=ticket, headers=visitor.headers)).status_code == 201
    assert f"最晚{due} 前" in (await visitor.texts("system"))[-1]
