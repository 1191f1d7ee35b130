"""A customer in WeChat, and how many replies are left to who serves them."""

from playwright.sync_api import Page, expect

from tools.screenshots.hands import ANSWER_WITHIN_MS, reply
from tools.screenshots.stage import Stage


def play(stage: Stage, console: Page) -> None:
    """Takes the pictures of both sides."""
    phone = stage.phone_with_wechat()
    for text in ("话费怎么比上个月多", "转人工"):
        phone.locator("#text").fill(text)
        phone.locator("#text").press("Enter")
        phone.wait_for_timeout(4_000)
    console.get_by_test_id("page-desk").click()
    item = console.get_by_test_id("queue-item").filter(has_text="微信")
    item.get_by_test_id("claim").click(timeout=ANSWER_WITHIN_MS)
    reply(console, "您好，我是坐席林静。请稍等，我先看一下您这个月的账单。")
    expect(phone.get_by_text("我先看一下您这个月的账单")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    stage.camera.keep(phone, "wechat-customer")
    stage.camera.keep(console, "wechat-console")
