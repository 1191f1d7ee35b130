"""A whole service by two people: asked, handed over, answered from the knowledge base, handed on, closed, rated."""

import pytest
from playwright.sync_api import expect

from handoff.texts import COMMENTED, FINISHED
from tests.e2e.pages import ANSWER_WITHIN_MS, PHONE, Agent, Customer

BILL = "查一下上个月的话费账单"
ONE_MONTH_BEFORE = "再上个月"  # means something right after a bill only
NAME = "欧阳小桥"
COMMENT = "怎么等了这么久？不过周明很耐心"  # a question by its looks


@pytest.fixture
def first(staff):
    return staff.hire("林晓")


@pytest.fixture
def second(staff):
    return staff.hire("周明")


def test_a_service_that_changes_hands(product, browser, staff, first, second):
    customer = Customer(browser, product.url, identity=staff.identity("C1001", NAME))
    lin = Agent(browser, product.url, **first)
    zhou = Agent(browser, product.url, **second)

    customer.asks(BILL)
    customer.asks(ONE_MONTH_BEFORE)
    before_service = customer.texts("bot")[-1]
    customer.asks_for_a_person()
    lin.claims(NAME)
    lin.sees("customer", BILL)
    expect(lin.page.get_by_test_id("context-summary")).to_be_visible()
    customer.sees("system", "林晓")
    spoken_by_bot = customer.messages("bot").count()

    # An article for what the customer said last goes into the reply, is edited and sent.
    customer.says("我想携号转网需要什么条件")
    lin.sees("customer", "我想携号转网需要什么条件")
    item = lin.page.get_by_test_id("knowledge-item").filter(has_text="携号转网").first
    item.get_by_test_id("suggestion-insert").click(timeout=ANSWER_WITHIN_MS)
    reply = lin.field("reply-input")
    article = reply.input_value()
    assert "携" in article
    lin.replies(f"{article}\n您看是哪一条不清楚？")
    customer.sees("agent", "您看是哪一条不清楚？")

    lin.notes("客户在比较别家的套餐，请接着挽留", mention="周明")
    lin.transfers("周明", "转给负责挽留的同事")
    expect(lin.page.get_by_test_id("conversation-item").filter(has_text=NAME)).to_have_count(0)
    customer.sees("system", "周明")
    zhou.page.get_by_test_id("tasks").click()
    expect(zhou.page.get_by_test_id("mention")).to_contain_text("请接着挽留")
    zhou.page.keyboard.press("Escape")
    zhou.opens(NAME)
    expect(zhou.page.get_by_test_id("note")).to_contain_text("请接着挽留")
    expect(zhou.page.get_by_test_id("context-transfers")).to_contain_text("转给负责挽留的同事")
    zhou.sees("customer", BILL)
    zhou.replies("您好，我是周明，您不用再说一遍")
    customer.sees("agent", "我是周明")
    customer.says("好的，我再考虑一下")
    zhou.sees("customer", "好的，我再考虑一下")
    assert customer.messages("bot").count() == spoken_by_bot, "the bot spoke while people served"
    expect(customer.page.get_by_text("请接着挽留")).to_have_count(0)

    zhou.closes(summary="客户考虑携号转网，已说明条件")
    customer.sees("system", FINISHED[:10])
    customer.page.get_by_test_id("xq-button").filter(has_text="很满意").first.click()
    customer.sees("customer", "很满意")
    said_by_bot = customer.messages("bot").count()
    customer.comments(COMMENT)
    customer.sees("system", COMMENTED)
    assert COMMENT not in customer.texts("customer"), "the comment became a message"
    supervisor = Agent(browser, product.url, **staff.hire("孙主管", role="supervisor"))
    supervisor.reads_the_comment(COMMENT)
    supervisor.close()
    assert customer.messages("bot").count() == said_by_bot, "the bot answered a comment"
    # The assistant serves again and has forgotten: what followed a bill before follows nothing now.
    customer.asks("你好")
    customer.asks(ONE_MONTH_BEFORE)
    assert customer.texts("bot")[-1] != before_service
    texts = customer.page.get_by_test_id("xq-message").locator(".text").all_inner_texts()
    assert [text for text in texts if text.startswith(FINISHED[:10])], "no marker where the service ended"

    # Back again: the next agent is told how it ended.
    customer.asks_for_a_person()
    zhou.claims(NAME)
    expect(zhou.page.get_by_test_id("context-previous")).to_contain_text("已说明条件")
    zhou.closes()
    for person in (customer, lin, zhou):
        person.close()


def test_on_a_phone(product, browser, staff, first):
    customer = Customer(browser, product.url, PHONE, identity=staff.identity("C1002", "手机客户"))
    agent = Agent(browser, product.url, **first, look=PHONE)
    assert customer.overflow_px() <= 0
    customer.asks("怎么开发票")
    customer.asks_for_a_person()
    assert agent.overflow_px() <= 0
    agent.claims("手机客户")
    agent.sees("customer", "怎么开发票")
    assert agent.overflow_px() <= 0
    agent.replies("您好，手机上也能回复")
    customer.sees("agent", "手机上也能回复")
    agent.page.get_by_test_id("context-toggle").click()
    expect(agent.page.get_by_test_id("context-summary")).to_be_visible()
    agent.page.locator(".n-drawer-header__close").click()
    expect(agent.page.get_by_test_id("context-summary")).to_have_count(0)
    agent.page.locator(".pane .back").click()
    agent.opens("手机客户")
    customer.says("好的")
    agent.sees("customer", "好的")
    agent.closes()
    customer.sees("system", FINISHED[:10])
    assert customer.overflow_px() <= 0
    for person in (customer, agent):
        person.close()
