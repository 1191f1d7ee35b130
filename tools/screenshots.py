"""``make screenshots``: pictures for README and guides, taken in Chromium from the running product."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from tools.run.product import CHROMIUM, CHROMIUM_FLAGS, Product
from tools.run.settings import ROOT

IMAGES = ROOT / "docs" / "images"
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
ANSWER_WITHIN_MS = 10_000
TOASTS_END_MS = 4_000


def main() -> int:
    """Starts the product, plays a customer and an agent, and writes the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xiaoqiao-") as folder, sync_playwright() as playwright:
        print("screenshots: starting the product …", flush=True)
        product = Product(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            _play(browser, product)
            browser.close()
        finally:
            product.stop()
    return 0


def _play(browser: Browser, product: Product) -> None:
    console = browser.new_page(viewport=DESKTOP, locale="zh-CN", device_scale_factor=1)
    console.goto(f"{product.url}/console/")
    expect(console.get_by_test_id("login-username")).to_be_visible()
    _keep(console, "console-login")
    _field(console.get_by_test_id("login-username")).fill("admin")
    _field(console.get_by_test_id("login-password")).fill(product.admin_password)
    console.get_by_test_id("login-submit").click()

    customer = browser.new_page(viewport=DESKTOP, locale="zh-CN")
    customer.goto(product.url)
    customer.get_by_test_id("xq-launcher").click()
    for text in ("携号转网需要什么条件？", "那我上个月扣的六十多块钱是怎么回事"):
        _ask(customer, text)
    _keep(customer, "widget")
    _ask(customer, "转人工")
    expect(customer.get_by_test_id("xq-queue")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    _keep(customer, "widget-queue")

    console.get_by_test_id("queue-item").first.wait_for(timeout=ANSWER_WITHIN_MS)
    _keep(console, "console-queue")
    console.get_by_test_id("claim").first.click()
    _field(console.get_by_test_id("reply-input")).fill(
        "您好，我是坐席，您的情况我都看到了，不用再说一遍。我这就帮您查扣费明细。"
    )
    console.get_by_test_id("reply-send").click()
    expect(console.locator("[data-testid=message][data-sender=agent]").last).to_be_visible(timeout=ANSWER_WITHIN_MS)
    _keep(console, "console")
    expect(customer.locator("[data-testid=xq-message][data-sender=agent]").last).to_be_visible(timeout=ANSWER_WITHIN_MS)
    _keep(customer, "widget-agent")

    customer.locator("[data-testid=xq-unhelpful]").first.click()
    _administer(console)

    phone = browser.new_page(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True, device_scale_factor=2)
    phone.goto(product.url)
    phone.get_by_test_id("xq-launcher").click()
    _ask(phone, "宽带怎么报修")
    _keep(phone, "widget-phone")
    _leave_ticket(phone, "widget-form-phone")
    phone.get_by_test_id("xq-ticket-look").click()
    phone.get_by_test_id("xq-tickets-item").wait_for()
    _keep(phone, "widget-tickets")

    desk = browser.new_page(viewport=DESKTOP, locale="zh-CN")
    desk.goto(product.url)
    desk.get_by_test_id("xq-launcher").click()
    _leave_ticket(desk, "widget-form")
    _keep(desk, "widget-ticket")


def _leave_ticket(page: Page, name: str) -> None:
    """Asks to be called, with a picture of the form."""
    page.get_by_role("button", name="更多设置").click()
    page.get_by_test_id("xq-menu-form").click()
    page.get_by_test_id("xq-form-kind-callback").check()
    page.get_by_test_id("xq-form-phone").fill("138 0013 8000")
    page.get_by_test_id("xq-form-time-下午").check()
    page.get_by_test_id("xq-form-text").fill("宽带晚上总是掉线，已经第三次了，请下午打给我")
    _keep(page, name)
    page.get_by_test_id("xq-form-submit").click()
    page.get_by_test_id("xq-ticket-look").wait_for(timeout=ANSWER_WITHIN_MS)


def _administer(console: Page) -> None:
    """The pages of those who run the desk, with something on them."""
    console.get_by_test_id("page-agents").click()
    for username, name, role in (
        ("wangfang", "王芳", "agent"),
        ("zhaolei", "赵磊", "supervisor"),
        ("sunyue", "孙悦", "trainer"),
    ):
        console.get_by_test_id("agent-create").click()
        console.get_by_test_id("agent-name").fill(name)
        console.get_by_test_id("agent-username").fill(username)
        console.get_by_test_id("agent-role").select_option(role)
        console.get_by_test_id("agent-submit").click()
        expect(console.get_by_test_id("secret")).to_be_visible(timeout=ANSWER_WITHIN_MS)
        console.get_by_test_id("secret-done").click()
        expect(console.get_by_test_id("secret-dialog")).to_be_hidden()
    console.wait_for_timeout(TOASTS_END_MS)
    _keep(console, "console-agents")

    console.get_by_test_id("page-canned").click()
    console.get_by_test_id("canned-create").click()
    console.get_by_test_id("canned-shelf").select_option("shared")
    console.get_by_test_id("canned-keyword").fill("回访")
    console.get_by_test_id("canned-text").fill("{客户姓名}您好，我是坐席{坐席姓名}，想了解一下上次的问题解决了吗？")
    _keep(console, "console-canned")
    console.get_by_test_id("canned-submit").click()
    expect(console.get_by_test_id("canned-dialog")).to_be_hidden()

    console.get_by_test_id("page-hours").click()
    console.get_by_test_id("hours-default-weekend").fill("09:00-12:00，13:00-18:00")
    console.get_by_test_id("hours-default-weekend").press("Tab")
    console.get_by_test_id("hours-save").click()
    expect(console.get_by_test_id("hours-to-file")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    console.get_by_test_id("hours-day").first.wait_for()
    console.wait_for_timeout(TOASTS_END_MS)
    _keep(console, "console-hours")

    for page, row in (("review", "review-row"), ("audit", "audit-row")):
        console.get_by_test_id(f"page-{page}").click()
        # The archive follows within seconds.
        for _ in range(10):
            if console.get_by_test_id(row).count():
                break
            console.wait_for_timeout(1_000)
            console.reload()
        console.wait_for_timeout(TOASTS_END_MS)
        _keep(console, f"console-{page}")

    console.get_by_test_id("preferences").click()
    console.get_by_test_id("open-account").click()
    console.get_by_test_id("session").first.wait_for()
    _keep(console, "console-account")
    console.set_viewport_size(PHONE)
    console.get_by_test_id("page-agents").click()
    console.get_by_test_id("agent-row").first.wait_for()
    _keep(console, "console-agents-phone")


def _ask(page: Page, text: str) -> None:
    answers = page.locator("[data-testid=xq-message]:not([data-sender=customer])")
    before = answers.count()
    page.get_by_test_id("xq-input").fill(text)
    page.get_by_test_id("xq-send").click()
    expect(answers.nth(before)).to_be_visible(timeout=ANSWER_WITHIN_MS)


def _field(wrapper: Locator) -> Locator:
    return wrapper.locator("input, textarea").or_(wrapper.and_(wrapper.page.locator("input, textarea"))).first


def _keep(page: Page, name: str) -> None:
    page.wait_for_timeout(400)  # let transitions end
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"screenshots: docs/images/{name}.png", flush=True)


if __name__ == "__main__":
    sys.exit(main())
