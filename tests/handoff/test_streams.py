"""WebSockets against a real server: resume by number, nothing twice, live queue, errors as frames."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from handoff.usecases import service
from tests.handoff.people import stream, until


async def test_customer_stream_from_hello_to_answer(world):
    visitor = await world.visitor()
    async with visitor.stream() as s:
        ready = await s.next("ready")
        assert ready["conversation"] == visitor.opened["conversation"]
        await s.send(type="send", text="你好", client_message_id="1")
        await s.next("message", 2)
        assert s.of("sent") == [{"type": "sent", "client_message_id": "1", "seq": 1}]
        assert s.of("typing") == [{"type": "typing", "sender": "bot"}]
        assert s.texts() == ["你好", "答：你好"]
        await s.send(type="ping")
        await s.next("pong")


async def test_resume_misses_nothing_and_repeats_nothing(world):
    visitor = await world.visitor()
    async with visitor.stream() as s:
        await s.send(type="send", text="一", client_message_id="1")
        await s.next("message", 2)
    await visitor.say("二")
    await visitor.answered("bot", 2)
    async with visitor.stream(after=2) as s:
        await s.next("message", 2)
        await s.send(type="send", text="三", client_message_id="3")
        await s.next("message", 4)
        assert s.seqs() == [3, 4, 5, 6]


async def test_same_client_message_id_is_stored_once(world):
    visitor = await world.visitor()
    async with visitor.stream() as s:
        for _ in range(3):
            await s.send(type="send", text="只一次", client_message_id="same")
        await s.next("sent", 3)
        assert {frame["seq"] for frame in s.of("sent")} == {1}
    assert (await visitor.post("只一次", key="same")).json() == {"seq": 1, "duplicate": True}
    await visitor.answered("bot")
    assert await visitor.texts("customer") == ["只一次"]
    assert world.rasa.messages_of(visitor.id) == ["只一次"]


async def test_long_history_comes_in_order(world):
    visitor, agent = await world.active_pair()
    for number in range(230):
        await visitor.say(f"第{number}条")
    async with visitor.stream() as s:
        await until(lambda: len(s.seqs()) >= 233)
        assert s.seqs() == list(range(1, len(s.seqs()) + 1))
    page = (await world.http.get(f"{world.url}/api/v1/conversation?after=100&limit=50", headers=visitor.headers)).json()
    assert [message["seq"] for message in page["messages"]] == list(range(101, 151))
    assert page["more"] is True
    assert agent.agent["name"]


class TestPositions:
    @pytest.fixture
    def settings(self, settings):
        """Told at once, also when the keeper has been round since somebody came."""
        return settings.model_copy(update={"position_notice_s": 0.0})

    async def test_position_is_pushed_as_it_changes(self, world):
        first = await world.queued_visitor()
        second = await world.queued_visitor()
        async with second.stream() as s:
            await s.next("message", 2)
            assert s.of("ready")[0]["conversation"]["queue"]["position"] == 2
            told = len(s.of("message"))
            await first.leave_queue()
            await until(
                lambda: s.of("conversation") and s.of("conversation")[-1]["conversation"]["queue"]["position"] == 1
            )
            assert len(s.of("message")) == told  # pushed, not spammed as messages
            await world.agent()
            await until(lambda: s.of("conversation")[-1]["conversation"]["queue"]["agents_online"] == 1)


async def test_agent_stream_shows_queue_and_messages_live(world):
    agent = await world.agent()
    async with agent.stream() as s:
        await s.next("queue")
        visitor = await world.queued_visitor()
        await until(lambda: s.of("queue")[-1]["requests"])
        [waiting] = s.of("queue")[-1]["requests"]
        assert waiting["conversation_id"] == visitor.id
        await agent.claim(waiting["id"])
        await until(lambda: s.of("conversation"))
        await until(lambda: s.of("queue")[-1]["requests"] == [])
        await visitor.say("听得到吗")
        await until(lambda: "听得到吗" in s.texts())
        async with visitor.stream() as v:
            await v.next("ready")
            await s.send(type="typing", conversation_id=visitor.id)
            assert (await v.next("typing"))["sender"] == "agent"
            await v.send(type="typing")
            assert (await s.next("typing"))["conversation_id"] == visitor.id
        await agent.reply(visitor.id, "听得到")
        await agent.close(visitor.id)
        removed = {"type": "conversation_removed", "conversation_id": visitor.id, "agent_name": None}
        assert await s.next("conversation_removed") == removed
        await visitor.say("给小桥的话")
        await visitor.answered("bot")
        assert [text for text in s.texts() if "小桥的话" in text] == []
        seqs = s.seqs()
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


async def test_what_comes_costs_no_more_the_more_is_served(world, monkeypatch):
    """A new conversation is read for the stream, and not with it all the others again."""
    agent = await world.agent()
    waiting = [await world.queued_visitor() for _ in range(3)]
    read: list[list[str]] = []
    summaries = service.summaries

    async def counted(services, conversations):
        read.append([one.id for one in conversations])
        return await summaries(services, conversations)

    async with agent.stream() as stream:
        await stream.next("queue")
        for number, visitor in enumerate(waiting):
            if number == len(waiting) - 1:
                await asyncio.sleep(0.2)  # what the claims before made the stream read
                monkeypatch.setattr(service, "summaries", counted)
            await agent.claim_first()
            await until(lambda v=visitor: any(f["conversation"]["id"] == v.id for f in stream.of("conversation")))
    assert {one for ids in read for one in ids} == {waiting[-1].id}


async def test_agent_sees_only_their_own_conversations(world):
    visitor, _ = await world.active_pair()
    other = await world.agent("other")
    async with other.stream() as s:
        await s.next("ready")
        await visitor.say("悄悄话")
        await s.send(type="typing", conversation_id=visitor.id)
        await s.send(type="ping")
        await s.next("pong")
        assert s.of("message") == []


@pytest.mark.parametrize("path", ["/api/v1/conversation/stream", "/api/v1/agent/stream"])
@pytest.mark.parametrize(
    "first",
    [
        "",
        "nonsense",
        "[]",
        "7",
        '{"type": "auth"}',
        '{"type": "auth", "token": "wrong"}',
        '{"type": "auth", "token": 7}',
        '{"type": "auth", "token": "\\ud800"}',
        '{"type": "send", "text": "x"}',
        "[" * 5000,
    ],
)
async def test_bad_first_frame_is_told_and_closed(world, path, first):
    async with connect(world.url.replace("http", "ws") + path, proxy=None) as connection:
        await connection.send(first)
        error = json.loads(await connection.recv())
        assert error["type"] == "error"
        assert error["error"]["message"]
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 4401


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", "bad_frame"),
        ("{}", "bad_frame"),
        ('{"type": "dance"}', "bad_frame"),
        ('{"type": ["send"]}', "bad_frame"),
        ('{"type": "send", "client_message_id": "9"}', "bad_frame"),
        ('{"type": "send", "client_message_id": "9", "text": "  "}', "empty_text"),
        (json.dumps({"type": "send", "client_message_id": "9", "text": "长" * 2001}), "text_too_long"),
    ],
)
async def test_bad_frame_is_told_and_the_stream_goes_on(world, frame, code):
    visitor = await world.visitor()
    async with visitor.stream() as s:
        await s.next("ready")
        await s.connection.send(frame)
        error = await s.next("error")
        assert error["error"]["code"] == code
        assert error.get("client_message_id") == ("9" if '"9"' in frame else None)
        await s.send(type="ping")
        await s.next("pong")


async def test_half_an_emoji_costs_one_character(world):
    visitor = await world.visitor()
    async with visitor.stream() as s:
        await s.connection.send('{"type": "send", "client_message_id": "\\udc00", "text": "好\\ud83d"}')
        await s.next("sent")
    body = b'{"text": "\\ud83d\\ude00 \\ude00", "client_message_id": "2"}'
    path = f"{world.url}/api/v1/conversation/messages"
    answer = await world.http.post(path, content=body, headers={**visitor.headers, "Content-Type": "application/json"})
    assert answer.status_code == 202
    assert await visitor.texts("customer") == ["好\ufffd", "😀 \ufffd"]


async def test_binary_frame_and_sudden_end(world):
    visitor = await world.visitor()
    async with visitor.stream() as s:
        await s.next("ready")
        await s.connection.send(b"\x00\xff")
        await s.next("error")
        s.connection.transport.abort()
    await visitor.say("还能用")
    assert await visitor.answered("bot") == ["答：还能用"]


async def test_stream_of_an_ended_session_is_closed(world, settings):
    agent = await world.agent()
    async with agent.stream() as s:
        await s.next("ready")
        await agent.call("POST", "/agent/logout")
        # The stream itself is not cut at once; the next one is refused.
    async with stream(world.url, "/api/v1/agent/stream", token=agent.token) as s:
        assert (await s.next("error"))["error"]["code"] == "invalid_session"


async def test_a_hundred_streams_at_once(world):
    visitors = [await world.visitor() for _ in range(100)]

    async def talk(visitor):
        async with visitor.stream() as s:
            await s.send(type="send", text="你好", client_message_id="1")
            await s.next("message", 2)
            return s.seqs()

    assert await asyncio.gather(*(talk(visitor) for visitor in visitors)) == [[1, 2]] * 100
