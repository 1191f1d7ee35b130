"""The widget on other people's pages: their styles, their policy, their browser's refusals, their mistakes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_accessibility import PHONE, serious
from tests.web.test_comforts import open_widget
from tests.web.test_pages import bubbles, say

# As sites reset things, only worse; all that is inherited would come into the shadow tree.
HOSTILE = """
    * { box-sizing: content-box !important; font-size: 30px !important; line-height: 3 !important;
        letter-spacing: 6px !important; text-align: right !important; text-indent: 20px !important;
        text-transform: uppercase !important; white-space: nowrap !important; cursor: crosshair !important;
        color: red !important; word-spacing: 9px !important; font-style: italic !important; }
    button, textarea, section { display: none !important } div { border: 9px solid red }
"""
# Of every element of the panel: where it stands, how large it is, and how it looks.
LOOK = """() => [...document.querySelector('xiaoqiao-chat').shadowRoot.querySelectorAll('*')].map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect()
    const look = getComputedStyle(one)
    const words = [look.fontSize, look.color, look.letterSpacing, look.textAlign, look.cursor, look.whiteSpace]
    return [one.className.toString(), ...[x, y, width, height].map(Math.round), ...words].join(' ')
})"""
# What docs/widget.md asks of a site's policy, for a service at the same origin.
STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'"
TAG = '<script src="/widget/xiaoqiao-chat.js"></script>'
NO_STORAGE = """
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
        Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })
    }
    navigator.locks.request = () => Promise.reject(new DOMException('no', 'SecurityError'))
