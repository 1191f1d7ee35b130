"""What a customer replies to the people of a ticket: to them when it was meant for them, to the assistant when not."""

import asyncio
import json
from typing import Any

import pytest

from handoff import intake, texts, turns
from handoff.archive.history import ArchivedHistory
from handoff.errors import StorageUnavailable
from handoff.keys import REPLY_OFFERED_MS, REPLY_WITHIN_MS
from handoff.stores.tickets import Tickets
from handoff.vocabulary import Role
from tests.handoff.attachments.test_kinds import PNG
from tests.handoff.fake_rasa import TURN
from tests.handoff.people import until
from tests.handoff.test_ticket_work import last_told, leave, taken


class Desk:
    """A ticket whose owner wrote to its customer."""

    def __init__(self, world: Any, visitor: Any, owner: Any, path: str) -> None:
        self.world, self.visitor, self.owner, self.path = world, visitor, owner, path

    @classmethod
    async def opened(cls, world: Any) -> "Desk":
        visitor = await world.visitor()
        owner = await world.agent("one", skill_groups=["general"])
        await leave(visitor)
        desk = cls(world, visitor, owner, await taken(owner))
        await desk.write("您明天下午在家吗？")
        return desk

    async def write(self, text: str, key: str = "w1") -> Any:
        return await self.owner.call("POST", f"{self.path}/messages", text=text, client_message_id=key)

    async def ticket(self) -> dict[str, Any]:
        return dict((await self.owner.call("GET", self.path)).json())

    async def replies(self) -> list[tuple[int, str]]:
        return [(one["seq"], one["text"]) for one in (await self.ticket())["changes"] if one["kind"] == "replied"]

    async def press(self, button: dict[str, str]) -> None:
        await self.visitor.say(button["title"], payload=button["payload"])

    async def button(self, title: str) -> dict[str, str]:
        """The last button of this title that the customer was offered."""
        found = [one for message in await self.visitor.messages() for one in message["buttons"]]
        return next(one for one in reversed(found) if one["title"] == title)

    async def asked(self) -> None:
        """The customer has pressed 回复处理人 and was told to go on."""
        told = len(await self.visitor.messages("system"))
        await self.press(await self.button("回复处理人"))
        assert "请直接回复" in (await self.visitor.answered("system", told + 1))[-1]

    async def told(self, words: str) -> str:
        async def found() -> str | None:
            last = await last_told(self.visitor)
            return last if words in last else None

        return str(await until(found))

    async def set_back(self, field: str, by_ms: int) -> None:
        redis, key = self.world.services.redis, f"xq:conversation:{self.visitor.id}"
        await redis.hset(key, field, int(await redis.hget(key, field)) - by_ms)


@pytest.fixture
async def desk(world: Any) -> Desk:
    return await Desk.opened(world)


@pytest.fixture
def lost(world: Any) -> None:
    """The assistant understands nothing."""
    turn = {**TURN, "outcome": {"kind": "rephrase"}, "intent": "nlu_fallback", "confidence": 0.2}
    world.rasa.turn = turn


async def test_what_was_announced_reaches_the_owner_and_not_the_assistant(world: Any, desk: Desk) -> None:
    calls = len(world.rasa.calls)
    async with desk.owner.stream() as stream:
        await stream.next("ready")
        await desk.asked()
        seq = await desk.visitor.say("下午三点后在，打 13912345678 行吗")
        said = await desk.told("您的回复已转给")
        assert said.startswith(f"您的回复已转给工单 1 的客服{desk.owner.agent['name']}，最晚")
        await until(lambda: stream.of("mentions") and stream.of("mentions")[-1]["mentions"])
        [mention] = stream.of("mentions")[-1]["mentions"]
        assert mention["note"]["text"] == "客户回复了工单 1：下午三点后在，打 139****5678 行吗"
        assert mention["note"]["after_seq"] == seq
    ticket = await desk.ticket()
    assert (ticket["unread"], ticket["changes"][-1]["seq"]) == (1, seq)
    assert ticket["changes"][-1]["text"] == "下午三点后在，打 139****5678 行吗"
    assert len(world.rasa.calls) == calls
    # Only this one: what comes next is for the assistant again.
    await desk.visitor.say("查话费")
    assert (await desk.visitor.answered("bot"))[-1] == "答：查话费"
    assert len(await desk.replies()) == 1


