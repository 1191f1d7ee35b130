"""The conversation desk: what an agent does stays with the conversation it was done for, whatever else is opened."""

import base64
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.conftest import StartService
from tests.web.test_pages import bubbles, log_in, say


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


def test_a_fast_hand_opens_the_next_dialog_while_the_one_before_fades_away(desk: Page) -> None:
    desk.keyboard.press("Alt+t")
    expect(desk.get_by_test_id("transfer-dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("Alt+e")
    expect(desk.get_by_test_id("close-dialog")).to_be_visible()
    expect(desk.get_by_test_id("transfer-dialog")).to_have_count(0)
    desk.keyboard.press("1")
    expect(desk.get_by_test_id("close-disposition-option").first).to_have_attribute("aria-checked", "true")


def test_work_that_is_left_is_written_down_with_the_wrapup(desk: Page) -> None:
    """The box for a follow-up comes and goes with the choice that means one, unless something is written there."""
    desk.keyboard.press("Alt+e")
    box, choices = desk.get_by_test_id("close-follow-up"), desk.get_by_test_id("close-disposition-option")
    left = desk.locator("[data-testid=close-disposition-option][data-value=follow_up]")
    left.click()
    expect(box).to_have_attribute("aria-checked", "true")
    choices.first.click()
    expect(box).to_have_attribute("aria-checked", "false")
    left.click()
    desk.get_by_test_id("follow-up-what").fill("回电告知退费结果")
    choices.first.click()
    expect(box).to_have_attribute("aria-checked", "true")
    expect(desk.get_by_test_id("follow-up-what")).to_have_value("回电告知退费结果")
    left.click()
    box.click()  # not needed after all
    choices.first.click()
    expect(box).to_have_attribute("aria-checked", "false")


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


# What the browser would show outside the page, and a way to be out of sight.
NOTICES = """
window.notices = []
window.Notification = class {
    static permission = 'granted'
    constructor(title, options) { window.notices.push(Object.assign(this, options)) }
    close() {}
}
Object.defineProperty(document, 'visibilityState', { get: () => (window.away ? 'hidden' : 'visible') })
localStorage.setItem('xiaoqiao-console:preferences', JSON.stringify({ notifications: true, sound: false }))
"""


def ask_for_a_person(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_test_id("xq-launcher").click()
    say(page, "转人工")
    page.get_by_test_id("xq-queue").wait_for()


def test_unread_messages_are_known_after_a_reload_and_a_notice_leads_to_them(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    url = service(waiting=0, mine=1)
    customer, agent = new_page(), new_page()
    agent.add_init_script(NOTICES)
    ask_for_a_person(customer, url)
    log_in(agent, url)
    agent.get_by_test_id("claim").click()
    bubbles(agent, "customer", "message").first.wait_for()
    agent.get_by_test_id("page-wall").click()
    agent.get_by_test_id("wall").wait_for()
    agent.evaluate("() => { window.away = true }")
    say(customer, "有人吗")
    expect(agent.get_by_test_id("rail-unread")).to_have_text("1")
    agent.reload()
    expect(agent.get_by_test_id("rail-unread")).to_have_text("1")
    expect(agent).to_have_title(re.compile(r"^\(1\)"))

    agent.evaluate("() => { window.away = true }")
    say(customer, "等了很久了")
    expect(agent.get_by_test_id("rail-unread")).to_have_text("2")
    [notice] = agent.evaluate("window.notices")
    assert notice["renotify"]
    assert notice["tag"].startswith("xiaoqiao-k")
    agent.evaluate("() => { window.away = false; window.notices[0].onclick() }")
    expect(bubbles(agent, "customer", "message").last).to_contain_text("等了很久了")
    expect(agent.get_by_test_id("reply-input")).to_be_visible()
    expect(agent.get_by_test_id("rail-unread")).to_have_count(0)
    expect(customer.get_by_test_id("xq-mark").last).to_have_text("已读")


LEFT_PX = "box => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight)"
# A square picture, drawn in the page.
SQUARE = """() => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 400
    canvas.getContext('2d').fillRect(0, 0, 400, 400)
    return canvas.toDataURL('image/png').split(',')[1]
}"""


def test_the_end_stays_in_sight_whatever_grows(service: StartService, new_page: Callable[..., Page]) -> None:
    url = service(waiting=0, mine=0)
    customer, agent = new_page(), new_page()
    ask_for_a_person(customer, url)
    log_in(agent, url)
    agent.get_by_test_id("claim").click()
    box = agent.locator(".transcript-scroll")
    for i in range(12):
        say(customer, f"第 {i} 句，" + "说得有点长，" * (i * 7 % 30))
    expect(bubbles(agent, "customer", "message").last).to_contain_text("第 11 句")
    # A picture that comes late.
    agent.route("**/api/v1/attachments/*", lambda route: (agent.wait_for_timeout(300), route.continue_()))
    content = {"name": "a.png", "mimeType": "image/png", "buffer": base64.b64decode(customer.evaluate(SQUARE))}
    customer.get_by_test_id("xq-file").set_input_files(content)
    expect(customer.get_by_test_id("xq-chip").locator("img")).to_be_visible()
    customer.get_by_test_id("xq-send").click()
    picture = agent.get_by_test_id("message-attachment").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 400)
    until_at_end(box)
    agent.get_by_test_id("note-open").click()
    agent.get_by_test_id("note-box").wait_for()
    until_at_end(box)
    agent.get_by_test_id("reply-input").fill("很长的\n" * 10)
    until_at_end(box)
    expect(agent.locator(".jump")).to_have_count(0)
    # Elsewhere what is read stays where it is.
    box.evaluate("box => { box.scrollTop = 300 }")
    expect(agent.locator(".jump")).to_be_visible()
    agent.get_by_test_id("reply-input").fill("")
    say(customer, "还在吗")
    expect(agent.locator(".row.selected")).to_contain_text("还在吗")
    assert box.evaluate("box => box.scrollTop") == 300
    agent.locator(".jump").click()
    until_at_end(box)


def until_at_end(box: Locator) -> None:
    for _ in range(50):
        if box.evaluate(LEFT_PX) <= 1:
            return
        box.page.wait_for_timeout(20)
    raise AssertionError(f"{box.evaluate(LEFT_PX)} px below the end")


def test_what_is_live_is_shown_while_the_past_is_away(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    is_away = True

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        if is_away:
            body |= {"messages": body["messages"][4:], "earlier_missing": True}
        route.fulfill(response=response, json=body)

    page.route(re.compile(r"/api/v1/agent/conversations/[^/?]+(\?.*)?$"), answer)
    log_in(page, service(waiting=0, mine=1))
    page.get_by_test_id("conversation-item").first.click()
    page.get_by_test_id("message").first.wait_for()
    missing = page.get_by_test_id("earlier-missing")
    expect(missing).to_contain_text("更早的消息暂时取不到")
    before = page.get_by_test_id("message").count()
    is_away = False
    page.get_by_test_id("earlier-retry").click()
    expect(missing).to_have_count(0)
    expect(page.get_by_test_id("message")).to_have_count(before + 4)
