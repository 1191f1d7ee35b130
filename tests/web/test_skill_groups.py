"""The page of the skill groups: what holds for them, who serves them, and how many customers at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from tests.web.axe import serious
from tests.web.conftest import StartService
from tests.web.test_accessibility import PHONE
from tests.web.test_administration import log_in


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service(waiting=0, mine=1)


def group(page: Page, name: str) -> Locator:
    return page.locator(f"[data-testid=group][data-group={name}]")


def member(page: Page, of: str, username: str) -> Locator:
    return group(page, of).locator(f"[data-testid=group-member][data-username={username}]")


def test_administrators_change_names_and_rules_and_nobody_s_change_is_lost(
    url: str, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    log_in(page, url, "admin")
    page.get_by_test_id("page-skillGroups").click()
    expect(page.get_by_test_id("group")).to_have_count(5)
    expect(group(page, "bills").get_by_test_id("group-waiting")).to_have_text("2 人排队")
    expect(page.get_by_test_id("groups-save")).to_be_disabled()
    name, limit = page.get_by_test_id("group-bills-name"), page.get_by_test_id("group-bills-limit")
    name.fill(" 网络宽带 ")
    limit.fill("0")
    expect(page.get_by_test_id("group-network-name-problem")).to_contain_text("重名")
    expect(page.get_by_test_id("group-bills-limit-problem")).to_contain_text("1 到 100000")
    page.get_by_test_id("groups-save").click()
    expect(page.get_by_test_id("groups-problem")).to_contain_text("改好后再保存")
    assert serious(page) == []
    name.fill("话费组")
    limit.fill("30")
    page.get_by_test_id("group-bills-overflow").select_option("plans")
    page.get_by_test_id("group-bills-after").fill("９０")
    page.get_by_test_id("groups-save").click()
    expect(group(page, "bills").get_by_role("heading", level=2)).to_have_text("话费组")
    expect(page.get_by_test_id("group-bills-after")).to_have_value("90")
    expect(page.get_by_test_id("groups-unsaved")).to_have_count(0)
    expect(page.get_by_text("名称和规则由 管理员 于")).to_be_visible()

    limit.fill("404")  # somebody else saves meanwhile
    page.get_by_test_id("groups-save").click()
    expect(page.get_by_test_id("groups-problem")).to_contain_text("其他管理员")
    expect(limit).to_have_value("404")
    page.get_by_test_id("groups-theirs").click()
    expect(limit).to_have_value("30")
    page.get_by_test_id("groups-to-file").click()
    page.get_by_test_id("groups-to-file").click()
    expect(name).to_have_value("话费账单")
    name.fill("没保存")
    page.get_by_test_id("page-hours").click()
    expect(page.get_by_test_id("unsaved-stay")).to_be_focused()


def test_supervisors_say_who_serves_a_group_and_how_many_at_once(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, url, "lina")
    page.get_by_test_id("page-skillGroups").click()
    expect(group(page, "complaints").get_by_test_id("group-rules")).to_have_text(
        "最多 50 人排队。等 60 秒还没人接，由综合帮忙。"
    )
    expect(page.get_by_test_id("groups-save")).to_have_count(0)
    bills = group(page, "bills")
    expect(member(page, "bills", "lina").get_by_role("button")).to_have_count(0)  # an administrator's to move
    bills.get_by_test_id("group-choose").select_option(label="赵磊 小休")
    bills.get_by_test_id("group-join").click()
    expect(member(page, "bills", "zhaolei")).to_contain_text("小休 0/5")
    away = member(page, "network", "zhaolei").get_by_test_id("group-leave")
    away.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("赵磊 已移出网络宽带")).to_be_visible()
    expect(member(page, "network", "zhaolei")).to_have_count(0)
    expect(group(page, "network").get_by_test_id("group-choose")).to_be_focused()
    member(page, "bills", "zhaolei").get_by_test_id("group-leave").click()
    expect(page.get_by_text("请先加到别的组再移出")).to_be_visible()
    expect(member(page, "bills", "zhaolei")).to_be_visible()

    row = page.locator("[data-testid=duty][data-username=zhaolei]")
    capacity = row.get_by_test_id("duty-capacity")
    capacity.fill("51")
    capacity.press("Tab")
    expect(row.get_by_test_id("duty-problem")).to_contain_text("1 到 50")
    assert serious(page) == []
    capacity.fill("3")
    capacity.press("Enter")
    expect(member(page, "bills", "zhaolei")).to_contain_text("0/3")
    expect(page.locator("[data-testid=duty][data-username=lina] input")).to_have_count(0)


def test_who_comes_is_shown_and_what_is_typed_stays(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(**PHONE)
    page.clock.install()
    log_in(page, url, "admin")
    page.goto(f"{url}/console/#/skill-groups")
    name = page.get_by_test_id("group-plans-name")
    name.fill("套餐")
    capacity = page.locator("[data-testid=duty][data-username=wangfang]").get_by_test_id("duty-capacity")
    capacity.fill("7")
    with page.expect_response(lambda answer: answer.url.endswith("/administration/skill-groups")):
        page.clock.run_for(6_000)
    expect(name).to_have_value("套餐")
    expect(capacity).to_have_value("7")
    width = page.evaluate("document.querySelector('.page-body').scrollWidth")
    assert width <= page.viewport_size["width"]  # type: ignore[index]
    assert serious(page) == []


def test_what_was_asked_before_a_change_does_not_take_it_back(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.clock.install()
    log_in(page, url, "admin")
    page.goto(f"{url}/console/#/skill-groups")
    limit = page.get_by_test_id("group-plans-limit")
    limit.wait_for()
    held: list[Route] = []
    answers: list[APIResponse] = []

    def hold(route: Route) -> None:
        if route.request.method == "GET" and not held:
            held.append(route)
            answers.append(route.fetch())
        else:
            route.continue_()

    page.route("**/administration/skill-groups", hold)
    with page.expect_request(lambda request: request.url.endswith("/administration/skill-groups")):
        page.clock.run_for(5_000)
    limit.fill("77")
    page.get_by_test_id("groups-save").click()
    expect(page.get_by_test_id("groups-unsaved")).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "GET"):
        held[0].fulfill(response=answers[0])
    page.clock.run_for(100)
    expect(limit).to_have_value("77")


def test_agents_do_not_see_the_page(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, url, "wangfang")
    expect(page.get_by_test_id("page-canned")).to_be_visible()
    expect(page.get_by_test_id("page-skillGroups")).to_have_count(0)
