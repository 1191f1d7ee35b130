"""What people do with the pages."""

from playwright.sync_api import Locator, Page, expect

ANSWER_WITHIN_MS = 15_000


def ask(page: Page, text: str) -> None:
    """Says it in the chat window and waits for the answer."""
    answers = page.locator("[data-testid=xq-message]:not([data-sender=customer])")
    before = answers.count()
    say(page, text)
    expect(answers.nth(before)).to_be_visible(timeout=ANSWER_WITHIN_MS)


def say(page: Page, text: str) -> None:
    """Says it in the chat window."""
    page.get_by_test_id("xq-input").fill(text)
    page.get_by_test_id("xq-send").click()


def choose(page: Page, entry: str) -> None:
    """Chooses from the chat window's menu."""
    page.get_by_role("button", name="更多设置").click()
    page.get_by_test_id(entry).click()


def claim(console: Page, name: str) -> None:
    """Takes the waiting customer of this name."""
    console.get_by_test_id("queue-item").filter(has_text=name).get_by_test_id("claim").click(timeout=ANSWER_WITHIN_MS)
    expect(console.locator(".pane h2")).to_contain_text(name, timeout=ANSWER_WITHIN_MS)


def reply(console: Page, text: str) -> None:
    """Says it as an agent."""
    field(console.get_by_test_id("reply-input")).fill(text)
    console.get_by_test_id("reply-send").click()
    sent = console.locator("[data-testid=message][data-sender=agent]").filter(has_text=text[:12]).last
    expect(sent).to_be_visible(timeout=ANSWER_WITHIN_MS)


def look_at(console: Page, name: str) -> None:
    """Opens one of the own conversations."""
    console.get_by_test_id("conversation-item").filter(has_text=name).click()
    expect(console.locator(".pane h2")).to_contain_text(name, timeout=ANSWER_WITHIN_MS)


def hears(console: Page, text: str) -> None:
    """Waits until the customer's words have come."""
    received = console.locator("[data-testid=message][data-sender=customer]").filter(has_text=text)
    expect(received.last).to_be_visible(timeout=ANSWER_WITHIN_MS)


def field(wrapper: Locator) -> Locator:
    """The input itself, which the component library wraps in elements of its own."""
    return wrapper.locator("input, textarea").or_(wrapper.and_(wrapper.page.locator("input, textarea"))).first
