"""Asked, answered, handed over, served, rated."""

from playwright.sync_api import Page, expect

from tools.screenshots.stage import ANSWER_WITHIN_MS, DESKTOP, PHONE, Stage, ask, claim, field, reply, say

GREETING = "您好，我是坐席，您的情况我都看到了，不用再说一遍。我这就帮您查扣费明细。"


def play(stage: Stage, console: Page) -> Page:
    """Takes the pictures of chat window, desk and wall; answers the page of a customer who was served on a phone."""
    stage.hire("linjing", "林静", "bills", "general")
    stage.hire("chenhao", "陈浩", "network")
    stage.hire("zhaolei", "赵磊", role="supervisor")
    customer = stage.site("C1001")
    for text in ("查一下上个月的话费账单", "携号转网需要什么条件？"):
        ask(customer, text)
    customer.get_by_test_id("xq-helpful").last.click()
    stage.keep(customer, "widget")
    ask(customer, "那我上个月扣的六十多块钱是怎么回事")
    customer.get_by_test_id("xq-transfer").click()
    expect(customer.get_by_test_id("xq-queue")).to_be_visible(timeout=ANSWER_WITHIN_MS)

    phone = stage.site("C1004", PHONE)
    ask(phone, "宽带怎么报修")
    stage.keep(phone, "widget-phone")
    phone.get_by_test_id("xq-unhelpful").last.tap()
    phone.get_by_test_id("xq-transfer").tap()
    expect(phone.get_by_test_id("xq-queue")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    stage.keep(phone, "widget-queue")
    stage.waiting("C1002", "你们乱扣费，我要投诉")
    stage.waiting("C1003", "怎么开通国际漫游")

    expect(console.get_by_test_id("queue-item")).to_have_count(4, timeout=ANSWER_WITHIN_MS)
    stage.keep(console, "console-queue")
    claim(console, "张伟")
    reply(console, "您好，我是坐席。您家的光猫我这边看到离线了，已经安排师傅今天下午三点上门。")
    say(phone, "好的，下午家里有人")
    received = console.locator("[data-testid=message][data-sender=customer]").filter(has_text="下午家里有人")
    expect(received).to_be_visible(timeout=ANSWER_WITHIN_MS)
    stage.keep(phone, "widget-agent")
    claim(console, "王芳")
    reply(console, GREETING)
    say(customer, "套餐外的流量是怎么收费的")
    console.get_by_test_id("knowledge-item").first.wait_for()
    stage.keep(console, "console")
    console.set_viewport_size(PHONE)
    console.locator(".pane .back").click()
    console.get_by_test_id("conversation-item").filter(has_text="王芳").click()
    stage.keep(console, "console-phone")
    console.set_viewport_size(DESKTOP)

    console.get_by_test_id("page-wall").click()
    console.get_by_test_id("wall-agents").wait_for(timeout=ANSWER_WITHIN_MS)
    stage.keep(console, "console-wall")
    console.get_by_test_id("page-desk").click()
    console.get_by_test_id("conversation-item").filter(has_text="张伟").click()
    console.get_by_test_id("close-open").click()
    console.get_by_test_id("close-disposition-option").first.click()
    console.get_by_test_id("close-resolved").click()
    field(console.get_by_test_id("close-summary")).fill("宽带断网，光猫离线，已安排当天 15:00 上门。")
    stage.keep(console, "console-close")
    console.get_by_test_id("close-submit").click()
    expect(console.get_by_test_id("close-dialog")).to_have_count(0)

    phone.get_by_role("button", name="很满意", exact=True).tap(timeout=ANSWER_WITHIN_MS)
    comment = phone.get_by_test_id("xq-comment-input")
    comment.fill("一下就看出是光猫的问题，不用我再说一遍，很好。")
    stage.keep(phone, "widget-rating")
    phone.get_by_test_id("xq-comment-send").tap()
    thanks = phone.locator("[data-sender=system]").filter(has_text="意见已经记下")
    expect(thanks).to_be_visible(timeout=ANSWER_WITHIN_MS)
    return phone