"""


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service(waiting=0, mine=0)


def host(page: Page, url: str, body: str = "<xiaoqiao-chat></xiaoqiao-chat>", *, script: str = TAG) -> None:
    """Opens a page of the site itself, under its own policy."""
    html = f"<!doctype html><html lang=zh><meta charset=utf-8><title>site</title>{script}<p>site</p>{body}"
    headers = {"Content-Security-Policy": STRICT, "Content-Type": "text/html; charset=utf-8"}
    page.route("**/site.html", lambda route: route.fulfill(body=html, headers=headers))
    # A page that no server gave counts as one from elsewhere, which may not speak to this machine unasked.
    page.context.grant_permissions(["local-network-access"])
    page.goto(f"{url}/site.html")


def open_here(page: Page) -> None:
    page.get_by_test_id("xq-launcher").click()
    expect(page.get_by_test_id("xq-status")).to_have_attribute("data-connection", "online")


def test_a_pages_styles_do_not_reach_in(url: str, new_page: Callable[..., Page]) -> None:
    looks = []
    for styles in ("", HOSTILE):
        page = new_page(reduced_motion="reduce")
        host(page, url)
        page.evaluate(
            "(text) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);"
            " document.adoptedStyleSheets = [sheet] }",
            styles,
        )
        launcher = page.get_by_test_id("xq-launcher")
        before = page.evaluate(LOOK)
        launcher.click()
        expect(page.get_by_test_id("xq-status")).to_have_attribute("data-connection", "online")
        expect(page.get_by_test_id("xq-input")).to_be_focused()
        looks.append([before, page.evaluate(LOOK)])
    assert looks[0] == looks[1]


def test_a_strict_policy_is_enough(url: str, new_page: Callable[..., Page]) -> None:
    """`new_page` fails the test for anything a policy blocked."""
    page = new_page()
    host(page, url)
    page.get_by_test_id("xq-launcher").click()
    say(page, "怎么开通国际漫游")
    expect(bubbles(page, "bot")).to_have_count(1)
    choose_small(page)
    expect(page.get_by_test_id("xq-chip").locator("img")).to_have_js_property("naturalWidth", 1)
    page.get_by_test_id("xq-send").click()
    page.get_by_test_id("xq-attachment").click()
    expect(page.get_by_test_id("lightbox").locator("img")).to_have_js_property("naturalWidth", 1)
    page.keyboard.press("Escape")
    panel = page.get_by_test_id("xq-panel")
    assert panel.evaluate("panel => getComputedStyle(panel).position") == "fixed"


def choose_small(page: Page) -> None:
    """A picture of one pixel: the strict page may not draw one."""
    dot = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
    page.get_by_test_id("xq-file").set_input_files({"name": "dot.gif", "mimeType": "image/gif", "buffer": dot})


def test_where_nothing_may_be_stored_the_chat_works_for_as_long_as_the_page(
    url: str, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.add_init_script(NO_STORAGE)
    host(page, url)
    page.get_by_test_id("xq-launcher").click()
    say(page, "怎么开通国际漫游")
    expect(bubbles(page, "bot")).to_have_count(1)
    page.route("**/api/**", lambda route: route.abort())
    choose_small(page)
    expect(page.get_by_test_id("xq-chip")).to_contain_text("联网后发送")
    page.unroute("**/api/**")
    page.get_by_test_id("xq-send").click()
    expect(page.get_by_test_id("xq-attachment")).to_have_count(1)
    expect(page.locator("[data-pending]")).to_have_count(0)


def test_the_script_twice_and_the_element_moved_about(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    host(page, url, f"{TAG}<main></main><xiaoqiao-chat></xiaoqiao-chat>{TAG}")
    expect(page.get_by_test_id("xq-launcher")).to_have_count(1)
    page.get_by_test_id("xq-launcher").click()
    say(page, "怎么开通国际漫游")
    expect(bubbles(page, "bot")).to_have_count(1)
    page.get_by_test_id("xq-input").fill("写了一半")
    for move in ("main.append(chat)", "chat.remove(); document.body.prepend(chat)"):
        page.evaluate(
            f"() => {{ const chat = document.querySelector('xiaoqiao-chat'); "
            f"const main = document.querySelector('main'); {move} }}"
        )
        expect(page.get_by_test_id("xq-panel")).to_be_visible()
        expect(page.get_by_test_id("xq-message")).to_have_count(2)
        expect(page.get_by_test_id("xq-input")).to_have_value("写了一半")
    say(page, "再问一次漫游")
    expect(bubbles(page, "bot")).to_have_count(2)
    expect(bubbles(page, "customer")).to_have_count(2)


def test_a_page_may_name_the_very_script_it_means(url: str, new_page: Callable[..., Page]) -> None:
    """By a name and a hash of its content; the service is found from there too."""
    page = new_page()
    version = page.request.get(f"{url}/widget/version.json").json()
    tag = f'<script src="/widget/{version["script"]}" integrity="{version["integrity"]}" crossorigin></script>'
    host(page, url, f"{tag}<xiaoqiao-chat></xiaoqiao-chat>", script="")
    open_here(page)
    host(page, url, f"{tag.replace('sha384-', 'sha384-0')}<xiaoqiao-chat></xiaoqiao-chat>", script="")
    expect(page.locator("xiaoqiao-chat")).to_have_count(1)
    expect(page.get_by_test_id("xq-launcher")).to_have_count(0)


def test_a_phone_held_sideways_shows_the_chat_alone(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(**{**PHONE, "viewport": {"width": 844, "height": 390}}, reduced_motion="reduce")
    open_widget(page, url)
    assert page.get_by_test_id("xq-panel").bounding_box() == {"x": 0, "y": 0, "width": 844, "height": 390}
    expect(page.get_by_test_id("xq-panel")).to_have_attribute("aria-modal", "true")


def test_two_fingers_enlarge_the_chat_and_do_not_shrink_it(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(**PHONE)
    open_widget(page, url)
    page.context.new_cdp_session(page).send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    page.wait_for_function("visualViewport.scale === 2")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.get_by_test_id("xq-panel").evaluate("panel => panel.offsetHeight") == 844


def test_nothing_is_lost_of_sight_in_forced_colours(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(forced_colors="active")
    host(page, url)
    page.get_by_test_id("xq-launcher").click()
    say(page, "随便问问")
    page.get_by_test_id("xq-button").first.click()
    edges = ("[data-testid=xq-panel]", ".bubble", ".choices .chosen", ".send", ".transfer", ".face")
    for part in edges:
        width = page.locator(f"xiaoqiao-chat {part}").first.evaluate(
            "one => parseFloat(getComputedStyle(one).borderTopWidth)"
        )
        assert (part, width > 0) == (part, True)
    assert serious(page) == []


def test_a_page_that_comes_back_from_the_browsers_memory_goes_on(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    host(page, url)
    page.get_by_test_id("xq-launcher").click()
    say(page, "怎么开通国际漫游")
    expect(bubbles(page, "bot")).to_have_count(1)
    page.get_by_test_id("xq-input").fill("写了一半")
    page.goto(f"{url}/")
    page.go_back()
    expect(page.get_by_test_id("xq-input")).to_have_value("写了一半")
    say(page, "再问一次漫游")
    expect(bubbles(page, "bot")).to_have_count(2)
    expect(page.get_by_test_id("xq-status")).to_have_attribute("data-connection", "online")


def test_a_second_tab_knows_what_the_first_has_shown(url: str, new_page: Callable[..., Page]) -> None:
    first = new_page()
    host(first, url)
    first.get_by_test_id("xq-launcher").click()
    say(first, "怎么开通国际漫游")
    expect(bubbles(first, "bot")).to_have_count(1)
    second = first.context.new_page()
    host(second, url)
    expect(second.get_by_test_id("xq-launcher")).to_be_visible()
    say(first, "再问一次漫游")
    expect(bubbles(first, "bot")).to_have_count(2)
    expect(bubbles(second, "bot")).to_have_count(2)  # known there too, behind the launcher
    expect(second.get_by_test_id("xq-unread")).to_be_hidden()
    say(first, "第三次问漫游")
    second.get_by_test_id("xq-launcher").click()
    expect(bubbles(second, "customer")).to_have_count(3)
    expect(bubbles(second, "bot")).to_have_count(3)


def test_many_files_with_long_names_leave_the_writing_box_in_sight(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(**{**PHONE, "viewport": {"width": 320, "height": 568}})
    open_widget(page, url)
    files = [{"name": f"{'很长的文件名' * 6}{i}.txt", "mimeType": "text/plain", "buffer": b"1"} for i in range(20)]
    page.get_by_test_id("xq-file").set_input_files(files)
    expect(page.get_by_test_id("xq-chip")).to_have_count(9)
    expect(page.get_by_test_id("xq-tray-notice")).to_be_in_viewport()
    expect(page.get_by_test_id("xq-input")).to_be_in_viewport(ratio=1)
    page.get_by_test_id("xq-send").click()
    expect(bubbles(page, "customer").last.get_by_test_id("xq-attachment")).to_have_count(9)


@pytest.mark.parametrize(("width", "height", "large"), [(844, 200, False), (320, 300, True)])
def test_little_height_leaves_room_for_what_is_said(
    url: str, new_page: Callable[..., Page], width: int, height: int, large: bool
) -> None:
    """A keyboard leaves so much of a phone held sideways, and of a small one with large text."""
    page = new_page(**{**PHONE, "viewport": {"width": width, "height": height}}, reduced_motion="reduce")
    open_widget(page, url)
    page.locator("xiaoqiao-chat").evaluate("(chat, large) => chat.toggleAttribute('large-text', large)", large)
    say(page, "没人")
    expect(page.get_by_test_id("xq-queue")).to_be_visible()
    for part in ("xq-input", "xq-send", "xq-transfer", "xq-leave-queue", "xq-close"):
        expect(page.get_by_test_id(part)).to_be_in_viewport(ratio=1)
    assert page.locator("xiaoqiao-chat .scroller").evaluate("one => one.clientHeight") > 50
    panel = page.get_by_test_id("xq-panel")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
