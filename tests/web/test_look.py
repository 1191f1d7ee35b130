"""How pages lay themselves out, where that has gone wrong before."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.web.conftest import StartService
from tests.web.test_comforts import send_pictures

DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(scope="module")
def url(service: StartService) -> str:
    return service()


@pytest.fixture
def page(url: str, new_page: Callable[..., Page]) -> Page:
    page = new_page(viewport=DESKTOP)
    page.goto(f"{url}/console/")
    page.get_by_test_id("login-username").fill("admin")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("preferences").wait_for()
    return page


def box(locator: Locator) -> Any:
    found = locator.bounding_box()
    assert found is not None
    return found


def test_the_page_one_is_on_stays_in_sight_when_the_phone_is_turned(page: Page) -> None:
    page.get_by_test_id("page-audit").click()
    page.set_viewport_size(PHONE)
    expect(page.get_by_test_id("page-audit")).to_be_in_viewport(ratio=1)


def test_what_a_page_is_for_has_a_line_of_its_own_on_a_phone(page: Page) -> None:
    page.get_by_test_id("page-audit").click()
    page.get_by_test_id("audit-refresh").wait_for()
    page.set_viewport_size(PHONE)
    assert box(page.locator(".page-lead"))["width"] > 300


def test_the_number_of_tickets_leaves_their_icon_to_be_seen(page: Page) -> None:
    badge, icon = box(page.get_by_test_id("rail-tickets")), box(page.get_by_test_id("page-tickets").locator(".icon"))
    assert badge["x"] >= icon["x"] + icon["width"] / 2
    assert badge["width"] < 20


def test_a_mistake_in_the_working_hours_moves_nothing_beside_it(page: Page) -> None:
    page.get_by_test_id("page-hours").click()
    closed = page.get_by_role("button", name="不上班").first
    before = box(closed)["x"]
    field = page.get_by_test_id("hours-default-workday")
    field.fill("九点到十二点半或者再晚一些都可以，看那天忙不忙")
    field.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert box(closed)["x"] == before


def test_a_picture_makes_its_bubble_no_wider_than_itself(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport=PHONE)
    page.goto(url)
    page.get_by_test_id("xq-launcher").click()
    send_pictures(page, "lamp")
    picture = page.get_by_test_id("xq-attachment").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 320)
    assert box(picture)["width"] == 220
    assert box(picture.locator("xpath=ancestor::*[contains(@class, 'bubble')]"))["width"] - box(picture)["width"] < 30
