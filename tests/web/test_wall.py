"""The supervisor's wall: figures with their meaning, charts, and looking on from it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_pages import log_in


def test_the_wall_explains_its_figures_and_leads_to_watching(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    url = service(waiting=3, mine=2)
    page.goto(f"{url}/console/")
    page.get_by_test_id("login-username").fill("lina")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url))
    page.get_by_test_id("page-wall").click()
    page.locator("[data-testid=wall] canvas").nth(1).wait_for()
    assert any("barChart" in each for each in scripts)  # comes with this page only
    level = page.get_by_test_id("wall-tile").filter(has_text="服务水平")
    expect(level).to_contain_text("87%")
    level.hover()
    expect(page.get_by_text("60 秒内被接待的请求所占比例")).to_be_visible()
    expect(page.get_by_test_id("wall-agents")).to_contain_text("王芳")
    with page.expect_response("**/supervision/wall", timeout=9_000):  # by itself
        pass
    page.get_by_role("img", name="转人工原因").wait_for()
    expect(page.get_by_test_id("wall-raised")).to_have_text("优先接待：VIP 6、重复来电 5、长辈 2")
    assert page.get_by_test_id("wall-conversation").count() == 2
    expect(page.get_by_test_id("wall-tile").filter(has_text="待领取工单")).to_contain_text("1 个已超时")
    expect(page.get_by_test_id("low-rating").first).to_contain_text("等了太久<")
    page.get_by_test_id("wall-watch").first.click()  # it is one's own: opened at the desk
    expect(page.get_by_test_id("reply-input")).to_be_visible()


def test_the_keyboard_shows_what_a_figure_means(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, service(waiting=1, mine=1))
    page.get_by_test_id("page-wall").click()
    page.get_by_test_id("wall").focus()
    page.keyboard.press("Tab")
    tile = page.get_by_test_id("wall-tile").first
    expect(tile).to_be_focused()
    explanation = page.get_by_text("正在排队、还没有坐席接待的客户数")
    expect(explanation).to_be_visible()
    page.keyboard.press("Escape")
    expect(explanation).to_be_hidden()
    expect(tile).to_be_focused()


def test_a_wall_that_could_not_be_read_says_so_and_tries_again(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    log_in(page, service(waiting=1, mine=0))
    page.route("**/supervision/wall", lambda route: route.abort())
    page.get_by_test_id("page-wall").click()
    expect(page.get_by_test_id("page-problem")).to_contain_text("连不上服务")
    with page.expect_request("**/supervision/wall"):
        page.get_by_test_id("page-retry").click()
    page.unroute("**/supervision/wall")
    page.get_by_test_id("wall-tile").first.wait_for(timeout=9_000)  # by itself
    expect(page.get_by_test_id("page-problem")).to_have_count(0)
