"""The supervisor's wall: what waits and is served now, and what today's figures count."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.archive.figures import ArchivedFigures
from handoff.archive.tables import ArchivedEvent, ArchivedMessage, ArchivedRequest
from handoff.stores.figures import FigureBoard, Figures
from handoff.usecases.supervision import midnight_ms
from handoff.vocabulary import Role

DAY_MS = 1_800_000_000_000
NOW_MS = DAY_MS + 2 * 3600_000 + 60_000
MINUTE_MS = 60_000


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request, settings):
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").url("figures")
    else:
        url = settings.archive_url.replace("archive.db", "figures.db")
    archive = Database(url)
    await archive.migrate()
    yield archive
    await archive.close()


def request_row(name: str, at_ms: int, **values: object) -> ArchivedRequest:
    base = {"turn_seq": 1, "reason": "customer_request", "skill_group": "bills", "priority": "normal", "context": {}}
    known = {"id": f"r-{name}", "conversation_id": name, "requested_at_ms": at_ms, "state": "queued"}
    return ArchivedRequest(**{**base, **known, **values})


def claim_row(name: str, at_ms: int, number: int = 1) -> ArchivedEvent:
    return ArchivedEvent(conversation_id=name, number=number, kind="claimed", at_ms=at_ms, data={})


def message_row(name: str, at_ms: int, seq: int, sender: str = "agent") -> ArchivedMessage:
    texts = {"id": f"m-{name}-{seq}", "sender_name": "", "text": "您好", "buttons": [], "links": [], "attachments": []}
    return ArchivedMessage(conversation_id=name, seq=seq, sender=sender, created_at_ms=at_ms, **texts)


async def fill(database: Database) -> None:
    """A day with one of each kind."""
    done = {"state": "done", "resolved": True, "satisfaction": 5}
    early, late = DAY_MS + MINUTE_MS, DAY_MS + 70 * MINUTE_MS
    await database.write(
        [
            request_row("yesterday", DAY_MS - 1, **done, ended_at_ms=DAY_MS),
            # Claimed after 10 s, answered after 30 s, transferred, ended 5 minutes after the first claim.
            request_row(
                "quick",
                early,
                **done,
                priority_reasons=["vip", "repeated"],
                claimed_at_ms=early + 200_000,
                ended_at_ms=early + 310_000,
            ),
            claim_row("quick", early - 1),  # of a service before
            claim_row("quick", early + 10_000, 2),
            claim_row("quick", early + 200_000, 3),
            message_row("quick", early - 1, 1),
            message_row("quick", early + 20_000, 2, "bot"),
            message_row("quick", early + 30_000, 3),
            message_row("quick", early + 40_000, 4),
            # Claimed after 90 s: too late. Not resolved, two stars.
            request_row(
                "slow",
                late,
                state="done",
                reason="complaint",
                claimed_at_ms=late + 90_000,
                ended_at_ms=late + 190_000,
                resolved=False,
                satisfaction=2,
            ),
            claim_row("slow", late + 90_000),
            message_row("slow", late + 90_000, 1),
            request_row("gone-soon", late, state="left", ended_at_ms=late + 5_000),  # does not count for the level
            request_row("gone-late", late, state="left", ended_at_ms=late + 61_000),  # does
            request_row("waits-long", late),
            request_row("waits", NOW_MS - 1_000),
        ]
    )


async def test_each_figure_counts_what_it_says(database):
    await fill(database)
    assert await ArchivedFigures(database).since(DAY_MS, NOW_MS, 60) == Figures(
        since_ms=DAY_MS,
        requests=6,
        claimed=2,
        left=2,
        service_level=0.25,  # quick, of quick, slow, gone-late and waits-long
        first_response_s=60.0,  # 30 s and 90 s
        handling_s=200.0,  # 300 s and 100 s
        satisfaction=3.5,
        ratings=2,
        resolved_share=0.5,
        reasons={"customer_request": 5, "complaint": 1},
        priority_reasons={"vip": 1, "repeated": 1},
        by_hour=[1, 4, 1],
    )


async def test_a_day_without_requests_has_no_means(database):
    assert await ArchivedFigures(database).since(DAY_MS, DAY_MS, 60) == Figures(since_ms=DAY_MS, by_hour=[0])


async def test_the_figures_are_found_by_indexes(settings):
    """However long the archive: no table is read through."""
    database = Database(settings.archive_url)
    await database.migrate()
    asked: list[tuple[str, object]] = []
    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, sql, values, _x, _m: asked.append((sql, values)))
    await ArchivedFigures(database).since(DAY_MS, NOW_MS, 60)
    async with database.connect() as connection:
        for sql, values in [one for one in asked if one[0].startswith("SELECT")]:
            plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)).all()
            steps = [row[-1] for row in plan]
            assert any("handoff_requests_by_time" in step for step in steps), steps
            assert not [step for step in steps if step.startswith("SCAN") and "anon" not in step], steps
            assert not [step for step in steps if "ix_events_kind" in step], steps
    await database.close()


async def test_figures_are_counted_once_for_many():
    class Source:
        counted = 0

        async def since(self, since_ms: int, now_ms: int, target_s: float) -> Figures:
            self.counted += 1
            return replace(Figures(since_ms), requests=self.counted)

    source, board = Source(), FigureBoard()
    assert await board.since(1, 2, 60) is None  # no archive in this process
    board.read_from(source)
    assert [await board.since(1, 2, 60), await board.since(1, 3, 60)] == [Figures(1, requests=1)] * 2
    assert await board.since(5, 6, 60) == Figures(5, requests=2)  # another day


def test_the_day_begins_at_the_operators_midnight():
    assert midnight_ms(1_767_196_800_000 - 1, "Asia/Shanghai") == 1_767_110_400_000  # 2025-12-31 23:59:59.999 +08:00
    assert midnight_ms(1_767_196_800_000, "Asia/Shanghai") == 1_767_196_800_000  # 2026-01-01 00:00 +08:00
    assert midnight_ms(1_767_196_800_000, "Asia/Urumqi") == 1_767_117_600_000  # there it is still 2025-12-31 22:00


async def test_the_wall_shows_who_waits_and_who_serves(world, services, settings):
    served, agent = await world.active_pair()
    waiting = await world.queued_visitor()
    boss = await world.agent("boss", role=Role.SUPERVISOR)
    assert (await agent.http.get(f"{world.url}/api/v1/supervision/wall", headers=agent.headers)).status_code == 403
    shown = (await world.http.get(f"{world.url}/api/v1/supervision/wall", headers=boss.headers)).json()
    assert shown["today"] is None  # nothing was archived yet: the live half is there all the same
    assert (shown["waiting"], shown["served"]) == (1, 1)
    bills = next(group for group in shown["groups"] if group["id"] == "bills")
    assert (bills["name"], bills["waiting"], bills["served"]) == ("账单费用组", 1, 1)
    assert {one["name"]: (one["presence"], one["active"]) for one in shown["agents"]} == {
        "坐席lin": ("online", 1),
        "坐席boss": ("online", 0),
    }
    [row] = shown["conversations"]
    assert (row["id"], row["agent_name"], row["reason"]) == (served.id, "坐席lin", "customer_request")

    await agent.reply(served.id, "您好")
    archive = Database(settings.archive_url)
    await Archivist(services, archive).copy_due()
    await archive.close()
    today = (await world.http.get(f"{world.url}/api/v1/supervision/wall", headers=boss.headers)).json()["today"]
    assert (today["requests"], today["claimed"], today["service_level"]) == (2, 1, 1.0)
    assert today["first_response_s"] >= 0
    assert today["service_level_target_s"] == 60
    assert today["reasons"] == {"customer_request": 2}
    assert sum(today["by_hour"]) == 2
    assert await waiting.state() == "queued"
