"""What only a browser can show: connections that break, text that attacks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.web.conftest import StartService
from tests.web.test_accessibility import serious

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "[点我](javascript:alert(1))",
    "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
)


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service()


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/console/")
    page.get_by_test_id("login-username").fill("lina")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("presence").wait_for()


def bubbles(page: Page, sender: str, kind: str = "xq-message") -> Locator:
    return page.locator(f"[data-testid={kind}][data-sender={sender}]")


def say(page: Page, text: str) -> None:
    page.get_by_test_id("xq-input").fill(text)
    page.keyboard.press("Enter")


def test_a_broken_connection_loses_nothing_and_doubles_nothing(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    cut = {"on": False}
    sockets: list[WebSocketRoute] = []

    def connect(route: WebSocketRoute) -> None:
        if cut["on"]:
            route.close()
            return
        route.connect_to_server()
        sockets.append(route)

    page.route_web_socket("**/conversation/stream", connect)
    page.route("**/api/**", lambda route: route.abort() if cut["on"] else route.continue_())
    page.goto(url)
    page.get_by_test_id("xq-launcher").click()
    say(page, "怎么开通国际漫游")
    expect(bubbles(page, "bot")).to_have_count(1)

    cut["on"] = True
    sockets[-1].close()
    expect(page.get_by_test_id("xq-offline")).to_be_visible()
    say(page, "断网时写的第一句")
    say(page, "断网时写的第二句")
    expect(page.locator("[data-pending]")).to_have_count(2)
    page.reload()  # the network is still gone: what was written must still be there
    expect(page.locator("[data-pending]")).to_have_count(2)

    cut["on"] = False
    expect(page.locator("[data-seq][data-sender=customer]")).to_have_count(3, timeout=15_000)
    expect(page.locator("[data-pending]")).to_have_count(0)
    expect(bubbles(page, "bot")).to_have_count(3)
    said = [text.split("\n")[0] for text in page.locator("[data-sender=customer] .text").all_inner_texts()]
    assert said == ["怎么开通国际漫游", "断网时写的第一句", "断网时写的第二句"]


def test_whatever_is_typed_is_shown_as_text_to_customer_and_agent(url: str, new_page: Callable[..., Page]) -> None:
    customer, agent = new_page(), new_page()
    customer.goto(url)
    customer.get_by_test_id("xq-launcher").click()
    for attack in ATTACKS:
        say(customer, attack)
    expect(bubbles(customer, "customer").last).to_contain_text(ATTACKS[-1])
    customer.get_by_test_id("xq-transfer").click()
    expect(customer.get_by_test_id("xq-queue")).to_be_visible()

    log_in(agent, url)
    agent.get_by_test_id("queue-item").filter(has_text="转人工").first.get_by_test_id("claim").click()
    for attack in ATTACKS:
        expect(bubbles(agent, "customer", "message").get_by_text(attack, exact=True)).to_be_visible()
        agent.get_by_test_id("reply-input").fill(attack)
        agent.get_by_test_id("reply-send").click()
        expect(bubbles(customer, "agent").locator(".text", has_text=attack).last).to_be_visible()
    # A dialog or a script error on either page fails the test when the pages are closed.


def test_a_conversation_from_question_to_wrapup(url: str, new_page: Callable[..., Page]) -> None:
    customer = new_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    agent = new_page()
    log_in(agent, url)
    customer.goto(url)
    customer.get_by_test_id("xq-launcher").tap()
    say(customer, "我要投诉乱扣费")
    expect(customer.get_by_test_id("xq-queue")).to_contain_text("下一位就是您")

    row = agent.get_by_test_id("queue-item").filter(has_text="我要投诉乱扣费")
    expect(row).to_contain_text("投诉")
    row.get_by_test_id("claim").click()
    expect(agent.get_by_test_id("context-intent-ranking")).to_contain_text("58%")
    expect(agent.get_by_test_id("context-articles")).to_contain_text("人工服务时间")

    agent.get_by_test_id("reply-input").fill("/")
    agent.get_by_test_id("canned-item").filter(has_text="我是坐席").first.click()
    agent.get_by_test_id("reply-input").press("Enter")
    expect(bubbles(customer, "agent")).to_contain_text("我是坐席李娜")
    customer.get_by_test_id("xq-input").press_sequentially("谢谢")
    expect(agent.get_by_text("客户正在输入…").first).to_be_visible()
    customer.get_by_test_id("xq-send").tap()
    expect(bubbles(agent, "customer", "message").last).to_contain_text("谢谢")

    agent.keyboard.press("Alt+KeyE")
    agent.get_by_test_id("close-dialog").wait_for()
    agent.keyboard.press("1")
    agent.get_by_test_id("close-resolved").click()
    agent.get_by_test_id("close-submit").click()
    expect(bubbles(customer, "system").last).to_contain_text("本次人工服务已结束")
    expect(customer.get_by_test_id("xq-transfer")).to_be_enabled()
    stars = customer.get_by_test_id("xq-button").filter(has_text="满意")
    expect(stars).to_have_count(4)
    assert serious(customer) == []
    stars.last.tap()
    expect(bubbles(customer, "customer").last).to_contain_text("很满意")
    expect(stars.last).to_be_disabled()


def test_a_draft_stays_with_its_conversation(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, service(waiting=0, mine=2))
    items, reply = page.get_by_test_id("conversation-item"), page.get_by_test_id("reply-input")
    items.nth(0).click()
    reply.fill("写给第一位")
    items.nth(1).click()
    expect(reply).to_have_value("")
    page.reload()
    items.nth(0).click()
    expect(reply).to_have_value("写给第一位")


def test_a_transfer_to_a_group_puts_the_customer_back_into_the_queue(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    log_in(page, service(waiting=0, mine=1))
    page.get_by_test_id("conversation-item").click()
    page.keyboard.press("Alt+KeyT")
    expect(page.get_by_test_id("transfer-agent").filter(has_text="赵磊")).to_be_disabled()
    page.get_by_test_id("transfer-group").filter(has_text="网络宽带").click()
    page.get_by_test_id("transfer-submit").click()
    expect(page.get_by_text("已转接到 网络宽带")).to_be_visible()
    expect(page.get_by_test_id("conversation-item")).to_have_count(0)
    expect(page.get_by_test_id("queue-item")).to_contain_text("网络宽带")


def test_what_is_typed_in_a_dialog_stays_in_it(service: StartService, new_page: Callable[..., Page]) -> None:
    """Naive UI's focus trap knows a dialog by its <div>; with another root it took the focus from every field."""
    page = new_page()
    log_in(page, service(waiting=0, mine=1))
    page.get_by_test_id("conversation-item").click()
    page.get_by_test_id("message").first.wait_for()
    page.keyboard.press("Alt+KeyT")
    page.get_by_test_id("transfer-agent").first.wait_for()  # colleagues come late and move what stands below them
    page.get_by_test_id("transfer-reason").click()
    page.keyboard.type("接着处理")
    expect(page.get_by_test_id("transfer-reason")).to_have_value("接着处理")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("transfer-dialog")).to_have_count(0)  # keys open nothing over an open dialog
    page.keyboard.press("Alt+KeyE")
    summary = page.get_by_test_id("close-dialog").locator("textarea")
    summary.click()
    summary.press("End")
    page.keyboard.type("已退费")
    expect(summary).to_have_value(re.compile("已退费"))
