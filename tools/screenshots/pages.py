"""Every page of the console that no scene has shown, with something on it where a hand can put it there."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tools.screenshots.catalogue import ConsolePage, console_pages
from tools.screenshots.hands import ANSWER_WITHIN_MS
from tools.screenshots.stage import Stage

ARCHIVED_WITHIN_S = 10


def play(stage: Stage, console: Page) -> None:
    """Takes the pictures of the rest of the table of pages, in its order."""
    for page in console_pages():
        if stage.camera.has(page.picture):
            continue
        _open(console, page)
        if page.name in PREPARED:
            PREPARED[page.name](stage, console)
        stage.camera.both(console, page.picture)
        if page.name in FOLLOWED:
            FOLLOWED[page.name](stage, console)


def _open(console: Page, page: ConsolePage) -> None:
    entry = console.get_by_test_id(f"page-{page.name}")
    if entry.count():
        entry.click()
    else:
        console.get_by_test_id("preferences").click()
        console.get_by_test_id(f"open-{page.name}").click()
    console.wait_for_url(f"**{page.path}")
    console.locator(".page-body, .page").first.wait_for(timeout=ANSWER_WITHIN_MS)
    console.wait_for_load_state("networkidle")


def _review(_stage: Stage, console: Page) -> None:
    _until_archived(console, "review-row")


def _ratings(stage: Stage, console: Page) -> None:
    console.get_by_test_id("review-ratings").click()
    console.get_by_test_id("ratings-score").select_option("5")
    console.get_by_test_id("rating-row").first.wait_for(timeout=ANSWER_WITHIN_MS)
    stage.camera.both(console, "console-ratings")


def _canned(stage: Stage, console: Page) -> None:
    console.get_by_test_id("canned-create").click()
    console.get_by_test_id("canned-shelf").select_option("shared")
    console.get_by_test_id("canned-keyword").fill("回访")
    console.get_by_test_id("canned-text").fill("{客户姓名}您好，我是坐席{坐席姓名}，想了解一下上次的问题解决了吗？")
    stage.camera.keep(console, "console-canned-edit")
    console.get_by_test_id("canned-submit").click()
    expect(console.get_by_test_id("canned-dialog")).to_be_hidden()


def _hours(_stage: Stage, console: Page) -> None:
    console.get_by_test_id("hours-default-weekend").fill("09:00-12:00，13:00-18:00")
    console.get_by_test_id("hours-default-weekend").press("Tab")
    console.get_by_test_id("hours-save").click()
    expect(console.get_by_test_id("hours-to-file")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    console.get_by_test_id("hours-day").first.wait_for()


def _audit(_stage: Stage, console: Page) -> None:
    _until_archived(console, "audit-row")


def _account(_stage: Stage, console: Page) -> None:
    console.get_by_test_id("session").first.wait_for()


def _until_archived(console: Page, row: str) -> None:
    """The archive follows within seconds."""
    for _ in range(ARCHIVED_WITHIN_S):
        console.wait_for_timeout(1_000)
        if console.get_by_test_id(row).count():
            break
        console.reload()
        console.get_by_test_id("preferences").wait_for()


# Done before the picture of a page is taken, and after it.
PREPARED: dict[str, Callable[[Stage, Page], None]] = {
    "review": _review,
    "canned": _canned,
    "hours": _hours,
    "audit": _audit,
    "account": _account,
}
FOLLOWED: dict[str, Callable[[Stage, Page], None]] = {"review": _ratings}
