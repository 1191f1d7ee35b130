"""What stands around a conversation: the lists, their order and marks, a lost connection, a used up quota."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.web.conftest import StartService
from tests.web.test_pages import bubbles, log_in, say


def names(page: Page) -> list[str]:
    return page.locator("[data-testid=conversation-item] .row-name").all_inner_texts()


def test_a_lost_connection_is_told_on_every_page(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    is_away = False
    streams: list[WebSocketRoute] = []

    def connect(stream: WebSocketRoute) -> None:
        if is_away:
            stream.close()
            return
        stream.connect_to_server()
        streams.append(stream)

    page.route_web_socket("**/agent/stream", connect)
    log_in(page, service())
    page.get_by_test_id("page-tickets").click()
    page.get_by_test_id("ticket-item").first.wait_for()
    lost = page.get_by_test_id("connection-lost")
    expect(lost).to_have_count(0)
    is_away = True
    streams[-1].close()
    expect(lost).to_have_text("与服务的连接中断，正在重连。您写的内容会保留并在恢复后发出。")
    page.get_by_test_id("page-desk").click()
    expect(lost).to_have_count(1)
    is_away = False
    expect(lost).to_have_count(0, timeout=15_000)


def test_whoever_is_owed_a_reply_longest_stands_first(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, service(waiting=0, mine=3))
    page.get_by_test_id("conversation-item").nth(2).wait_for()
    first, second, third = names(page)
    page.keyboard.press("Alt+ArrowDown")
    say_to = page.get_by_test_id("reply-input")
    expect(say_to).to_be_focused()
    row = page.get_by_test_id("conversation-item").filter(has_text=first)
    row.hover()  # somebody is about to press: nothing moves
    say_to.fill("马上为您查询")
    say_to.press("Enter")
    expect(row).to_contain_text("马上为您查询")
    assert names(page) == [first, second, third]
    page.mouse.move(900, 400)
    expect(page.locator("[data-testid=conversation-item] .row-name")).to_have_text([second, third, first])
    page.keyboard.press("Alt+ArrowDown")  # from the last to the first, as shown
    expect(page.get_by_test_id("conversation-item").first).to_have_class("row conversation-row selected")


def test_a_new_request_is_marked_until_it_is_pointed_at(service: StartService, new_page: Callable[..., Page]) -> None:
    url = service(waiting=1, mine=0)
    page = new_page()
    log_in(page, url)
    page.get_by_test_id("queue-item").wait_for()
    mark = page.get_by_test_id("queue-new")
    expect(mark).to_have_count(0)
    customer = new_page()
    customer.goto(url)
    customer.get_by_test_id("xq-launcher").click()
    say(customer, "转人工")
    expect(mark).to_have_text("新")
    page.get_by_test_id("queue-item").filter(has=mark).hover()
    expect(mark).to_have_count(0)


def test_a_quota_is_counted_down_and_what_it_holds_back_is_marked(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    left, held = 1, list[int]()

    def as_wechat(route: Route) -> None:
        whole = route.fetch().json()
        quota = {"left": left, "window_ends_at_ms": None, "held": held}
        route.fulfill(json={**whole, "channel": "wechat", "reply_quota": quota})

    page.route("**/agent/conversations/*", as_wechat)
    log_in(page, service(waiting=0, mine=1))
    page.get_by_test_id("conversation-item").click()
    expect(page.get_by_test_id("reply-quota")).to_have_text("客户再次发言前，还可以回复 1 条")
    expect(page.get_by_test_id("message-held")).to_have_count(0)
    last = bubbles(page, "customer", "message").last
    left, held = 0, [int(last.get_attribute("data-seq") or 0)]
    page.reload()
    expect(page.get_by_test_id("reply-quota")).to_have_text("条数已用完，回复会保留，客户再次发言后自动送出")
    expect(last.get_by_test_id("message-held")).to_have_text("客户再次发言后送出")
    expect(page.get_by_test_id("message-held")).to_have_count(1)


def test_the_language_is_chosen_in_the_settings_and_kept(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, service())
    page.get_by_test_id("preferences").click()
    page.get_by_test_id("language-en").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_on_a_phone_the_settings_are_in_sight(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    log_in(page, service(waiting=0, mine=0))
    page.get_by_test_id("preferences").click()
    page.get_by_test_id("logout").wait_for()
    where = page.locator(".preferences").bounding_box()
    assert where is not None
    assert where["x"] >= 8
    assert where["x"] + where["width"] <= 390 - 8
