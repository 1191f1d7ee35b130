"""axe-core finds nothing serious on any page, in light and dark, on desktop and phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.axe import serious
from tests.web.conftest import WEB, StartService

__all__ = ["serious"]
TABLE = WEB / "console/pages/table.ts"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LOOKS: dict[str, dict[str, Any]] = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": PHONE}


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service()


@pytest.mark.parametrize("look", LOOKS)
def test_the_widget(url: str, new_page: Callable[..., Page], look: str) -> None:
    page = new_page(**LOOKS[look])
    page.goto(url)
    page.get_by_test_id("xq-launcher").wait_for()
    assert serious(page) == []
    page.get_by_test_id("xq-launcher").click()
    page.get_by_test_id("xq-input").fill("怎么开通国际漫游")
    page.keyboard.press("Enter")
    page.locator("[data-testid=xq-message][data-sender=bot]").wait_for()
    page.get_by_test_id("xq-input").fill("随便问问")
    page.keyboard.press("Enter")
    page.get_by_test_id("xq-button").first.wait_for()
    assert serious(page) == []
    page.get_by_test_id("xq-transfer").click()
    page.get_by_test_id("xq-queue").wait_for()
    assert serious(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_table(url: str, new_page: Callable[..., Page], look: str) -> None:
    paths = re.findall(r"path: '(/[a-z-]*)'", TABLE.read_text(encoding="utf-8"))
    assert len(paths) > 3
    page = new_page(**LOOKS[look])
    page.goto(f"{url}/console/")
    page.get_by_test_id("login-username").fill("admin")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("preferences").wait_for()
    for path in paths:
        page.goto(f"{url}/console/#{path}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert page.url.endswith(f"#{path}"), "administrators see every page"
        assert page.get_by_test_id("page-problem").count() == 0, path
        assert (path, serious(page)) == (path, [])


@pytest.mark.parametrize("look", LOOKS)
def test_the_console(url: str, new_page: Callable[..., Page], look: str) -> None:
    page = new_page(**LOOKS[look])
    page.goto(f"{url}/console/")
    page.get_by_test_id("login-username").wait_for()
    assert serious(page) == []
    page.get_by_test_id("login-username").fill("lina")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("queue-item").first.wait_for()
    assert serious(page) == []
    page.get_by_test_id("claim").first.click()
    page.get_by_test_id("message").first.wait_for()
    page.get_by_test_id("reply-input").fill("您好")
    page.get_by_test_id("reply-send").click()
    page.locator("[data-testid=message][data-sender=agent]").last.wait_for()
    assert serious(page) == []
    page.get_by_test_id("canned-open").click()
    page.get_by_test_id("canned").wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_test_id("close-open").click()
    page.get_by_test_id("close-dialog").wait_for()
    assert serious(page) == []


def test_on_a_phone_the_chat_keeps_the_focus(url: str, new_page: Callable[..., Page]) -> None:
    """It covers the page: Tab goes round in it, both ways, and a screen reader stays in it too."""
    page = new_page(**PHONE)
    page.goto(url)
    page.get_by_test_id("xq-launcher").click()
    panel = page.get_by_test_id("xq-panel")
    expect(panel).to_have_attribute("aria-modal", "true")
    page.get_by_test_id("xq-input").focus()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(15):
            page.keyboard.press(key)
            assert page.evaluate("document.activeElement.localName") == "xiaoqiao-chat"
