"""The conversation desk: what an agent does stays with the conversation it was done for, whatever else is opened."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_pages import log_in


@pytest.fixture
def desk(service: StartService, new_page: Callable[..., Page]) -> Page:
    """Three conversations; the first one lies open."""
    page = new_page()
    log_in(page, service(waiting=0, mine=3))
    page.get_by_test_id("conversation-item").first.click()
    page.get_by_test_id("message").first.wait_for()
    return page


def names(page: Page) -> list[str]:
    return page.locator("[data-testid=conversation-item] .row-name").all_inner_texts()


def test_a_transfer_is_of_the_customer_it_was_opened_for(desk: Page) -> None:
    first, *others = names(desk)
    desk.keyboard.press("Alt+t")
    dialog = desk.get_by_test_id("transfer-dialog")
    expect(dialog).to_contain_text(f"转接 {first}")
    for key in ("Alt+ArrowDown", "Alt+ArrowUp", "Alt+ArrowUp", "Alt+u", "Alt+e"):
        desk.keyboard.press(key)
    expect(desk.get_by_test_id("conversation-item").first).to_have_class("row conversation-row selected")
    expect(desk.get_by_test_id("close-dialog")).to_have_count(0)
    # By whatever way another conversation is opened beneath, the dialog keeps its own.
    desk.get_by_test_id("conversation-item").nth(1).evaluate("row => row.click()")
    expect(desk.get_by_test_id("conversation-item").nth(1)).to_have_class("row conversation-row selected")
    expect(dialog).to_contain_text(f"转接 {first}")
    desk.get_by_test_id("transfer-group").first.click()
    desk.get_by_test_id("transfer-submit").click()
    expect(dialog).to_have_count(0)
    assert names(desk) == others


def test_a_wrapup_is_of_the_customer_it_was_opened_for(desk: Page) -> None:
    first, *others = names(desk)
    desk.keyboard.press("Alt+e")
    dialog = desk.get_by_test_id("close-dialog")
    expect(dialog).to_contain_text(first)
    desk.keyboard.press("Alt+ArrowDown")
    expect(desk.get_by_test_id("conversation-item").first).to_have_class("row conversation-row selected")
    desk.get_by_test_id("conversation-item").nth(1).evaluate("row => row.click()")
    expect(dialog).to_contain_text(first)
    desk.get_by_test_id("close-disposition-option").first.click()
    desk.get_by_test_id("close-resolved").click()
    desk.get_by_test_id("close-submit").click()
    expect(dialog).to_have_count(0)
    assert names(desk) == others


def test_a_dialog_closes_with_words_when_somebody_else_takes_its_conversation(
    desk: Page, new_page: Callable[..., Page]
) -> None:
    first = names(desk)[0]
    desk.keyboard.press("Alt+e")
    desk.get_by_test_id("close-dialog").wait_for()
    other = new_page()
    log_in(other, desk.url.split("/console")[0])
    other.get_by_test_id("conversation-item").first.click()
    other.keyboard.press("Alt+t")
    other.get_by_test_id("transfer-group").first.click()
    other.get_by_test_id("transfer-submit").click()
    expect(desk.get_by_test_id("close-dialog")).to_have_count(0)
    expect(desk.get_by_text(f"与 {first} 的会话已不在您名下，小结没有提交。")).to_be_visible()
