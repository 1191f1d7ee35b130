"""The customer's transcript: earlier messages, and which quick replies were used."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_comforts import open_widget
from tests.web.test_pages import say

# Every second message is a greeting, so that rows of all heights are among the earlier ones.
WRITE = """async ([count]) => {
    const key = Object.keys(localStorage).find((name) => name.endsWith(':token'))
    const headers = { Authorization: `Bearer ${localStorage.getItem(key)}`, 'Content-Type': 'application/json' }
    for (let i = 0; i < count; i++) {
        const text = i % 3 === 0 ? `第 ${i} 条` : `第 ${i} 条，${'这一条长一些。'.repeat(i % 7)}`
        const body = JSON.stringify({ text, client_message_id: `written-${i}` })
        await fetch('/api/v1/conversation/messages', { method: 'POST', headers, body })
    }
}"""
# The first row in sight, and where it stands.
READ = """() => {
    const root = document.querySelector('xiaoqiao-chat').shadowRoot
    const scroller = root.querySelector('.scroller')
    const { top } = scroller.getBoundingClientRect()
    const row = [...root.querySelectorAll('[data-seq]')].find((one) => one.getBoundingClientRect().bottom > top)
    return [row.dataset.seq, row.getBoundingClientRect().top]
}"""
WATCH = """() => {
    const log = document.querySelector('xiaoqiao-chat').shadowRoot.querySelector('[role=log]')
    window.spoken = []
    new MutationObserver((records) => {
        for (const { addedNodes } of records) for (const node of addedNodes) {
            const region = node.parentElement?.closest('[aria-live]')
            if (region?.getAttribute('aria-live') !== 'off') window.spoken.push(node.textContent)
        }
    }).observe(log, { childList: true, subtree: true })
}"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service(waiting=0, mine=0)


def test_earlier_messages_move_nothing_and_are_not_read_out(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 480, "height": 800})
    open_widget(page, url)
    page.evaluate(WRITE, [70])
    expect(page.locator("xiaoqiao-chat [data-seq='140']")).to_be_visible()  # the assistant has answered each
    page.reload()
    earlier = page.get_by_test_id("xq-earlier")
    expect(earlier).to_be_visible()
    page.evaluate(WATCH)
    for _ in range(2):
        before_count = page.locator("xiaoqiao-chat [data-seq]").count()
        earlier.focus()
        page.locator("xiaoqiao-chat .scroller").evaluate("one => { one.scrollTop = 37 }")
        page.evaluate(FRAMES)
        seq, before = page.evaluate(READ)
        page.keyboard.press("Enter")
        expect(page.locator("xiaoqiao-chat [data-seq]")).not_to_have_count(before_count)
        page.evaluate(FRAMES)
        after = page.locator(f"xiaoqiao-chat [data-seq='{seq}']").bounding_box()
        assert after is not None
        assert after["y"] == pytest.approx(before, abs=1)
    assert page.evaluate("window.spoken") == []
    expect(page.get_by_test_id("xq-intro")).to_be_visible()
    shown = page.locator("xiaoqiao-chat [data-seq]").evaluate_all("rows => rows.map((row) => Number(row.dataset.seq))")
    assert shown == list(range(1, len(shown) + 1))
    # The button is gone; whoever used it by key is in the messages, not at the top of the page.
    assert page.evaluate("document.querySelector('xiaoqiao-chat').shadowRoot.activeElement.className") == "scroller"
    say(page, "还在吗")
    expect(page.get_by_test_id("xq-message").last).to_be_in_viewport()
    assert any("还在吗" in spoken for spoken in page.evaluate("window.spoken"))


def test_a_used_button_is_marked_on_its_own_message_and_held_on_return(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_widget(page, url)
    for count in (1, 2):
        say(page, "随便问问")
        expect(page.locator("xiaoqiao-chat .choices:not(.starters .choices)")).to_have_count(count)
    rows = page.locator("[data-testid=xq-message]:has([data-testid=xq-button])")
    pressed = rows.first.get_by_test_id("xq-button").first
    pressed.click()
    for _ in range(2):
        expect(pressed).to_be_disabled()
        expect(pressed).to_have_class("chosen")
        expect(rows.last.get_by_test_id("xq-button").first).to_be_enabled()
        page.reload()
        expect(rows.first).to_be_visible()


def test_larger_text_leaves_the_end_in_sight(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_widget(page, url)
    for text, shown in (("怎么开通国际漫游", "xq-helpful"), ("随便问问", "xq-button"), ("没人", "xq-queue")):
        say(page, text)
        page.get_by_test_id(shown).first.wait_for()
    last = page.get_by_test_id("xq-message").last
    expect(last).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="更多设置").click()
    for checked in (True, False):
        page.get_by_test_id("xq-pref-largeText").set_checked(checked)
        page.evaluate(FRAMES)
        expect(last).to_be_in_viewport(ratio=1)
