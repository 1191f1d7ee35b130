"""What colleagues write to each other and who has read what, in the pages."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_accessibility import serious
from tests.web.test_pages import bubbles, log_in, say


def test_notes_stay_among_agents_and_read_marks_go_both_ways(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    url = service()
    customer, console = new_page(), new_page()
    customer.goto(url)
    customer.get_by_test_id("xq-launcher").click()
    say(customer, "转人工")
    expect(customer.get_by_test_id("xq-queue")).to_be_visible()
    expect(customer.locator(".mark").last).to_have_text("已送达")
    log_in(console, url)
    console.get_by_test_id("claim").last.click()
    console.get_by_test_id("reply-input").fill("您好，马上为您处理")
    console.keyboard.press("Enter")
    expect(bubbles(customer, "agent")).to_have_count(1)
    expect(console.get_by_test_id("message-read")).to_have_text("已读")
    say(customer, "好的")
    expect(customer.locator(".mark").last).to_have_text("已读")

    expect(console.get_by_test_id("contact")).to_contain_text("已登记退费")
    expect(console.get_by_test_id("contacts-repeated")).to_have_text("重复来电")
    # An article for what the customer said, put into the reply and still to be edited.
    console.get_by_test_id("suggestion-insert").first.click()
    expect(console.get_by_test_id("reply-input")).to_have_value(re.compile("^请先查看当月账单"))
    console.get_by_test_id("reply-input").fill("")
    console.get_by_test_id("knowledge-search").fill("退订")
    expect(console.get_by_test_id("knowledge-item")).to_have_count(1)
    console.get_by_test_id("knowledge-insert").click()
    expect(console.get_by_test_id("reply-input")).to_have_value(re.compile("退订已订购"))
    console.get_by_test_id("reply-input").fill("")

    console.get_by_test_id("note-open").click()
    console.get_by_test_id("note-input").fill("<b>客户很急</b>，请帮忙看一下")
    console.keyboard.press("Control+Enter")
    expect(console.get_by_test_id("note")).to_contain_text("<b>客户很急</b>")
    expect(console.get_by_test_id("note-box")).to_have_count(0)
    expect(customer.get_by_text("客户很急")).to_have_count(0)
    console.get_by_test_id("tasks").click()
    expect(console.get_by_test_id("mention")).to_contain_text("收到，我来看")
    expect(console.get_by_test_id("follow-up")).to_contain_text("回电告知退费结果")
    assert serious(console) == []
    console.get_by_test_id("mention-look").click()
    console.get_by_test_id("close-open").click()
    console.get_by_test_id("close-follow-up").click()
    assert serious(console) == []


def test_dialogs_can_be_typed_into(service: StartService, new_page: Callable[..., Page]) -> None:
    """The component library's focus trap takes the focus away from whatever is not within a <div> of its own."""
    page = new_page()
    log_in(page, service(waiting=0, mine=1))
    page.get_by_test_id("conversation-item").click()
    page.get_by_test_id("close-open").click()
    page.get_by_test_id("close-summary").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("refunded")
    expect(page.get_by_test_id("close-summary")).to_have_value("refunded")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("close-dialog")).to_have_count(0)
    page.get_by_test_id("transfer-open").click()
    page.get_by_test_id("transfer-reason").click()
    page.keyboard.type("bills")
    expect(page.get_by_test_id("transfer-reason")).to_have_value("bills")