async def test_who_writes_faster_than_the_question_is_asked_is_heard(world: Any, desk: Desk) -> None:
    world.rasa.gate.clear()
    await desk.visitor.say("等一下")  # the assistant is busy with this one
    await desk.press(await desk.button("回复处理人"))
    await desk.visitor.say("在家")
    world.rasa.gate.set()
    await desk.told("您的回复已转给")
    assert [text for _, text in await desk.replies()] == ["在家"]


async def test_reading_and_answering_make_replies_read(world: Any, desk: Desk) -> None:
    colleague = await world.agent("two", skill_groups=["general"])
    for number, read in enumerate(("read", "messages")):
        await desk.asked()
        await desk.visitor.say(f"在家{number}")
        await until(lambda: desk.replies())

        async def unread() -> bool:
            return bool((await desk.ticket())["unread"] == 1)

        await until(unread)
        assert (await colleague.call("POST", f"{desk.path}/read")).json()["unread"] == 1
        if read == "read":
            assert (await desk.owner.call("POST", f"{desk.path}/read")).json()["unread"] == 0
        else:
            assert (await desk.write("好的", "w2")).status_code == 201
    assert (await desk.ticket())["unread"] == 0


async def test_a_picture_and_the_words_after_it_are_one_reply_each(world: Any, desk: Desk) -> None:
    await desk.asked()
    headers = {**desk.visitor.headers, "Content-Type": "application/octet-stream"}
    url = f"{desk.visitor.url}/api/v1/conversation"
    stored = await world.http.post(f"{url}/attachments?name=a.png", content=PNG, headers=headers)
    body = {"text": "", "client_message_id": "p1", "attachments": [stored.json()["id"]]}
    for _ in range(2):  # the acknowledgement was lost: it comes again
        assert (await world.http.post(f"{url}/messages", json=body, headers=desk.visitor.headers)).status_code == 202
    await desk.told("您的回复已转给")
    await desk.visitor.say("就是这个灯")
    await until(lambda: _has(desk, 2))
    assert [text for _, text in await desk.replies()] == ["[图片]", "就是这个灯"]
    assert not any("看不懂" in text for text in await desk.visitor.texts("system"))
    assert world.rasa.calls == []


async def _has(desk: Desk, number: int) -> bool:
    return len(await desk.replies()) == number


@pytest.mark.parametrize("text", ["转人工", "我的工单"])
async def test_a_plain_wish_is_no_reply(world: Any, desk: Desk, text: str) -> None:
    await desk.asked()
    await desk.visitor.say(text)
    await until(lambda: world.rasa.calls) if text == "转人工" else await desk.told("正在处理")
    assert await desk.replies() == []


async def test_who_thinks_better_of_it_or_waits_too_long_speaks_to_the_assistant(world: Any, desk: Desk) -> None:
    await desk.asked()
    await desk.press(await desk.button("不回复了"))
    await desk.told("好的")
    assert [one["title"] for one in (await desk.visitor.messages("system"))[-1]["buttons"]] == ["回复处理人"]
    await desk.visitor.say("你好")
    await desk.visitor.answered("bot", 1)
    await desk.asked()
    await desk.set_back("asked_until_ms", REPLY_WITHIN_MS + 1000)
    await desk.visitor.say("你好")
    await desk.visitor.answered("bot", 2)
    assert await desk.replies() == []


@pytest.mark.usefixtures("lost")
async def test_what_the_assistant_does_not_understand_is_offered_to_the_ticket_once(world: Any, desk: Desk) -> None:
    seq = await desk.visitor.say("下午都行")
    [answer] = await desk.visitor.answered("bot")
    assert answer.startswith("答：下午都行\n如果这是给工单 1 客服")
    give = await desk.button("转给处理人")
    await desk.press(give)
    await desk.told("您的回复已转给")
    assert await desk.replies() == [(seq, "下午都行")]
    await desk.press(give)
    await desk.told("已经转给处理人了")
    assert await desk.replies() == [(seq, "下午都行")]
    assert len(world.rasa.calls) == 1


