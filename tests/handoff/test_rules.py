import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import intake, rules, texts
from handoff.rules import Overflow, Staff, estimated_wait_s, handling_time_s
from handoff.vocabulary import ConversationState, HandoffReason, Priority

ASKED = HandoffReason.CUSTOMER_REQUEST


@pytest.mark.parametrize(
    ("position", "staff", "expected_s"),
    [
        (1, Staff(0, 0, 0), None),  # nobody there: no promise
        (1, Staff(1, 5, 0), 30),  # a free place: the pick-up
        (5, Staff(1, 5, 0), 30),
        (6, Staff(1, 5, 0), 90),  # the first beyond the free places waits for one service to end
        (1, Staff(2, 2, 2), 180),
        (3, Staff(2, 2, 2), 480),
    ],
)
def test_estimated_wait(position, staff, expected_s):
    assert estimated_wait_s(position, staff, 300.0) == expected_s


def line_agent(*groups: str, active: int = 0, capacity: int = 1) -> rules.Candidate:
    return rules.Candidate("a", groups, capacity, active, 0)


@pytest.mark.parametrize(
    ("agents", "position", "wait_s"),
    [
        ([], 15, None),  # nobody there: whoever comes may serve all groups
        ([line_agent("network")], 15, None),  # does not serve this group
        ([line_agent()], 15, 4230),  # the only one serves all: all who wait there go before
        ([line_agent("bills")], 3, 630),
        ([line_agent("bills", "network")], 6, 1530),
        ([line_agent("general", "bills")], 15, 4230),  # helps out in all groups
        ([line_agent(), line_agent("bills")], 3, 630),  # the other one only makes it shorter
        ([line_agent(), line_agent("bills", active=1)], 3, 930),
        ([line_agent(active=5, capacity=5)], 15, 930),  # full: one of five services has to end first
        ([line_agent(capacity=15)], 15, 30),
        # One agent's surplus does not take another's free place.
        ([line_agent("bills", capacity=3), line_agent("bills", active=3, capacity=1)], 3, 30),
    ],
)
def test_place_is_counted_in_what_the_agents_work_through(agents, position, wait_s):
    ahead = {"bills": 2, "network": 3, "plans": 9}
    overflows = {group: Overflow("general", 180) for group in ahead}
    lines = rules.lines(agents, "bills", [*ahead, "general"], overflows)
    assert rules.place(lines, ahead, 300.0) == (position, wait_s)


def test_an_agents_line_is_their_groups_and_those_they_help_out():
    ahead = {"bills": 2, "network": 3, "plans": 9}
    agents = [line_agent("bills")]
    helped = rules.lines(agents, "bills", ahead, {"network": Overflow("bills", 60), "plans": Overflow("general", 60)})
    assert [line.skill_groups for line in helped] == [frozenset({"bills", "network"})]
    assert [line.skill_groups for line in rules.lines(agents, "bills", ahead, {})] == [frozenset({"bills"})]


def test_handling_time_needs_some_samples():
    assert handling_time_s([]) == 300
    assert handling_time_s([100.0]) == 260
    assert handling_time_s([100.0] * 50) == 100


@given(st.integers(1, 500), st.integers(1, 50), st.integers(0, 60), st.floats(1, 4000))
def test_further_back_never_waits_less(position, capacity, active, handling_s):
    staff = Staff(1, capacity, min(active, capacity))
    here, next_one = (estimated_wait_s(p, staff, handling_s) for p in (position, position + 1))
    assert here <= next_one


def test_waiting_outweighs_priority_in_time():
    assert rules.head_start_us(Priority.NORMAL) == 0
    assert rules.head_start_us(Priority.URGENT) == 30 * 60 * 1_000_000


@pytest.mark.parametrize("text", ["人工", "转人工", "我要找客服", "叫个真人来", "人工服务！", "请帮我转接客服人员"])
def test_wishes_for_a_person(text):
    assert intake.asks_for_person(text, None)


@pytest.mark.parametrize("text", ["查话费", "不要人工", "别转人工了", "不用转接人工", "", "人" * 3, "说" * 61 + "人工"])
def test_no_wishes_for_a_person(text):
    assert not intake.asks_for_person(text, None)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "取消排队",
            "不排了",
            "我不想等了",
            "别排了",
            "不等了！",
            "退出排队",
            "不用了",
            "算了",
            "算了不转了",
            "不转了",
        ),
        *("那不用了，谢谢", "算了吧", "不用转人工了", "不要人工了", "取消转人工", "那就算了，不等了", "我不需要了"),
    ],
)
def test_words_that_leave_the_queue(text):
    assert intake.plan(text, None)[ConversationState.QUEUED] == "leave_queue"
    assert intake.plan(text, None)[ConversationState.BOT] == "assistant"
    assert intake.plan(text, None)[ConversationState.ACTIVE] == "keep"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "还要等多久",
            "要等多久啊？",
            "排到我了吗",
            "还得等多长时间呢",
            "还要多久",
            "排到几位了",
            "要多久？",
            "第几位了",
        ),
        *(
            "在吗",
            "有人吗？",
            "人呢",
            "客服在吗",
            "喂，有人吗",
            "前面还有几个人",
            "什么时候轮到我",
            "我排第几",
            "怎么还没人",
        ),
        *("转人工", "人工", "我要转人工！", "人工客服", "找客服", "帮我转人工客服吧"),
    ],
)
def test_words_that_ask_for_the_wait(text):
    assert intake.plan(text, None)[ConversationState.QUEUED] == "tell_wait"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "我的宽带等了三天还没装",
            "取消套餐",
            "不等额本息",
            "怎么取消彩铃",
            "排查一下故障",
            "不用了这个套餐怎么退",
            "算了我再等等",
        ),
        *(
            "我的宽带还要多久装好",
            "装机要多久",
            "退费多久到账",
            "不要取消排队",
            "我在北京",
            "有人用我的号码办了业务",
            "客服说可以退",
            "好的",
        ),
        *("不要转到别的组", "流量不用了能退吗", "还要开发票", "人工费多少", "我还有几个问题"),
    ],
)
def test_words_for_the_agent(text):
    assert intake.plan(text, None)[ConversationState.QUEUED] == "keep"


def test_the_transfer_button_pressed_again_while_waiting():
    assert intake.plan("转人工", "/transfer_human")[ConversationState.QUEUED] == "tell_wait"
    assert intake.plan("转人工", "/transfer_human")[ConversationState.BOT] == "assistant"


@given(st.text())
def test_every_text_has_a_plan(text):
    assert set(intake.plan(text, None)) == set(ConversationState)
    intake.asks_for_person(text, None)


def test_texts_say_what_is_true():
    assert "现在没有人工客服在线" in texts.queued(ASKED, 3, None, 0)
    assert "第 3 位" not in texts.queued(ASKED, 3, None, 0)
    assert texts.queued(ASKED, 3, 330, 2).startswith("已为您转人工，您排在第 3 位，预计约 6 分钟，现有 2 位客服在线。")
    assert "第" not in texts.queued(ASKED, None, None, 2).split("，")[1]
    assert texts.queued(HandoffReason.COMPLAINT, 3, 330, 2) == "给您添麻烦了，很抱歉。" + texts.queued(ASKED, 3, 330, 2)
    assert texts.wait_words(30) == "预计不到 1 分钟"
