"""Pictures, emoji and files in both pages, as only a browser handles them: focus, pinching, dropping, no network."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.web.conftest import StartService
from tests.web.test_accessibility import PHONE, serious
from tests.web.test_pages import bubbles, log_in, say

# A picture with a word on it, drawn in the page, so that no file is needed.
DRAW = """async ([text]) => {
    const canvas = document.createElement('canvas')
    canvas.width = 320; canvas.height = 200
    const pen = canvas.getContext('2d')
    pen.fillStyle = '#0b63e5'; pen.fillRect(0, 0, 320, 200)
    pen.fillStyle = '#fff'; pen.font = '48px sans-serif'; pen.fillText(text, 40, 120)
    return canvas.toDataURL('image/png').split(',')[1]
}"""


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service(waiting=1, mine=2)


def picture(page: Page, text: str) -> bytes:
    return base64.b64decode(page.evaluate(DRAW, [text]))


def choose(page: Page, text: str, testid: str = "xq-file") -> None:
    content = {"name": f"{text}.png", "mimeType": "image/png", "buffer": picture(page, text)}
    page.get_by_test_id(testid).set_input_files(content)


def open_widget(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_test_id("xq-launcher").click()
    expect(page.get_by_test_id("xq-status")).to_have_attribute("data-connection", "online")


def send_pictures(page: Page, *texts: str) -> None:
    for text in texts:
        choose(page, text)
    expect(page.get_by_test_id("xq-chip").locator("img")).to_have_count(len(texts))
    page.get_by_test_id("xq-send").click()
    expect(bubbles(page, "customer").last.get_by_test_id("xq-attachment")).to_have_count(len(texts))


def scale(image: Locator) -> float:
    return float(image.evaluate("image => new DOMMatrix(getComputedStyle(image).transform).a"))


def pinch(session: CDPSession, begin: int, end: int) -> None:
    """Two fingers from `begin` to `end` pixels off the middle of a phone's screen."""

    def fingers(kind: str, off: int) -> None:
        points = [] if off < 0 else [{"x": 195 - off, "y": 420, "id": 0}, {"x": 195 + off, "y": 420, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", begin)
    for step in range(1, 6):
        fingers("touchMove", begin + (end - begin) * step // 5)
    fingers("touchEnd", -1)


def test_the_widgets_pictures_open_large_with_keyboard_and_focus(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_widget(page, url)
    send_pictures(page, "one", "two")
    first = page.get_by_test_id("xq-attachment").first
    first.focus()
    page.keyboard.press("Enter")
    box = page.get_by_test_id("lightbox")
    expect(box.get_by_role("status")).to_have_text("第 1 张，共 2 张")
    assert serious(page) == []
    page.keyboard.press("ArrowRight")
    expect(box.locator("img")).to_have_attribute("alt", "two.png")
    for _ in range(8):  # the page beneath cannot be reached
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => { const root = document.querySelector('xiaoqiao-chat').shadowRoot;"
            " return root.activeElement.closest('[data-testid=lightbox]') !== null }"
        )
    page.keyboard.press("+")
    assert scale(box.locator("img")) == pytest.approx(1.5)
    page.keyboard.press("0")
    box.locator("img").dblclick()
    assert scale(box.locator("img")) == pytest.approx(2.5)
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(page.get_by_test_id("xq-panel")).to_be_visible()
    expect(first).to_be_focused()


def test_two_fingers_enlarge_a_picture_on_a_phone(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(**PHONE)
    open_widget(page, url)
    send_pictures(page, "phone", "next")
    page.get_by_test_id("xq-attachment").first.tap()
    image = page.get_by_test_id("lightbox").locator("img")
    expect(image).to_be_visible()
    session = page.context.new_cdp_session(page)
    pinch(session, 30, 90)
    assert 2.5 < scale(image) < 3.5
    pinch(session, 90, 20)
    assert scale(image) == 1
    assert page.evaluate("visualViewport.scale") == 1  # the picture was enlarged, not the page


def test_a_file_chosen_without_a_network_outlives_the_page_and_is_sent_once(
    url: str, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    cut = {"on": False}
    page.route_web_socket(
        "**/conversation/stream", lambda route: route.close() if cut["on"] else route.connect_to_server()
    )
    page.route("**/api/**", lambda route: route.abort() if cut["on"] else route.continue_())
    open_widget(page, url)
    cut["on"] = True
    choose(page, "offline")
    expect(page.get_by_test_id("xq-chip")).to_contain_text("联网后发送")
    page.get_by_test_id("xq-input").fill("这是我的账单")
    page.get_by_test_id("xq-send").click()
    expect(page.locator("[data-pending]")).to_have_count(1)
    page.wait_for_function("indexedDB.databases().then((all) => all.length === 1)")
    page.reload()
    expect(page.locator("[data-pending]")).to_have_count(1)

    cut["on"] = False
    message = page.locator("[data-seq][data-sender=customer]")
    expect(message).to_have_count(1, timeout=15_000)
    expect(page.locator("[data-pending]")).to_have_count(0)
    expect(message).to_contain_text("这是我的账单")
    shown = message.get_by_test_id("xq-attachment").locator("img")
    page.wait_for_function("image => image.naturalWidth === 320", arg=shown.element_handle())
    left = """async () => {
        const [{ name }] = await indexedDB.databases()
        const request = indexedDB.open(name)
        await new Promise((resolve) => { request.onsuccess = resolve })
        const count = request.result.transaction('files').objectStore('files').count()
        await new Promise((resolve) => { count.onsuccess = resolve })
        return count.result
    }"""
    assert page.evaluate(left) == 0


def test_the_end_stays_in_sight_when_room_is_taken(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(**PHONE)
    open_widget(page, url)
    for text, shown in (("怎么开通国际漫游", "xq-helpful"), ("随便问问", "xq-button"), ("转人工", "xq-queue")):
        say(page, text)
        page.get_by_test_id(shown).first.wait_for()
    panel = page.get_by_test_id("xq-panel")
    assert panel.evaluate("panel => { panel.scrollTop = 100; return panel.scrollTop }") == 0, "the header went away"
    last = page.get_by_test_id("xq-message").last
    expect(last).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 390, "height": 480})  # the keyboard comes
    expect(last).to_be_in_viewport(ratio=1)
    first = page.get_by_test_id("xq-message").first
    first.scroll_into_view_if_needed()
    expect(page.locator("xiaoqiao-chat .jump")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 460})  # who reads further up is left there
    expect(first).to_be_in_viewport(ratio=1)


def test_large_text_and_sound_are_remembered(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_widget(page, url)
    page.get_by_role("button", name="更多设置").click()
    page.get_by_test_id("xq-pref-largeText").check()
    page.get_by_test_id("xq-pref-sound").uncheck()
    page.reload()
    expect(page.get_by_test_id("xq-panel")).to_be_visible()
    assert page.get_by_test_id("xq-panel").evaluate("panel => getComputedStyle(panel).fontSize") == "20px"
    page.get_by_role("button", name="更多设置").click()
    expect(page.get_by_test_id("xq-pref-sound")).not_to_be_checked()


def test_nothing_moves_for_who_wants_no_motion(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(reduced_motion="reduce")
    open_widget(page, url)
    say(page, "怎么开通国际漫游")
    expect(bubbles(page, "bot")).to_have_count(1)
    running = page.evaluate(
        "document.querySelector('xiaoqiao-chat').shadowRoot.getAnimations()"
        ".filter((one) => one.playState === 'running').length"
    )
    assert running == 0


# ---- console ---------------------------------------------------------------------------------------------------------

PASTE = """([element, encoded, kind]) => {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0))
    const given = new DataTransfer()
    given.items.add(new File([bytes], kind + '.png', { type: 'image/png' }))
    const event = kind === 'paste'
        ? new ClipboardEvent('paste', { clipboardData: given, bubbles: true, cancelable: true })
        : new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true })
    element.dispatchEvent(event)
}"""


def give(page: Page, kind: str) -> None:
    encoded = base64.b64encode(picture(page, kind)).decode()
    page.evaluate(PASTE, [page.get_by_test_id("reply-input").element_handle(), encoded, kind])


def test_an_agent_pastes_and_drops_pictures_and_looks_at_them(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, url)
    page.get_by_test_id("conversation-item").nth(0).click()
    give(page, "paste")
    give(page, "drop")
    chips = page.get_by_test_id("attachment-chip")
    expect(chips.locator("img")).to_have_count(2)
    page.get_by_test_id("conversation-item").nth(1).click()  # another customer gets none of it
    expect(chips).to_have_count(0)
    page.get_by_test_id("conversation-item").nth(0).click()
    expect(chips).to_have_count(2)
    page.get_by_test_id("reply-send").click()
    sent = page.locator("[data-testid=message][data-sender=agent]").last.get_by_test_id("message-attachment")
    expect(sent).to_have_count(2)
    sent.nth(1).focus()
    page.keyboard.press("Enter")
    box = page.get_by_test_id("lightbox")
    expect(box.get_by_role("status")).to_have_text("第 2 张，共 2 张")
    assert serious(page) == []
    page.keyboard.press("Alt+KeyE")  # the desk's keys rest
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(page.get_by_test_id("close-dialog")).to_have_count(0)
    expect(sent.nth(1)).to_be_focused()


def test_files_an_agent_chose_without_a_network_outlive_the_page_and_go_out_once(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    log_in(page, service(waiting=0, mine=1))
    page.get_by_test_id("conversation-item").click()
    expect(page.get_by_test_id("message").last).to_be_visible()
    uploads: list[str] = []
    page.on("response", lambda response: "/attachments?" in response.url and uploads.append(response.url))
    page.route("**/api/**", lambda route: route.abort())
    give(page, "paste")
    expect(page.get_by_test_id("attachment-chip")).to_contain_text("等待网络")
    page.get_by_test_id("reply-input").fill("账单见图")
    page.get_by_test_id("reply-send").click()
    expect(page.locator("[data-pending]")).to_have_count(1)
    give(page, "paste")  # for the next reply
    expect(page.get_by_test_id("attachment-chip")).to_contain_text("等待网络")
    assert serious(page) == []
    page.unroute("**/api/**")
    page.reload()
    page.get_by_test_id("conversation-item").click()
    sent = page.locator("[data-testid=message][data-sender=agent]").last
    expect(sent).to_contain_text("账单见图")
    expect(sent.get_by_test_id("message-attachment")).to_have_count(1)
    expect(page.get_by_test_id("attachment-chip").locator("img")).to_have_count(1)
    expect(page.locator("[data-pending]")).to_have_count(0)
    assert len(uploads) == 2


def test_an_agent_works_with_the_keyboard_alone(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, url)
    page.keyboard.press("?")
    expect(page.get_by_test_id("shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("shortcuts")).to_have_count(0)
    page.keyboard.press("Alt+ArrowDown")
    reply = page.get_by_test_id("reply-input")
    expect(reply).to_be_focused()
    page.keyboard.type("好的？")
    expect(page.get_by_test_id("shortcuts")).to_have_count(0)
    page.keyboard.press("Alt+KeyJ")
    expect(page.get_by_test_id("emoji-panel").locator("button").first).to_be_focused()
    assert serious(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(reply).to_be_focused()
    expect(reply).to_have_value("好的？😭")
    page.reload()
    expect(reply).to_have_value("好的？😭")  # open as it was
    expect(reply).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=message][data-sender=agent]").last).to_contain_text("好的？😭")
    page.keyboard.press("Alt+KeyM")
    expect(page.get_by_test_id("note-open")).to_have_attribute("aria-expanded", "true")
    note = page.get_by_test_id("note-input")
    expect(note).to_be_focused()
    page.keyboard.type("请看 @")
    expect(page.get_by_test_id("note-names").locator("li")).to_have_count(2)
    assert serious(page) == []
    page.keyboard.type("赵")
    page.keyboard.press("Enter")
    expect(note).to_have_value("请看 @赵磊 ")
    page.keyboard.type("收到")
    with page.expect_request(lambda request: request.url.endswith("/notes")) as asked:
        page.keyboard.press("Control+Enter")
    assert asked.value.post_data_json["mentions"] == ["zl"]


def test_sound_and_notices_are_chosen_by_event(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.context.grant_permissions(["notifications"], origin=url)
    log_in(page, url)
    page.get_by_test_id("preferences").click()
    page.get_by_test_id("alert-notifications").click()
    page.get_by_test_id("alert-notice-request").click()
    page.get_by_test_id("alert-quiet").click()
    assert serious(page) == []
    page.reload()
    page.get_by_test_id("preferences").click()
    expect(page.get_by_test_id("alert-notifications")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_test_id("alert-notice-request")).to_have_attribute("aria-checked", "false")
    expect(page.get_by_test_id("alert-notice-message")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_test_id("alert-quiet")).to_have_attribute("aria-checked", "false")


@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_looking_on_has_a_name_for_screen_readers(
    service: StartService, new_page: Callable[..., Page], look: str
) -> None:
    page = new_page(**(PHONE if look == "phone" else {}))
    url = service(waiting=0, mine=1)
    log_in(page, url)
    page.get_by_test_id("conversation-item").click()
    page.get_by_test_id("transfer-open").click()
    page.get_by_test_id("transfer-agent").filter(has_text="王芳").click()
    page.get_by_test_id("transfer-submit").click()
    expect(page.get_by_test_id("conversation-item")).to_have_count(0)
    page.goto(f"{url}/console/#/wall")
    page.get_by_test_id("wall-watch").first.click()
    expect(page.get_by_role("dialog", name="旁听会话").get_by_test_id("watch")).to_be_visible()
    assert serious(page) == []
