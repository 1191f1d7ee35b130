"""The pages as a customer and an agent use them."""

from playwright.sync_api import Browser, Locator, Page, expect

ANSWER_WITHIN_MS = 10_000


class Customer:
    """A customer in the chat widget of the demo page."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._context = browser.new_context(locale="zh-CN")
        self.page: Page = self._context.new_page()
        self.page.goto(url)
        self.page.get_by_test_id("xq-launcher").click()

    def says(self, text: str) -> None:
        """Types and sends."""
        self.page.get_by_test_id("xq-input").fill(text)
        self.page.get_by_test_id("xq-send").click()
        expect(self.messages("customer").last).to_contain_text(text, timeout=ANSWER_WITHIN_MS)

    def messages(self, sender: str) -> Locator:
        """The bubbles of ``sender`` (customer, bot, agent, system), in order."""
        return self.page.locator(f"[data-testid=xq-message][data-sender={sender}]")

    def sees(self, sender: str, text: str) -> None:
        """Waits for a bubble of ``sender`` that holds ``text``."""
        expect(self.messages(sender).filter(has_text=text).last).to_be_visible(timeout=ANSWER_WITHIN_MS)

    def close(self) -> None:
        """Leaves."""
        self._context.close()


class Agent:
    """An agent at the console."""

    def __init__(self, browser: Browser, url: str, username: str, password: str) -> None:
        self._context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
        self.page: Page = self._context.new_page()
        self.page.goto(f"{url}/console/")
        self._field("login-username").fill(username)
        self._field("login-password").fill(password)
        self.page.get_by_test_id("login-submit").click()

    def claims(self, last_text: str) -> None:
        """Takes the waiting customer whose last words are ``last_text``."""
        item = self.page.get_by_test_id("queue-item").filter(has_text=last_text)
        item.get_by_test_id("claim").click(timeout=ANSWER_WITHIN_MS)

    def messages(self, sender: str) -> Locator:
        """The transcript's bubbles of ``sender``."""
        return self.page.locator(f"[data-testid=message][data-sender={sender}]")

    def replies(self, text: str) -> None:
        """Types and sends."""
        self._field("reply-input").fill(text)
        self.page.get_by_test_id("reply-send").click()

    def closes(self) -> None:
        """Ends the service with the first disposition."""
        self.page.get_by_test_id("close-open").click()
        self.page.get_by_test_id("close-disposition").first.click()
        self.page.get_by_test_id("close-resolved").click()
        self.page.get_by_test_id("close-submit").click()

    def close(self) -> None:
        """Leaves."""
        self._context.close()

    def _field(self, test_id: str) -> Locator:
        """The input of ``test_id``, which component libraries wrap in elements of their own."""
        wrapper = self.page.get_by_test_id(test_id)
        return wrapper.locator("input, textarea").or_(wrapper.and_(self.page.locator("input, textarea"))).first
