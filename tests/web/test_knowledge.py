"""Customer details and articles at the desk, and feedback in the widget; hostile text everywhere is only text."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import StartService
from tests.web.test_accessibility import LOOKS, serious
from tests.web.test_pages import ATTACKS, bubbles, log_in, say


@pytest.fixture
def url(service: StartService) -> str:
    return service()


def serve_first(page: Page, url: str) -> None:
    log_in(page, url)
    page.get_by_test_id("claim").first.click()
    page.get_by_test_id("message").first.wait_for()


def sent_by_enter(page: Page) -> dict[str, Any]:
    """What the reply in the box is sent as; its bubble stands before the request has gone."""
    with page.expect_request(lambda r: r.url.endswith("/messages") and r.method == "POST") as request:
        page.keyboard.press("Enter")
    return cast("dict[str, Any]", request.value.post_data_json)


def test_an_article_goes_in_by_keyboard_and_is_named_with_the_reply(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    serve_first(page, url)
    page.get_by_test_id("suggestion-insert").first.wait_for()
    page.get_by_test_id("reply-input").press("Alt+Digit1")
    expect(page.get_by_test_id("reply-input")).not_to_have_value("")
    article = page.get_by_test_id("reply-input").input_value()
    page.keyboard.type("，有不清楚的再问我")
    first = sent_by_enter(page)
    expect(bubbles(page, "agent", "message").last).to_contain_text("有不清楚的再问我")
    page.keyboard.press("Alt+KeyK")
    expect(page.get_by_test_id("knowledge-search")).to_be_focused()
    page.get_by_test_id("reply-input").fill("您还有问题吗")
    second = sent_by_enter(page)
    expect(bubbles(page, "agent", "message").last).to_contain_text("您还有问题吗")
    assert str(first["text"]).startswith(article)
    assert [one["edited"] for one in first["articles"]] == [False]
    assert second["articles"] == []


def test_details_of_a_customer_are_noted(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    serve_first(page, url)
    page.get_by_test_id("card-edit").click()
    page.get_by_test_id("card-address").fill("林老师")
    page.get_by_test_id("card-note").fill(ATTACKS[1])
    page.get_by_test_id("card-tags").fill("老客户，慢一点")
    page.get_by_test_id("card-save").click()
    card = page.get_by_test_id("customer-card")
    expect(card).to_contain_text("林老师")
    expect(card).to_contain_text("慢一点")
    expect(page.get_by_test_id("card-note-shown")).to_have_text(ATTACKS[1])
    expect(card.locator("img")).to_have_count(0)


def test_the_desk_goes_on_while_details_are_away(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.route("**/agent/conversations/*/customer", lambda route: route.fulfill(status=503, body="{}"))
    serve_first(page, url)
    expect(page.get_by_test_id("card-away")).to_be_visible()
    page.get_by_test_id("reply-input").fill("您好")
    page.keyboard.press("Enter")
    expect(bubbles(page, "agent", "message").last).to_contain_text("您好")


def test_an_unhelpful_answer_offers_a_person(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(url)
    page.get_by_test_id("xq-launcher").click()
    say(page, "怎么开通国际漫游")
    page.get_by_test_id("xq-unhelpful").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("xq-unhelpful")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("xq-feedback-transfer").wait_for()
    assert serious(page) == []
    page.reload()
    expect(page.get_by_test_id("xq-unhelpful")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("xq-helpful").click()
    expect(page.get_by_test_id("xq-unhelpful")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_in_the_details(url: str, new_page: Callable[..., Page], look: str) -> None:
    page = new_page(**LOOKS[look])
    serve_first(page, url)
    if look == "phone":
        page.get_by_test_id("context-toggle").click()
    page.get_by_test_id("card-edit").click()
    page.get_by_test_id("card-form").wait_for()
    assert serious(page) == []


def test_hostile_articles_details_notes_and_file_names_are_text(url: str, new_page: Callable[..., Page]) -> None:
    """A dialog or script error fails the test (see new_page); what was written is read back as it is."""
    found = [
        {"article_id": f"a{i}", "title": attack, "question": attack, "text": attack, "links": [], "score": 0.5}
        | {"unchecked": [attack], "human_only": False}
        for i, attack in enumerate(ATTACKS)
    ]
    files = [
        {"id": f"{i:064x}", "name": attack, "content_type": "application/pdf", "size_bytes": 9}
        for i, attack in enumerate(ATTACKS)
    ]
    change = {"at_ms": 1, "agent_name": ATTACKS[0], "before": {}, "after": {"note": ATTACKS[3]}}
    details = {"address": ATTACKS[0], "note": ATTACKS[1], "tags": [ATTACKS[2]], "vip": False, "elderly": False}
    record = {"details": details | {"version": 1}, "changes": [change]}
    contact = {"conversation_id": "c", "channel": ATTACKS[0], "at_ms": 1, "reason": ATTACKS[0], "resolved": False}
    contact |= {"agent_name": ATTACKS[1], "disposition": ATTACKS[2], "summary": ATTACKS[3]}

    def with_files(route: Route) -> None:
        answer = route.fetch()
        conversation = answer.json()["conversation"]
        conversation["messages"][0]["attachments"] = files
        route.fulfill(response=answer, json={"conversation": conversation})

    page = new_page()
    known = {"available": True, "articles": found, "seq": 1}
    page.route("**/agent/knowledge?*", lambda route: route.fulfill(json=known))
    page.route("**/agent/conversations/*/customer", lambda route: route.fulfill(json=record))
    contacts = {"contacts": [contact], "repeated": True}
    page.route("**/agent/conversations/*/contacts", lambda route: route.fulfill(json=contacts))
    page.route("**/agent/queue/*/claim", with_files)
    serve_first(page, url)
    expect(page.get_by_test_id("knowledge-preview")).to_have_text(list(ATTACKS))
    page.get_by_test_id("suggestion-insert").nth(1).click()
    expect(page.get_by_test_id("reply-input")).to_have_value(ATTACKS[1])
    page.keyboard.press("Enter")
    expect(bubbles(page, "agent", "message").last).to_contain_text(ATTACKS[1])
    expect(page.get_by_test_id("card-note-shown")).to_have_text(ATTACKS[1])
    expect(page.get_by_test_id("contacts")).to_contain_text(ATTACKS[3])
    page.get_by_test_id("customer-card").locator("summary").click()
    for attack in (ATTACKS[0], ATTACKS[2], ATTACKS[3]):
        expect(page.get_by_test_id("customer-card")).to_contain_text(attack)
    page.get_by_test_id("note-open").click()
    page.get_by_test_id("note-input").fill(ATTACKS[2])
    page.get_by_test_id("note-save").click()
    expect(page.get_by_text(ATTACKS[2]).first).to_be_visible()
    shown = page.get_by_test_id("message").first.inner_text()
    assert [attack for attack in ATTACKS if attack not in shown] == []
    expect(page.locator("iframe, svg[onload], img[onerror], [href^='javascript:']")).to_have_count(0)
