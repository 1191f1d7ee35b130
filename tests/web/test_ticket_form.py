"""The widget's form for a message or a call, the card it leaves in the conversation, and the customer's own tickets."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.axe import serious
from tests.web.conftest import StartService
from tests.web.test_accessibility import LOOKS, PHONE
from tests.web.test_comforts import open_widget
from tests.web.test_pages import bubbles, say


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service(waiting=0, mine=0)


def offered(page: Page, title: str) -> None:
    """Nobody is there; the customer takes one of the offers."""
    say(page, "没人吗")
    page.get_by_test_id("xq-button").filter(has_text=title).click()
    expect(page.get_by_test_id("xq-form")).to_be_visible()


def menu(page: Page, entry: str) -> None:
    page.get_by_role("button", name="更多设置").click()
    page.get_by_test_id(entry).click()


def focused(page: Page) -> str:
    """What has the focus inside the widget."""
    found = page.evaluate("document.querySelector('xiaoqiao-chat').shadowRoot.activeElement?.dataset.testid ?? ''")
    return str(found)


def test_a_call_is_asked_for_taken_by_an_agent_and_followed(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_widget(page, url)
    offered(page, "请回电")
    assert bubbles(page, "customer").count() == 1, "choosing the offer says nothing yet"
    expect(page.get_by_test_id("xq-form-notice")).to_contain_text("不再排队")
    page.get_by_test_id("xq-form-phone").fill("１３８-0013-8000")
    page.get_by_test_id("xq-form-time-下午").check()
    page.get_by_test_id("xq-form-text").fill("想退订套餐<script>alert(1)</script>")
    page.get_by_test_id("xq-form-name").fill("王女士")
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/tickets")) as sent:
        page.get_by_test_id("xq-form-submit").click()
    wish = sent.value.post_data_json
    assert wish.pop("client_ticket_id")
    assert wish == {
        "kind": "callback",
        "phone": "13800138000",
        "time_of_day": "下午",
        "text": "想退订套餐<script>alert(1)</script>",
        "name": "王女士",
    }
    card = page.locator("[data-testid=xq-ticket][data-number]")
    expect(card).to_contain_text("等待处理")
    expect(card).to_contain_text("前")
    expect(page.get_by_test_id("xq-ticket")).to_have_count(1)
    expect(page.get_by_test_id("xq-queue")).to_be_hidden()
    taken = page.get_by_test_id("xq-button").filter(has_text="请回电")
    expect(taken).to_be_disabled()

    desk = new_page()
    desk.goto(f"{url}/console/")
    desk.get_by_test_id("login-username").fill("lina")
    desk.get_by_test_id("login-password").fill("demo")
    desk.get_by_test_id("login-submit").click()
    desk.get_by_test_id("page-tickets").click()
    desk.get_by_test_id("ticket-item").click()
    expect(desk.get_by_test_id("ticket")).to_contain_text("下午")
    desk.get_by_test_id("ticket-take").click()
    expect(card).to_have_attribute("data-state", "in_progress")
    expect(card).to_contain_text("客服 李娜")

    page.get_by_test_id("xq-ticket-look").click()
    item = page.get_by_test_id("xq-tickets-item")
    expect(item).to_be_focused()
    expect(item).to_contain_text("处理中")
    expect(item).to_contain_text("138****8000")
    expect(item).to_contain_text("想退订套餐<script>alert(1)</script>")
    desk.get_by_test_id("ticket-done").click()
    desk.get_by_test_id("ticket-end-text").fill("已退订，次月生效")
    desk.get_by_test_id("ticket-end-submit").click()
    expect(item).to_contain_text("已退订，次月生效")
    expect(item).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("xq-ticket-look")).to_be_focused()
    page.reload()
    expect(card).to_contain_text("已退订，次月生效")


def test_what_is_missing_is_said_where_it_is_missing(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_widget(page, url)
    menu(page, "xq-menu-form")
    text, phone = page.get_by_test_id("xq-form-text"), page.get_by_test_id("xq-form-phone")
    expect(text).to_be_focused()
    page.get_by_test_id("xq-form-submit").click()
    expect(text).to_be_focused()
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(text).to_have_accessible_description("请写下留言内容 0/2000")
    text.fill("宽带断了")
    expect(text).to_have_attribute("aria-invalid", "false")
    expect(page.get_by_test_id("xq-form-counter")).to_have_text("4/2000")
    phone.fill("66667777")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("xq-form-phone-problem")).to_contain_text("区号")
    phone.fill("010-66667777")
    expect(page.get_by_test_id("xq-form-phone-problem")).to_have_text("")

    page.get_by_test_id("xq-form-kind-callback").check()
    expect(text).to_have_value("宽带断了")  # nothing is typed twice
    phone.fill("")
    page.get_by_test_id("xq-form-submit").click()
    expect(phone).to_be_focused()
    expect(page.get_by_test_id("xq-form-phone-problem")).to_contain_text("请填写能联系到您的电话")
    expect(page.get_by_test_id("xq-ticket")).to_have_count(0)


def test_with_the_keyboard_alone(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_widget(page, url)
    offer = page.get_by_test_id("xq-button").filter(has_text="留言")
    say(page, "没人吗")
    offer.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("xq-form-text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("xq-sheet")).to_be_hidden()
    expect(page.get_by_test_id("xq-panel")).to_be_visible()
    expect(offer).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "xq-form-kind-message"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert focused(page) == "xq-form-phone"
    page.keyboard.type("13800138000")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("xq-form-time-晚上")).to_be_checked()
    reached = [page.keyboard.press("Tab") or focused(page) for _ in range(12)]
    assert "xq-form-submit" in reached
    assert not {"xq-input", "xq-transfer", "xq-button"} & set(reached), "the conversation beneath is out of reach"
    page.get_by_test_id("xq-form-submit").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=xq-ticket][data-number]")).to_contain_text("回电")
    expect(page.get_by_test_id("xq-input")).to_be_focused()


def test_half_filled_it_outlives_a_reload_and_unsent_it_waits_for_the_network(
    url: str, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    cut = {"on": False}
    page.route_web_socket(
        "**/conversation/stream", lambda route: route.close() if cut["on"] else route.connect_to_server()
    )
    page.route("**/api/**", lambda route: route.abort() if cut["on"] else route.continue_())
    opened: list[str] = []
    page.on("request", lambda one: one.method == "POST" and one.url.endswith("/tickets") and opened.append(one.url))
    open_widget(page, url)
    menu(page, "xq-menu-form")
    page.get_by_test_id("xq-form-text").fill("宽带断了三天")
    page.reload()
    expect(page.get_by_test_id("xq-form-text")).to_have_value("宽带断了三天")
    page.get_by_test_id("xq-sheet-back").click()
    page.reload()
    expect(page.get_by_test_id("xq-input")).to_be_visible()
    expect(page.get_by_test_id("xq-sheet")).to_be_hidden()
    menu(page, "xq-menu-form")
    expect(page.get_by_test_id("xq-form-text")).to_have_value("宽带断了三天")
    expect(page.get_by_test_id("xq-status")).to_have_attribute("data-connection", "online")

    cut["on"] = True
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.reload()
    expect(page.get_by_test_id("xq-form-notice")).to_contain_text("没有网络", timeout=15_000)
    page.get_by_test_id("xq-form-submit").click()
    state = page.get_by_test_id("xq-ticket-state")
    expect(state).to_have_text("待发送")
    page.reload()
    expect(state).to_have_text("待发送")
    menu(page, "xq-menu-tickets")
    expect(page.get_by_test_id("xq-tickets")).to_contain_text("宽带断了三天")
    expect(page.get_by_test_id("xq-sheet")).to_contain_text("没能更新")
    page.keyboard.press("Escape")

    cut["on"] = False
    opened.clear()
    card = page.locator("[data-testid=xq-ticket][data-number]")
    expect(card).to_have_attribute("data-state", "new", timeout=15_000)
    expect(card).to_have_count(1)
    assert len(opened) == 1
    menu(page, "xq-menu-form")
    expect(page.get_by_test_id("xq-form-text")).to_have_value("")


def test_what_the_service_refuses_comes_back_into_the_form(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_widget(page, url)
    refuse = {"on": True}
    answer = {"error": {"code": "no_phone", "message": "这个电话号码好像不对"}}
    page.route(
        "**/conversation/tickets",
        lambda route: (
            route.fulfill(status=422, json=answer)
            if refuse["on"] and route.request.method == "POST"
            else route.continue_()
        ),
    )
    menu(page, "xq-menu-form")
    page.get_by_test_id("xq-form-text").fill("宽带断了")
    page.get_by_test_id("xq-form-submit").click()
    card = page.get_by_test_id("xq-ticket")
    expect(card).to_contain_text("没有提交成功：这个电话号码好像不对")
    assert serious(page) == []
    page.get_by_test_id("xq-ticket-mend").click()
    expect(page.get_by_test_id("xq-form-refused")).to_contain_text("这个电话号码好像不对")
    expect(page.get_by_test_id("xq-form-text")).to_have_value("宽带断了")
    refuse["on"] = False
    page.get_by_test_id("xq-form-submit").click()
    expect(page.locator("[data-testid=xq-ticket][data-number]")).to_contain_text("等待处理")
    expect(card).to_have_count(1)


def test_on_a_phone_the_button_stays_above_the_keyboard(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(**PHONE)
    open_widget(page, url)
    offered(page, "请回电")
    expect(page.get_by_test_id("xq-sheet")).to_be_focused()  # no keyboard comes up unasked
    page.get_by_test_id("xq-form-name").focus()
    page.set_viewport_size({"width": 390, "height": 420})  # what a keyboard leaves
    for testid in ("xq-form-name", "xq-form-submit"):
        expect(page.get_by_test_id(testid)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    box, foot = (page.get_by_test_id(one).bounding_box() for one in ("xq-form-name", "xq-form-notice"))
    assert box is not None
    assert foot is not None
    assert box["y"] + box["height"] <= foot["y"], "the field is not under the button's bar"


@pytest.mark.parametrize("look", [*LOOKS, "large"])
def test_everybody_can_use_it(url: str, new_page: Callable[..., Page], look: str) -> None:
    page = new_page(**LOOKS.get(look, {}))
    open_widget(page, url)
    if look == "large":
        page.get_by_role("button", name="更多设置").click()
        page.get_by_test_id("xq-pref-largeText").check()
        page.keyboard.press("Escape")
    menu(page, "xq-menu-tickets")
    expect(page.get_by_test_id("xq-tickets-empty")).to_be_visible()
    assert serious(page) == []
    page.get_by_test_id("xq-tickets-callback").click()
    page.get_by_test_id("xq-form-submit").click()
    assert serious(page) == []
    page.get_by_test_id("xq-form-phone").fill("13800138000")
    page.get_by_test_id("xq-form-submit").click()
    page.get_by_test_id("xq-ticket-look").wait_for()
    assert serious(page) == []
    page.get_by_test_id("xq-ticket-look").click()
    page.get_by_test_id("xq-tickets-item").wait_for()
    assert serious(page) == []