@pytest.mark.usefixtures("lost")
async def test_what_is_in_the_archive_alone_while_that_is_away_is_said_not_to_be_given_yet(
    world: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seq = await desk.visitor.say("下午都行")
    await desk.visitor.answered("bot")
    give = await desk.button("转给处理人")
    redis, key = world.services.redis, f"xq:conversation:{desk.visitor.id}"

    async def away(*_arguments: Any) -> None:
        raise StorageUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(ArchivedHistory, "messages", away)
        await redis.hset(key, "trimmed_seq", seq)
        kept = await redis.lpop(f"xq:messages:{desk.visitor.id}", seq)
        await desk.press(give)

        async def ended() -> bool:
            return bool(await world.services.turns.length() == 0)

        await until(ended)
        # Back to where it can be read: the archive has come back.
        await redis.lpush(f"xq:messages:{desk.visitor.id}", *reversed(kept))
        await redis.hset(key, "trimmed_seq", 0)
    assert await last_told(desk.visitor) == texts.NOT_GIVEN
    buttons = (await desk.visitor.messages("system"))[-1]["buttons"]
    assert [one["title"] for one in buttons] == ["转给处理人", "回复处理人"]
    assert await desk.replies() == []
    await desk.press(buttons[0])
    await desk.told("您的回复已转给")
    assert await desk.replies() == [(seq, "下午都行")]


async def test_a_reply_that_fails_whatever_is_tried_is_said_not_to_be_taken(
    world: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_arguments: Any) -> None:
        raise RuntimeError

    await desk.asked()
    await world.services.redis.hset(f"xq:conversation:{desk.visitor.id}", "turn_failures", turns.TRIES)
    with monkeypatch.context() as patch:
        patch.setattr(Tickets, "reply", broken)
        seq = await desk.visitor.say("叫人工来也行")
        assert await desk.told("没有办成") == texts.NOT_TAKEN
    assert await desk.visitor.state() == "bot"
    assert seq not in await world.services.conversations.understanding(desk.visitor.id)
    # The button under it begins it again.
    await desk.press((await desk.visitor.messages("system"))[-1]["buttons"][0])
    await desk.told("请直接回复")
    await desk.visitor.say("在家")
    await desk.told("您的回复已转给")
    assert [text for _, text in await desk.replies()] == ["在家"]


async def test_a_question_that_is_understood_gets_its_answer_and_no_offer(desk: Desk) -> None:
    await desk.visitor.say("查话费")
    assert await desk.visitor.answered("bot") == ["答：查话费"]


@pytest.mark.usefixtures("lost")
async def test_nothing_is_offered_a_day_later_nor_when_the_ticket_is_done(desk: Desk) -> None:
    await desk.set_back("ticket_told_ms", REPLY_OFFERED_MS + 1000)
    await desk.visitor.say("下午都行")
    assert await desk.visitor.answered("bot", 1) == ["答：下午都行"]
    await desk.write("还在吗", "w2")
    await desk.owner.call("POST", f"{desk.path}/done", result="好了")
    await desk.visitor.say("晚上也行")
    assert (await desk.visitor.answered("bot", 2))[-1] == "答：晚上也行"


async def test_without_the_assistant_the_offer_stands_beside_the_apology(desk: Desk) -> None:
    await desk.visitor.say("错误")
    assert "转给处理人" in await desk.told("智能助手暂时没能回复")
    await desk.press(await desk.button("转给处理人"))
    await desk.told("您的回复已转给")
    assert [text for _, text in await desk.replies()] == ["错误"]


async def test_a_reply_to_a_ticket_that_is_done_meanwhile_is_kept_and_offers_a_person(desk: Desk) -> None:
    await desk.asked()
    await desk.owner.call("POST", f"{desk.path}/done", result="好了")
    await desk.visitor.say("还是不行")
    await desk.told("您的回复也转给客服")
    assert [text for _, text in await desk.replies()] == ["还是不行"]
    await desk.press(await desk.button("回复处理人"))
    await desk.told("工单 1 已处理完成。还有问题")
    await desk.visitor.say("你好")
    await desk.visitor.answered("bot")
    assert len(await desk.replies()) == 1


async def test_while_a_person_serves_what_is_said_is_said_to_them(world: Any, desk: Desk) -> None:
    other = await world.agent("two", skill_groups=[])
    await desk.asked()
    await desk.visitor.say("转人工")
    await desk.visitor.in_state("queued")
    await desk.asked()
    await other.claim_first()
    await desk.visitor.say("在家")
    await other.close(desk.visitor.id)
    await desk.visitor.say("你好")
    await desk.visitor.answered("bot")
    assert await desk.replies() == []


async def test_while_the_owner_is_away_those_of_the_group_are_told(world: Any, desk: Desk) -> None:
    here = await world.agent("two", skill_groups=["general"])
    elsewhere = await world.agent("three", skill_groups=["network"])
    await desk.owner.call("PUT", "/agent/presence", presence="break")
    await desk.asked()
    await desk.visitor.say("在家")
    await desk.told("您的回复已转给")
    told = [len((await one.call("GET", "/agent/mentions")).json()["mentions"]) for one in (desk.owner, here, elsewhere)]
    assert told == [1, 1, 0]


async def test_a_reply_goes_to_whoever_has_the_ticket_now(world: Any, desk: Desk) -> None:
    heir = await world.agent("two", skill_groups=["general"])
    await desk.asked()
    handed = await desk.owner.call("POST", f"{desk.path}/hand", agent_id=heir.agent["id"], reason="")
    assert handed.status_code == 200
    await desk.visitor.say("在家")
    assert f"客服{heir.agent['name']}" in await desk.told("您的回复已转给")
    assert (await heir.call("GET", desk.path)).json()["unread"] == 1
    # Who has it no longer cannot write in its name.
    assert (await desk.write("您好", "w2")).json()["error"]["code"] == "not_your_ticket"


async def test_tickets_are_answered_by_buttons_that_were_offered_only(world: Any, desk: Desk) -> None:
    stranger = await world.visitor()
    button = await desk.button("回复处理人")
    await stranger.say(button["title"], payload=button["payload"])
    await stranger.answered("bot", 1)
    await stranger.say("在家")
    await stranger.answered("bot", 2)
    forged = {"title": "转给处理人", "payload": json.dumps({"ticket": "t", "seq": 1})}
    await stranger.say(forged["title"], payload=f"/give_to_ticket{forged['payload']}")
    await stranger.answered("bot", 3)
    assert await desk.replies() == []


async def test_two_workers_and_a_second_delivery_add_a_reply_once(world: Any, desk: Desk) -> None:
    await desk.asked()
    seqs = await asyncio.gather(*(desk.visitor.say("在家", key="same") for _ in range(3)))
    await desk.told("您的回复已转给")
    assert len(set(seqs)) == 1
    assert len(await desk.replies()) == 1
    assert (await desk.ticket())["unread"] == 1


async def test_supervisors_read_replies_and_nobody_elses_reading_counts(world: Any, desk: Desk) -> None:
    chief = await world.agent("chief", role=Role.SUPERVISOR)
    stranger = await world.agent("three", skill_groups=["network"])
    await desk.asked()
    await desk.visitor.say("在家")
    await desk.told("您的回复已转给")
    assert (await chief.call("POST", f"{desk.path}/read")).json()["unread"] == 1
    assert (await stranger.call("POST", f"{desk.path}/read")).status_code == 403


@pytest.mark.parametrize(
    ("text", "is_reply"),
    [("不用了", True), ("师傅几点来？", True), ("好的谢谢", True), ("找人来修就行", True), ("转人工", False)],
)
def test_an_answer_may_be_short_or_a_question(text: str, is_reply: bool) -> None:
    assert (intake.ASKED_REPLY in intake.plan_while_asked(text, None)) is is_reply


@pytest.mark.parametrize("payload", ["/give_to_ticket", "/give_to_ticket{x", '/give_to_ticket{"ticket": 1, "seq": []}'])
def test_buttons_that_name_nothing_name_no_ticket(payload: str) -> None:
    assert intake.wanted_ticket(payload) == (None, 0)
