"""What reaches Rasa as a button payload, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.assistant import as_plain_text

OFFERED = '/query_bill{"month": "2026-10"}'


async def test_offered_payload_is_forwarded(world):
    visitor = await world.visitor()
    await visitor.say("给我按钮")
    await visitor.answered("bot")
    assert (await visitor.messages("bot"))[0]["buttons"] == [{"title": "查账单", "payload": OFFERED}]
    await visitor.say("查账单", payload=OFFERED)
    await visitor.answered("bot", 2)
    assert world.rasa.messages_of(visitor.id) == ["给我按钮", OFFERED]


@pytest.mark.parametrize("payload", ["/restart", '/query_bill{"month": "2020-01"}', "/transfer_human"])
async def test_payload_nobody_offered_is_not(world, payload):
    visitor = await world.visitor()
    await visitor.say("看我的", payload=payload)
    await visitor.answered("bot")
    assert world.rasa.messages_of(visitor.id) == ["看我的"]


async def test_payload_offered_to_somebody_else_is_not(world):
    other = await world.visitor()
    await other.say("给我按钮")
    await other.answered("bot")
    visitor = await world.visitor()
    await visitor.say("查账单", payload=OFFERED)
    await visitor.answered("bot")
    assert world.rasa.messages_of(visitor.id) == ["查账单"]


@pytest.mark.parametrize(
    "text", ["/restart", "  /restart", "//restart", "/ /restart", "\u3000/restart", "/\x1c/restart"]
)
async def test_typed_slash_is_plain_text(world, text):
    visitor = await world.visitor()
    await visitor.say(text)
    await visitor.answered("bot")
    assert world.rasa.messages_of(visitor.id) == ["restart"]
    assert await visitor.texts("customer") == [text]


@given(st.text(alphabet=st.sampled_from("/ \t\n\u3000\x1c\x85a人"), max_size=20) | st.text())
def test_plain_text_never_looks_like_a_payload(text):
    plain = as_plain_text(text)
    assert plain.strip()
    assert not plain.strip().startswith("/")


async def test_rich_message_arrives_whole(world):
    visitor = await world.visitor()
    await visitor.say("来张卡片")
    await visitor.answered("bot")
    [message] = await visitor.messages("bot")
    assert message["links"] == [{"title": "营业厅", "url": "https://example.com/a"}]
