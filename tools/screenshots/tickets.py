"""A call wished for in the chat window, and how it is seen to."""

from playwright.sync_api import Page, expect

from tools.screenshots.stage import ANSWER_WITHIN_MS, TOASTS_END_MS, Stage, field


def play(stage: Stage, console: Page, phone: Page) -> None:
    """Takes the pictures of form, list and ticket."""
    phone.get_by_role("button", name="更多设置").tap()
    phone.get_by_test_id("xq-menu-form").tap()
    phone.locator("label:has([data-testid=xq-form-kind-callback])").tap()
    phone.get_by_test_id("xq-form-phone").fill("13900001004")
    phone.get_by_test_id("xq-form-text").fill("师傅上门以后网速还是慢，想请懂的同事打给我。")
    stage.keep(phone, "widget-ticket-form")
    phone.get_by_test_id("xq-form-submit").tap()

    stage.wanting_a_call("C1006", "13900001006", "漫游日包多扣了一天，请帮我查一下")
    stage.wanting_a_call("C1007", "13900001007", "想把彩铃退掉，不会操作")
    console.get_by_test_id("page-tickets").click()
    console.get_by_test_id("ticket-item").filter(has_text="张伟").click(timeout=ANSWER_WITHIN_MS)
    console.get_by_test_id("ticket-take").click()
    expect(console.get_by_test_id("ticket-owner")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    console.get_by_test_id("ticket-call").click()
    console.get_by_test_id("ticket-not-reached").click()
    console.get_by_test_id("ticket-again").first.click()
    field(console.get_by_test_id("ticket-call-text")).fill("两次无人接听")
    console.get_by_test_id("ticket-call-submit").click()
    expect(console.get_by_test_id("ticket-call-dialog")).to_have_count(0)
    console.wait_for_timeout(TOASTS_END_MS)
    stage.keep(console, "console-tickets")

    phone.get_by_role("button", name="更多设置").tap()
    phone.get_by_test_id("xq-menu-tickets").tap()
    phone.get_by_test_id("xq-tickets-item").first.wait_for(timeout=ANSWER_WITHIN_MS)
    stage.keep(phone, "widget-tickets")
