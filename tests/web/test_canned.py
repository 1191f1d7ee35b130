"""Canned replies in the reply box: found by keyword, filled in, and never sent with a hole in them."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.conftest import StartService


def test_a_reply_is_filled_in_and_one_with_a_hole_is_not_sent(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(f"{service()}/console/")
    page.get_by_test_id("login-username").fill("lina")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("conversation-item").first.click()
    page.get_by_test_id("reply-input").press("/")
    page.get_by_test_id("canned-item").nth(2).wait_for()
    page.keyboard.type("核实")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reply-input")).to_have_value("请确认要办理业务的是不是尾号 7713 的号码？")
    page.get_by_test_id("reply-input").fill("您的{套餐名称}是")
    expect(page.get_by_test_id("reply-unfilled")).to_contain_text("{套餐名称}")
    expect(page.get_by_test_id("reply-send")).to_be_disabled()
    page.get_by_test_id("reply-input").press("Enter")
    expect(page.get_by_test_id("reply-input")).to_have_value("您的{套餐名称}是")
    expect(page.locator("[data-testid=message][data-sender=agent]")).to_have_count(0)
    page.get_by_test_id("reply-input").fill("您好")
    expect(page.get_by_test_id("reply-send")).to_be_enabled()
