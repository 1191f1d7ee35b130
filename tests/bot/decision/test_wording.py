import pytest

from bot.decision.wording import asks_for_person, asks_why, chosen_position, names_grievance


@pytest.mark.parametrize(
    "text",
    [
        "转人工",
        "人工",
        "人工！",
        "我要找人工客服",
        "能不能帮我转一下人工啊",
        "找个真人跟我说",
        "接客服",
        "人工服务",
        "给我叫个活人来",
    ],
)
def test_asks_for_person(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "不用转人工",
        "别给我转人工",
        "人工智能是什么",
        "你是人工还是机器",
        "人工费怎么收",
        "查话费",
        "",
        "客服电话是多少",
        "我不需要真人",
    ],
)
def test_does_not_ask_for_person(text: str) -> None:
    assert not asks_for_person(text)


@pytest.mark.parametrize("text", ["为什么多扣钱", "话费怎么这么多", "账单什么时候出", "流量咋没了", "这是什么意思"])
def test_asks_why(text: str) -> None:
    assert asks_why(text)


@pytest.mark.parametrize("text", ["怎么查话费", "话费还有多少", "流量怎么办理"])
def test_does_not_ask_why(text: str) -> None:
    assert not asks_why(text)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("第一个", 0),
        ("1", 0),
        ("第二条。", 1),
        ("中间那个", 1),
        ("三", 2),
        ("最后一个", 2),
        ("第四个", None),
        ("一个月", None),
        ("", None),
    ],
)
def test_chosen_position(text: str, position: int | None) -> None:
    assert chosen_position(text) == position


def test_names_grievance() -> None:
    assert names_grievance("什么破网")
    assert not names_grievance("你是猪吗")
