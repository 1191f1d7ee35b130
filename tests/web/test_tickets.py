"""The console's page of tickets: taken, called back, answered, handed on, ended; what customers wrote stays text."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_accessibility import LOOKS, serious


def open_tickets(url: str, page: Page) -> None:
    page.goto(f"{url}/console/")
    page.get_by_test_id("login-username").fill("lina")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("page-tickets").click()
    page.get_by_test_id("ticket-item").first.wait_for()


def test_a_ticket_from_taking_it_to_its_end_and_back(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_tickets(service(), page)
    expect(page.get_by_test_id("rail-tickets")).to_have_text("3")
    assert [item.get_attribute("data-due") for item in page.get_by_test_id("ticket-item").all()] == [
        "overdue",
        "late",
        "fresh",
    ]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("ticket-text")).to_contain_text("请下午给我回电")
    expect(page.get_by_test_id("ticket")).to_contain_text("138****2046")
    page.keyboard.press("t")
    expect(page.get_by_test_id("ticket-dial")).to_have_attribute("href", "tel:13812342046")
    expect(page.get_by_test_id("rail-tickets")).to_have_text("2")

    page.get_by_test_id("ticket-call").click()
    page.get_by_test_id("ticket-not-reached").click()
    page.get_by_test_id("ticket-call-submit").click()
    expect(page.get_by_role("alert")).to_contain_text("什么时候再拨")
    page.get_by_test_id("ticket-again").first.click()
    page.get_by_test_id("ticket-call-submit").click()
    expect(page.get_by_test_id("ticket-history")).to_contain_text("电话未接通")

    page.get_by_test_id("reply-input").fill("套餐已退订，次月生效")
    page.get_by_test_id("reply-send").click()
    expect(page.locator("[data-testid=message][data-sender=agent]").last).to_contain_text("套餐已退订")

    # The customer answers it: live, marked, and read once it was on the screen.
    reply = page.locator("[data-testid=message][data-sender=customer]").last
    expect(reply).to_contain_text("下午三点后在家")
    expect(reply.get_by_test_id("message-mark")).to_have_text("新回复")
    expect(page.get_by_test_id("ticket-history")).to_contain_text("客户回复")
    page.get_by_test_id("tickets-mine").click()
    expect(page.get_by_test_id("ticket-item")).to_have_count(1)
    expect(page.get_by_test_id("ticket-unread")).to_have_count(0)
    page.get_by_test_id("ticket-item").click()
    expect(reply.get_by_test_id("message-mark")).to_have_text("回复工单")

    page.get_by_test_id("ticket-done").click()
    page.get_by_test_id("ticket-end-submit").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明处理结果")
    page.get_by_test_id("ticket-end-text").fill("已退订<script>alert(1)</script>")
    page.get_by_test_id("ticket-end-submit").click()
    expect(page.get_by_test_id("ticket-result")).to_have_text("已退订<script>alert(1)</script>")
    page.get_by_test_id("tickets-done").click()
    page.get_by_test_id("ticket-item").click()
    page.get_by_test_id("ticket-reopen").click()
    page.get_by_test_id("ticket-end-submit").click()
    expect(page.get_by_text("工单已重新打开")).to_be_visible()
    expect(page.get_by_test_id("ticket-owner")).to_have_text("由您负责")


def test_drafts_outlive_a_reload_and_a_ticket_goes_to_a_colleague(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    url = service()
    open_tickets(url, page)
    page.get_by_test_id("ticket-item").first.click()
    page.get_by_test_id("ticket-take").click()
    page.get_by_test_id("reply-input").fill("正在为您核实")
    page.reload()
    page.get_by_test_id("tickets-mine").click()
    page.get_by_test_id("ticket-item").click()
    expect(page.get_by_test_id("reply-input")).to_have_value("正在为您核实")
    page.get_by_test_id("ticket-hand").click()
    page.get_by_test_id("ticket-hand-submit").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择")
    page.get_by_test_id("ticket-hand-agent").filter(has_text="王芳").click()
    page.get_by_test_id("ticket-hand-submit").click()
    expect(page.get_by_test_id("ticket-owner")).to_contain_text("王芳")
    expect(page.get_by_test_id("reply-input")).to_have_count(0)
    page.get_by_test_id("tickets-mine").click()
    expect(page.get_by_test_id("tickets-list")).to_contain_text("您名下没有工单")


def test_numbers_of_a_ticket_are_shown_for_a_reason(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_tickets(service(), page)
    page.get_by_test_id("ticket-item").first.click()
    facts = page.locator(".ticket-facts")
    expect(facts).to_contain_text("请打 139****5678 尽快处理")
    expect(facts).to_contain_text("138****2046")
    page.get_by_test_id("ticket-text").get_by_test_id("numbers-show").click()
    with page.expect_request(lambda request: request.url.endswith("/reveal")) as asked:
        page.get_by_test_id("reveal-call_back").click()
    assert asked.value.post_data_json == {"reason": "call_back"}
    assert "/agent/tickets/" in asked.value.url
    expect(page.get_by_test_id("ticket-text")).to_contain_text("请打 13912345678 尽快处理")
    expect(page.get_by_test_id("ticket-dial")).to_have_text("13812342046")
    assert serious(page) == []
    page.get_by_test_id("ticket-item").nth(1).click()
    page.get_by_test_id("ticket-item").first.click()
    expect(page.get_by_test_id("ticket-text")).to_contain_text("139****5678")


def test_what_is_written_shows_at_once_on_other_pages(service: StartService, new_page: Callable[..., Page]) -> None:
    url = service()
    mine, other = new_page(), new_page()
    open_tickets(url, mine)
    mine.get_by_test_id("ticket-item").first.click()
    mine.get_by_test_id("ticket-take").click()
    reads: list[str] = []
    other.on("request", lambda request: "/agent/conversations/k" in request.url and reads.append(request.url))
    open_tickets(url, other)
    other.get_by_test_id("tickets-mine").click()
    other.get_by_test_id("ticket-item").click()
    bubble = other.locator("[data-testid=message][data-sender=agent]")
    expect(other.locator("[data-testid=message]").last).to_be_visible()
    before = len(reads)
    mine.get_by_test_id("reply-input").fill("线路已经修好")
    mine.get_by_test_id("reply-send").click()
    expect(bubble.last).to_contain_text("线路已经修好")
    assert len(reads) == before


def test_dialogs_of_the_desk_take_text(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(f"{service()}/console/")
    page.get_by_test_id("login-username").fill("lina")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("conversation-item").first.click()
    page.get_by_test_id("close-open").click()
    expect(page.get_by_test_id("close-dialog")).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("n")
    expect(page.get_by_test_id("close-disposition-option").first).to_have_attribute("aria-checked", "true")
    expect(page.get_by_test_id("close-unresolved")).to_have_attribute("aria-checked", "true")
    page.get_by_test_id("close-summary").fill("已核对账单")
    expect(page.get_by_test_id("close-summary")).to_have_value("已核对账单")
    page.keyboard.press("Escape")
    page.get_by_test_id("transfer-open").click()
    page.get_by_test_id("transfer-reason").fill("要查线路")
    expect(page.get_by_test_id("transfer-reason")).to_have_value("要查线路")
    # Closed to look something up, they stand as they were left; notes to colleagues even over a reload.
    page.keyboard.press("Escape")
    page.get_by_test_id("close-open").click()
    expect(page.get_by_test_id("close-summary")).to_have_value("已核对账单")
    page.keyboard.press("Escape")
    page.get_by_test_id("note-open").click()
    page.get_by_test_id("note-input").fill("先查线路")
    page.reload()
    page.get_by_test_id("conversation-item").first.click()
    expect(page.get_by_test_id("note-input")).to_have_value("先查线路")


def test_the_page_says_when_tickets_cannot_be_read_and_tries_again(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.route("**/api/v1/agent/tickets?*", lambda route: route.abort())
    page.goto(f"{service()}/console/")
    page.get_by_test_id("login-username").fill("lina")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("page-tickets").click()
    problem = page.get_by_test_id("tickets-problem")
    expect(problem).to_contain_text("连不上服务")
    page.unroute("**/api/v1/agent/tickets?*")
    problem.get_by_role("button").click()
    expect(page.get_by_test_id("ticket-item")).to_have_count(3)


@pytest.mark.parametrize("look", LOOKS)
def test_everybody_can_use_it(service: StartService, new_page: Callable[..., Page], look: str) -> None:
    page = new_page(**LOOKS[look])
    open_tickets(service(), page)
    assert serious(page) == []
    page.get_by_test_id("ticket-item").nth(1).click()
    page.get_by_test_id("ticket-take").click()
    page.get_by_test_id("ticket-history").wait_for()
    assert serious(page) == []
    page.get_by_test_id("ticket-call").click()
    page.get_by_test_id("ticket-not-reached").click()
    assert serious(page) == []
