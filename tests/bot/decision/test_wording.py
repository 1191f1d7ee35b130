import pytest

from bot.decision.wording import (
    announces_complaint,
    asks_for_person,
    asks_why,
    chosen_position,
    gives_up,
    names_grievance,
    none_of_the_choices,
    rejects_the_answer,
    reports_fraud,
    speaks_of_somebody_else,
)


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
        "你听不懂 换个人",
        "换个人跟我说",
        "有没有活人",
        "换个真人",
        "I want to talk to a human",
        "human",
        "Agent please",
        "zhuan rengong",
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
        "转人工是什么时候上班",
        "人工客服几点下班",
        "这个号码换个人名",
        "宽带账号换个人用怎么办",
        "are you human",
    ],
)
def test_does_not_ask_for_person(text: str) -> None:
    assert not asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "为什么多扣钱",
        "话费怎么这么多",
        "账单什么时候出",
        "流量咋没了",
        "这是什么意思",
        "流量用完了咋整",
        "欠费了会怎样",
        "流量没了怎么办",
        "莫名其妙扣了我10块钱",
        "平白无故乱扣钱",
    ],
)
def test_asks_why(text: str) -> None:
    assert asks_why(text)


@pytest.mark.parametrize("text", ["怎么查话费", "话费还有多少", "流量怎么办理", "扣了多少钱"])
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
        ("第三个吧", 2),
        ("第2个吧", 1),
        ("就第一个", 0),
        ("选1", 0),
        ("我要第二个", 1),
        ("我要1个月的", None),
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


@pytest.mark.parametrize("text", ["都不是", "不是", "不对。", "都不对", "没有我要的", "一个都没有我想问的"])
def test_none_of_the_choices(text: str) -> None:
    assert none_of_the_choices(text)


@pytest.mark.parametrize("text", ["不是我爸的", "不是流量是话费", "对", ""])
def test_something_of_the_choices(text: str) -> None:
    assert not none_of_the_choices(text)


@pytest.mark.parametrize(
    "text", ["我爸的话费", "查我妈手机的流量", "帮我老婆的号查账单", "别人的号码", "另一个号的话费"]
)
def test_speaks_of_somebody_else(text: str) -> None:
    assert speaks_of_somebody_else(text)


@pytest.mark.parametrize("text", ["我的话费", "查话费", "副卡怎么办", "其他业务", "他们说可以查流量"])
def test_speaks_of_oneself(text: str) -> None:
    assert not speaks_of_somebody_else(text)


@pytest.mark.parametrize("text", ["我被骗了 转了两万", "我妈被诈骗了", "刚刚转账给骗子了", "遇到电信诈骗"])
def test_reports_fraud(text: str) -> None:
    assert reports_fraud(text)


@pytest.mark.parametrize("text", ["你们就是骗子", "怎么谨防被骗", "诈骗短信怎么拦截", "查话费", ""])
def test_does_not_report_fraud(text: str) -> None:
    assert not reports_fraud(text)


@pytest.mark.parametrize("text", ["取消", "不用了，谢谢", "那算了", "随便吧", "还是算了"])
def test_gives_up(text: str) -> None:
    assert gives_up(text)


@pytest.mark.parametrize("text", ["取消彩铃", "不用了怎么退", "流量不用了会清零吗", "随便打", ""])
def test_does_not_give_up(text: str) -> None:
    assert not gives_up(text)


@pytest.mark.parametrize("text", ["不是这个", "不是，我问的不是这个", "我说的不是这个", "不对，不是这个", "答非所问"])
def test_rejects_the_answer(text: str) -> None:
    assert rejects_the_answer(text)


@pytest.mark.parametrize("text", ["不是", "不是这个套餐是那个", "不是流量是话费", ""])
def test_does_not_reject_the_answer(text: str) -> None:
    assert not rejects_the_answer(text)


@pytest.mark.parametrize(
    ("text", "announced"),
    [
        ("宽带又断了 第三次了 投诉", True),
        ("我要投诉", True),
        ("再不解决我就投诉了", True),
        ("怎么投诉", False),
        ("投诉电话多少", False),
        ("我上次投诉的进度", False),
        ("在哪里可以投诉", False),
        ("我不投诉了", False),
        ("宽带又断了", False),
    ],
)
def test_a_complaint_is_announced_by_its_word(text, announced):
    assert announces_complaint(text) is announced
