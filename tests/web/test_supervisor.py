"""A supervisor looks on at a colleague's conversation and takes it over."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_pages import bubbles, log_in


def test_a_supervisor_looks_on_takes_over_and_replies(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, service(waiting=0, mine=1))
    page.get_by_test_id("conversation-item").click()
    bubbles(page, "customer", "message").first.wait_for()
    page.keyboard.press("Alt+t")
    page.get_by_test_id("transfer-agent").filter(has_text="王芳").click()
    page.get_by_test_id("transfer-submit").click()
    expect(page.get_by_test_id("conversation-item")).to_have_count(0)

    page.get_by_test_id("page-wall").click()
    page.get_by_test_id("wall-conversation").filter(has_text="王芳").get_by_test_id("wall-watch").click()
    watch = page.get_by_test_id("watch")
    expect(bubbles(page, "system", "message").last).to_contain_text("已转接给坐席王芳")
    expect(watch.get_by_test_id("reply-input")).to_have_count(0)  # who looks on does not speak
    page.get_by_test_id("take-over").click()
    expect(watch).to_have_count(0)
    expect(page.get_by_test_id("conversation-item")).to_have_attribute("aria-current", "true")
    page.get_by_test_id("reply-input").fill("您好，我是班长，由我来处理")
    page.get_by_test_id("reply-input").press("Enter")
    expect(bubbles(page, "agent", "message").last).to_contain_text("您好，我是班长，由我来处理")
    expect(page.locator("[data-testid=message][data-pending]")).to_have_count(0)
