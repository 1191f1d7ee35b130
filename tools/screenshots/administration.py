"""The pages of those who run the desk, with something on them."""

from playwright.sync_api import Page, expect

from tools.screenshots.stage import ANSWER_WITHIN_MS, DESKTOP, PHONE, TOASTS_END_MS, Stage

ARCHIVED_WITHIN_S = 10


def play(stage: Stage, console: Page) -> None:
    """Takes the pictures of agents, canned replies, hours, reviews, audit and account."""
    console.get_by_test_id("page-agents").click()
    console.get_by_test_id("agent-create").click()
    console.get_by_test_id("agent-name").fill("孙悦")
    console.get_by_test_id("agent-username").fill("sunyue")
    console.get_by_test_id("agent-role").select_option("trainer")
    console.get_by_test_id("agent-submit").click()
    expect(console.get_by_test_id("secret")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    console.get_by_test_id("secret-done").click()
    expect(console.get_by_test_id("secret-dialog")).to_be_hidden()
    console.wait_for_timeout(TOASTS_END_MS)
    stage.keep(console, "console-agents", height=600)

    console.get_by_test_id("page-canned").click()
    console.get_by_test_id("canned-create").click()
    console.get_by_test_id("canned-shelf").select_option("shared")
    console.get_by_test_id("canned-keyword").fill("回访")
    console.get_by_test_id("canned-text").fill("{客户姓名}您好，我是坐席{坐席姓名}，想了解一下上次的问题解决了吗？")
    stage.keep(console, "console-canned")
    console.get_by_test_id("canned-submit").click()
    expect(console.get_by_test_id("canned-dialog")).to_be_hidden()

    console.get_by_test_id("page-hours").click()
    console.get_by_test_id("hours-default-weekend").fill("09:00-12:00，13:00-18:00")
    console.get_by_test_id("hours-default-weekend").press("Tab")
    console.get_by_test_id("hours-save").click()
    expect(console.get_by_test_id("hours-to-file")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    console.get_by_test_id("hours-day").first.wait_for()
    console.wait_for_timeout(TOASTS_END_MS)
    stage.keep(console, "console-hours")

    console.get_by_test_id("page-review").click()
    _until_archived(console, "review-row")
    stage.keep(console, "console-review", height=600)
    console.get_by_test_id("review-ratings").click()
    console.get_by_test_id("ratings-score").select_option("5")
    console.get_by_test_id("rating-row").first.wait_for(timeout=ANSWER_WITHIN_MS)
    stage.keep(console, "console-ratings", height=600)
    console.get_by_test_id("page-audit").click()
    _until_archived(console, "audit-row")
    stage.keep(console, "console-audit")

    console.get_by_test_id("preferences").click()
    console.get_by_test_id("open-account").click()
    console.get_by_test_id("session").first.wait_for()
    stage.keep(console, "console-account")
    console.set_viewport_size(PHONE)
    console.get_by_test_id("page-agents").click()
    console.get_by_test_id("agent-row").first.wait_for()
    stage.keep(console, "console-agents-phone")
    console.set_viewport_size(DESKTOP)


def _until_archived(console: Page, row: str) -> None:
    """The archive follows within seconds."""
    for _ in range(ARCHIVED_WITHIN_S):
        console.wait_for_timeout(1_000)
        if console.get_by_test_id(row).count():
            break
        console.reload()
        console.get_by_test_id("preferences").wait_for()
