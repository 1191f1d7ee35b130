"""Messages as WeChat texts: nothing is lost, nothing too long, numbers mean what was offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.channels.wechat.batching import sendable, together
from handoff.channels.wechat.rendering import LIMIT_BYTES, chosen, compose, split
from handoff.models import Button, Link, Message
from handoff.vocabulary import ConversationState, Sender


def message(seq: int, text: str, sender: Sender = Sender.BOT, **more) -> Message:
    return Message(id=f"m{seq}", seq=seq, created_at_ms=0, sender=sender, text=text, **more)


def buttons(*titles: str) -> list[Button]:
    return [Button(title=title, payload=f"/{title}") for title in titles]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(8, 200))
def test_split_loses_nothing_but_white_space(text, limit):
    parts = split(text, limit)
    assert all(len(part.encode()) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_split_prefers_sentence_ends():
    text = "第一句话说完了。第二句，还有逗号，比较长一些！第三句"
    assert split(text, 60) == ["第一句话说完了。", "第二句，还有逗号，比较长一些！第三句"]
    assert split("“他说好。”然后走了", 20) == ["“他说好。”", "然后走了"]


def test_split_keeps_emoji_whole():
    for limit in range(8, 40):
        assert "".join(split("字👨‍👩‍👧字👍🏽é" * 3, limit)) == "字👨‍👩‍👧字👍🏽é" * 3


def test_a_choice_that_two_joined_messages_offer_has_one_number():
    first, second = (
        message(n, f"话{n}", buttons=buttons("回复处理人", *more)) for n, more in ((1, ()), (2, ("转人工",)))
    )
    composed = compose([first, second])
    assert composed.text == "话1\n回复 1 回复处理人\n\n话2\n回复 2 转人工"
    assert composed.choices == buttons("回复处理人", "转人工")


def test_buttons_and_links_become_lines_numbered_through():
    composed = compose(
        [
            message(1, "请选择", buttons=buttons("查账单", "转人工")),
            message(2, "看这里", links=[Link(title="热线", url="tel:10086")], buttons=buttons("别的")),
        ]
    )
    assert composed.text == "请选择\n回复 1 查账单\n回复 2 转人工\n\n看这里\n热线：10086\n回复 3 别的"
    assert [button.title for button in composed.choices] == ["查账单", "转人工", "别的"]
    assert composed.through_seq == 2


@given(st.lists(st.text("长话。", min_size=1, max_size=1500), min_size=1, max_size=6))
def test_composing_step_by_step_carries_everything_once(texts):
    messages = [message(seq, text) for seq, text in enumerate(texts, 1)]
    carried, done, parts_done, steps = "", 0, 0, 0
    while done < len(messages):
        composed = compose(messages[done:], parts_done)
        assert len(composed.text.encode()) <= LIMIT_BYTES
        carried += composed.text.replace("\n", "")
        done = composed.through_seq or done
        parts_done = composed.parts_done or 0
        steps += 1
        assert steps < 50
    assert carried == "".join(texts)


@pytest.mark.parametrize("text", ["2", " 2 ", "２", "2.", "2。", "回复2", "回复 2", "请回复2", "“2”"])
def test_ways_to_say_two(text):
    assert chosen(text, buttons("甲", "乙")) == buttons("乙")[0]


@pytest.mark.parametrize("text", ["0", "3", "22", "2号", "两个", "12345", "2 3", "", "查2月", "-1"])
def test_what_is_no_choice(text):
    assert chosen(text, buttons("甲", "乙")) is None


def test_a_notice_waits_for_words_only_while_a_person_serves():
    notice = message(1, "客服已接入", Sender.SYSTEM)
    word = message(2, "您好", Sender.AGENT)
    assert sendable([notice], ConversationState.ACTIVE) == []
    assert sendable([notice, word], ConversationState.ACTIVE) == [notice, word]
    assert sendable([notice], ConversationState.BOT) == [notice]
    question = message(3, "排队中", Sender.SYSTEM, buttons=buttons("取消排队"))
    assert sendable([question], ConversationState.ACTIVE) == [question]


def test_together():
    notice = message(1, "客服已接入", Sender.SYSTEM)
    words = [message(seq, "话", Sender.AGENT) for seq in (2, 3, 4)]
    assert together([notice, *words], 5) == [notice, words[0]]
    assert together(words, 5) == words[:1]
    assert together(words, 2) == words  # few left
    assert together([*words, *words], 5) == [*words, *words]  # more than are left
