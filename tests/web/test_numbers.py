"""Customers' numbers in the console: masked, shown in this view for a reason, gone with it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_accessibility import serious
from tests.web.test_pages import bubbles, log_in, say

PHONE = "13912345678"
MASKED = "139****5678"


def test_numbers_are_shown_for_a_reason_and_hidden_again(service: StartService, new_page: Callable[..., Page]) -> None:
    url = service(waiting=0, mine=0)
    customer, console = new_page(), new_page()
    customer.goto(url)
    customer.get_by_test_id("xq-launcher").click()
    say(customer, "转人工")
    expect(customer.get_by_test_id("xq-queue")).to_be_visible()
    log_in(console, url)
    console.get_by_test_id("claim").last.click()
    say(customer, f"请打 {PHONE}")
    expect(bubbles(customer, "customer").last).to_contain_text(PHONE)
    said = bubbles(console, "customer", "message").last
    expect(said).to_contain_text(MASKED)

    said.get_by_test_id("numbers-show").focus()
    console.keyboard.press("Enter")
    expect(console.get_by_test_id("reveal-call_back")).to_be_focused()
    assert serious(console) == []
    console.keyboard.press("Escape")
    expect(console.get_by_test_id("reveal-call_back")).to_have_count(0)
    expect(said.get_by_test_id("numbers-show")).to_be_focused()
    console.keyboard.press("Enter")
    expect(console.get_by_test_id("reveal-call_back")).to_be_focused()
    console.keyboard.press("Enter")
    expect(said).to_contain_text(PHONE)
    assert PHONE not in console.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    said.get_by_test_id("numbers-hide").click()
    expect(said).to_contain_text(MASKED)

    said.get_by_test_id("numbers-show").click()
    console.get_by_test_id("reveal-verify_identity").click()
    expect(said).to_contain_text(PHONE)
    console.reload()
    console.get_by_test_id("conversation-item").click()
    expect(bubbles(console, "customer", "message").last).to_contain_text(MASKED)
