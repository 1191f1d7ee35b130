"""Words beside the stars: with the keyboard, on a phone in the dark, and through a lost connection."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.axe import serious
from tests.web.conftest import StartService

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
THANKS = "您的意见已经记下"
SYSTEM = "[data-testid=xq-message][data-sender=system]"


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service(waiting=0, mine=0)


def ask_how_it_was(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_test_id("xq-launcher").click()
    page.get_by_test_id("xq-input").fill("我要评价")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="满意", exact=True)).to_be_visible()


def test_stars_and_a_comment_with_the_keyboard_alone(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    ask_how_it_was(page, url)
    page.get_by_role("button", name="满意", exact=True).focus()
    page.keyboard.press("Enter")
    box = page.get_by_test_id("xq-comment-input")
    expect(box).to_be_focused()
    assert serious(page) == []
    page.keyboard.type("等了太久")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("怎么回事？")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("xq-comment-said")).to_contain_text("等了太久\n怎么回事？")
    expect(page.get_by_test_id("xq-comment-state")).to_have_text("已发送")
    expect(page.locator(SYSTEM).filter(has_text=THANKS)).to_have_count(1)
    assert serious(page) == []
    expect(page.get_by_test_id("xq-input")).to_be_focused()
    page.keyboard.type("怎么开通国际漫游")
    page.keyboard.press("Enter")  # the next text is a question again
    expect(page.locator("[data-testid=xq-message][data-sender=bot]").last).to_contain_text("国际漫游")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("xq-panel")).to_be_hidden()


def test_nothing_to_add_on_a_phone(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(**PHONE)
    ask_how_it_was(page, url)
    page.get_by_role("button", name="很满意", exact=True).tap()
    box = page.get_by_test_id("xq-comment")
    expect(box).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("xq-comment-input")).not_to_be_focused()  # no keyboard over half of the screen
    assert serious(page) == []
    page.get_by_test_id("xq-comment-skip").tap()
    expect(box).to_be_hidden()
    page.reload()
    expect(page.locator(SYSTEM).filter(has_text="谢谢您的评价")).to_be_visible()
    expect(box).to_be_hidden()


def test_a_comment_without_a_network_is_kept_and_sent_once(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    cut = {"on": False}
    page.route_web_socket(
        "**/conversation/stream", lambda route: route.close() if cut["on"] else route.connect_to_server()
    )
    page.route("**/api/**", lambda route: route.abort() if cut["on"] else route.continue_())
    ask_how_it_was(page, url)
    page.get_by_role("button", name="不满意", exact=True).click()
    page.get_by_test_id("xq-comment-input").fill("态度不好")
    cut["on"] = True
    page.get_by_test_id("xq-comment-send").click()
    expect(page.get_by_test_id("xq-comment-state")).to_have_text("联网后发送")
    page.reload()
    cut["on"] = False
    expect(page.locator(SYSTEM).filter(has_text=THANKS)).to_have_count(1, timeout=15_000)
    expect(page.get_by_test_id("xq-comment-state")).to_have_text("已发送")
    customer = page.locator("[data-testid=xq-message][data-sender=customer]")
    expect(customer).to_have_count(2)  # the comment is no message
