"""Knowledge and customer details at the desk, and feedback in the widget; hostile text everywhere is only text."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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


def test_a_suggestion_goes_into_the_reply_and_stays_editable(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    sent: list[dict[str, object]] = []
    page.on("request", lambda r: r.url.endswith("/messages") and r.method == "POST" and sent.append(r.post_data_json))
    serve_first(page, url)
    suggested = page.get_by_test_id("suggested")
    expect(suggested.get_by_test_id("article")).to_have_count(2)
    suggested.get_by_test_id("article-preview").first.click()
    expect(suggested.get_by_test_id("article-text")).to_contain_text("请先打开当月账单")
    page.get_by_test_id("reply-input").press("Alt+Digit1")
    expect(page.get_by_test_id("reply-input")).to_have_value(
        "话费变多，多数是套餐外流量、新订的增值业务或月中改套餐引起的。\n请先打开当月账单，看“套餐外”和“增值业务”两项。"
        "\n网上营业厅 https://example.com/bill"
    )
    page.keyboard.type("，有不清楚的再问我")
    page.keyboard.press("Enter")
    expect(bubbles(page, "agent", "message").last).to_contain_text("有不清楚的再问我")
    used = [{"article_id": "bill-why-higher", "title": "话费为什么变多了", "edited": False}]
    assert [one["articles"] for one in sent] == [used]


def test_knowledge_is_searched_and_inserted_with_the_keyboard(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    serve_first(page, url)
    page.keyboard.press("Alt+KeyK")
    page.get_by_test_id("knowledge-query").wait_for()
    page.keyboard.type("话费")
    articles = page.get_by_test_id("knowledge").get_by_test_id("article")
    expect(articles).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(articles.nth(1).get_by_test_id("article-text")).to_contain_text("请先核实账期")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reply-input")).to_have_value("请先核实账期，再登记核查单。")
    expect(page.get_by_test_id("reply-input")).to_be_focused()


def test_the_desk_goes_on_while_search_is_away(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    away = '{"available": false, "articles": [], "seq": 1}'
    page.route("**/agent/conversations/*/suggestions", lambda route: route.fulfill(json=None, body=away))
    page.route("**/agent/knowledge?*", lambda route: route.abort())
    page.route("**/agent/conversations/*/customer", lambda route: route.fulfill(status=503, body="{}"))
    serve_first(page, url)
    expect(page.get_by_test_id("suggested-away")).to_be_visible()
    expect(page.get_by_test_id("card-away")).to_be_visible()
    page.get_by_test_id("knowledge-open").click()
    page.get_by_test_id("knowledge-query").fill("话费")
    expect(page.get_by_test_id("knowledge-away")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_test_id("reply-input").fill("您好")
    page.keyboard.press("Enter")
    expect(bubbles(page, "agent", "message").last).to_contain_text("您好")


def test_details_of_a_customer_are_noted(url: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    serve_first(page, url)
    expect(page.get_by_test_id("repeated")).to_contain_text("重复来电")
    expect(page.get_by_test_id("contacts")).to_contain_text("增值业务退订，未到账")
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


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_at_the_desk(url: str, new_page: Callable[..., Page], look: str) -> None:
    page = new_page(**LOOKS[look])
    serve_first(page, url)
    page.get_by_test_id("suggested").get_by_test_id("article-preview").first.click()
    assert serious(page) == []
    page.get_by_test_id("knowledge-open").click()
    page.get_by_test_id("knowledge-query").fill("话费")
    page.get_by_test_id("knowledge").get_by_test_id("article").first.wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    if look == "phone":
        page.get_by_test_id("context-toggle").click()
    page.get_by_test_id("card-edit").click()
    page.get_by_test_id("card-form").wait_for()
    assert serious(page) == []


def test_hostile_articles_canned_replies_notes_and_file_names_are_text(url: str, new_page: Callable[..., Page]) -> None:
    """A dialog or script error fails the test (see new_page); what was written is read back as it is."""
    hostile = [
        {"article_id": f"a{i}", "title": attack, "question": attack, "text": attack, "links": [], "score": 0.5}
        | {"unchecked": [attack], "human_only": True}
        for i, attack in enumerate(ATTACKS)
    ]
    page = new_page()
    found = {"available": True, "articles": hostile, "seq": 1}
    page.route("**/agent/conversations/*/suggestions", lambda route: route.fulfill(json=found))
    files = [
        {"id": f"{i:064x}", "name": attack, "content_type": "application/pdf", "size_bytes": 9}
        for i, attack in enumerate(ATTACKS)
    ]
    change = {"at_ms": 1, "agent_name": ATTACKS[0], "before": {}, "after": {"note": ATTACKS[1]}}
    details = {"address": ATTACKS[0], "note": ATTACKS[1], "tags": [ATTACKS[2][:20]], "vip": False, "elderly": False}
    contact = {"request_id": "r", "conversation_id": "c", "channel": ATTACKS[0], "ended_at_ms": 1, "satisfaction": 1}
    contact |= {"agent_name": ATTACKS[1], "disposition": ATTACKS[2], "summary": ATTACKS[3], "resolved": False}
    book = {"details": details | {"version": 1}, "changes": [change], "contacts": [contact], "repeated": True}
    page.route("**/agent/conversations/*/customer", lambda route: route.fulfill(json=book))

    def with_files(route):  # type: ignore[no-untyped-def]
        answer = route.fetch()
        conversation = answer.json()["conversation"]
        conversation["messages"][0]["attachments"] = files
        route.fulfill(response=answer, json={"conversation": conversation})

    page.route("**/agent/queue/*/claim", with_files)
    page.add_init_script(
        f"localStorage.setItem('xiaoqiao-console:preferences', JSON.stringify({{personalReplies: {list(ATTACKS)!r}}}))"
    )
    serve_first(page, url)
    suggested = page.get_by_test_id("suggested")
    for i, attack in enumerate(ATTACKS):
        suggested.get_by_test_id("article-preview").nth(i).click()
        expect(suggested.get_by_test_id("article-text")).to_contain_text(attack)
        expect(suggested.get_by_test_id("article").nth(i)).to_contain_text(attack)
    suggested.get_by_test_id("article-insert").nth(1).click()
    expect(page.get_by_test_id("reply-input")).to_have_value(ATTACKS[1])
    page.keyboard.press("Enter")
    expect(bubbles(page, "agent", "message").last).to_contain_text(ATTACKS[1])
    expect(page.get_by_test_id("card-note-shown")).to_have_text(ATTACKS[1])
    expect(page.get_by_test_id("contacts")).to_contain_text(ATTACKS[3])
    page.get_by_test_id("customer-card").locator("summary").click()
    expect(page.get_by_test_id("customer-card")).to_contain_text(ATTACKS[0])
    page.get_by_test_id("note-open").click()
    page.get_by_test_id("note-input").fill(ATTACKS[2])
    page.get_by_test_id("note-save").click()
    expect(page.get_by_text(ATTACKS[2]).first).to_be_visible()
    page.get_by_test_id("canned-open").click()
    assert (
        page.evaluate("document.querySelectorAll('iframe, svg[onload], img[onerror], [href^=\"javascript:\"]').length")
        == 0
    )
    assert set(ATTACKS) <= set(page.get_by_test_id("canned-item").all_inner_texts())
    shown = page.get_by_test_id("message").first.inner_text()
    assert [attack for attack in ATTACKS if attack not in shown] == []
