"""Calls wished for in the chat window, and how they are seen to."""

from playwright.sync_api import Page, expect

from tools.screenshots.hands import ANSWER_WITHIN_MS, choose, field
from tools.screenshots.stage import Stage


def play(stage: Stage, console: Page, customers: list[Page]) -> None:
    """Takes the pictures of form, list and ticket."""
    for page, phone in zip(customers, ("13900001001", "13900001004"), strict=True):
        choose(page, "xq-menu-form")
        page.locator("label:has([data-testid=xq-form-kind-callback])").click()
        page.get_by_test_id("xq-form-phone").fill(phone)
        page.get_by_test_id("xq-form-text").fill("师傅上门以后网速还是慢，想请懂的同事打给我。")
        stage.camera.window(page, "ticket-form")
        page.get_by_test_id("xq-form-submit").click()
        page.get_by_test_id("xq-ticket").first.wait_for(timeout=ANSWER_WITHIN_MS)

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
    stage.camera.both(console, "console-tickets")

    for page in customers:
        choose(page, "xq-menu-tickets")
        page.get_by_test_id("xq-tickets-item").first.wait_for(timeout=ANSWER_WITHIN_MS)
        stage.camera.window(page, "tickets")
