"""Whatever anybody writes is shown as it was written, everywhere; nothing of it is ever run."""

import json
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.e2e.guard import ATTACKS
from tests.e2e.pages import ANSWER_WITHIN_MS, Agent, Customer

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "widget-greeting.png"
NAME = ATTACKS["onerror"]
FILE_NAME = '"><svg onload=attacked(1)>.png'


def shown(page: Page, test_id: str, text: str) -> None:
    """Waits for an element that holds ``text`` as text."""
    expect(page.get_by_test_id(test_id).filter(has_text=text).first).to_be_visible(timeout=ANSWER_WITHIN_MS)


def poisoned(route: Route) -> None:
    """The articles of the knowledge base, as somebody with bad intentions might have written them."""
    answer = route.fetch()
    found = answer.json()
    article = {
        "article_id": "x",
        "title": ATTACKS["script"],
        "question": ATTACKS["frame"],
        "text": ATTACKS["attribute"],
    }
    links = [{"title": ATTACKS["markdown"], "url": "javascript:attacked('article')"}]
    found["articles"] = [{**article, "links": links, "score": 0.9, "human_only": False, "unchecked": []}]
    route.fulfill(response=answer, body=json.dumps(found))


def test_nothing_that_is_typed_runs(product, browser, staff):
    account = staff.hire(ATTACKS["attribute"], role="supervisor")
    staff.add_canned_reply(account, ATTACKS["frame"])
    customer = Customer(browser, product.url, identity=staff.identity("X1", NAME))
    agent = Agent(browser, product.url, **account)
    agent.page.route("**/api/v1/agent/knowledge*", poisoned)

    for attack in ATTACKS.values():
        customer.says(attack)
    customer.page.get_by_test_id("xq-file").set_input_files(
        {"name": FILE_NAME, "mimeType": "image/png", "buffer": PICTURE.read_bytes()}
    )
    expect(customer.page.get_by_test_id("xq-chip").locator("img")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    customer.page.get_by_test_id("xq-send").click()
    expect(customer.page.get_by_test_id("xq-queue")).to_be_visible(timeout=ANSWER_WITHIN_MS)

    # The queue, the conversation, its context.
    shown(agent.page, "queue-item", NAME)
    agent.claims(NAME)
    for attack in ATTACKS.values():
        agent.sees("customer", attack)
    picture = agent.messages("customer").get_by_test_id("message-attachment")
    expect(picture.locator("img")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    assert "svg onload" in (picture.get_attribute("aria-label") or "")
    shown(agent.page, "context-summary", ATTACKS["script"][:15])
    shown(agent.page, "conversation-item", NAME)
    expect(agent.page.locator(".pane-title")).to_contain_text(NAME)

    # What colleagues write.
    agent.notes(ATTACKS["markdown"])
    agent.page.get_by_test_id("canned-open").click()
    shown(agent.page, "canned-item", ATTACKS["frame"])
    agent.page.keyboard.press("Escape")
    agent.page.get_by_test_id("card-edit").click()
    agent.page.get_by_test_id("card-note").fill(ATTACKS["script"])
    agent.page.get_by_test_id("card-tags").fill("<b>1</b>")
    agent.page.get_by_test_id("card-save").click()
    shown(agent.page, "card-note-shown", ATTACKS["script"])

    # Articles, and everything in the reply to the customer.
    shown(agent.page, "knowledge-item", ATTACKS["script"])
    agent.page.get_by_test_id("suggestion-insert").first.click()
    expect(agent.field("reply-input")).to_have_value(ATTACKS["attribute"])
    for attack in ATTACKS.values():
        agent.replies(attack)
        customer.sees("agent", attack)
    # Where a link was made of it, it leads to no script.
    for page in (customer.page, agent.page):
        hrefs = page.locator("a").evaluate_all("links => links.map(link => link.protocol)")
        assert set(hrefs) <= {"http:", "https:", "tel:"}

    agent.page.get_by_test_id("transfer-open").click()
    agent.page.get_by_test_id("transfer-group").first.click()
    agent.field("transfer-reason").fill(ATTACKS["onerror"])
    agent.page.get_by_test_id("transfer-submit").click()
    shown(agent.page, "queue-transfer", ATTACKS["onerror"])
    agent.claims(NAME)
    agent.closes(summary=ATTACKS["frame"])
    # Closing a browser fails the test if anything ran in it, or would have but for the policy.
    for person in (customer, agent):
        person.close()
