"""The pages as a customer and an agent use them."""

import contextlib
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.guard import Guard

# Longest time that a step takes on a slow and busy machine; none is waited out when all is well.
ANSWER_WITHIN_MS = 20_000
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


class _Person:
    """Somebody with a browser of their own; leaving it proves that nothing ran or broke in it."""

    def __init__(self, browser: Browser, look: dict[str, Any]) -> None:
        self.context = browser.new_context(locale="zh-CN", **look)
        self._guard = Guard(self.context)
        self.page: Page = self.context.new_page()

    def overflow_px(self) -> int:
        """How much wider the page is than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def close(self) -> None:
        """Leaves."""
        self.context.close()
        assert self._guard.troubles == []


class Customer(_Person):
    """A customer in the chat widget of the demo page."""

    def __init__(self, browser: Browser, url: str, look: dict[str, Any] | None = None, identity: str = "") -> None:
        super().__init__(browser, look or {})
        self._identity = identity
        self.page.goto(url)
        self._logs_in()
        self.page.get_by_test_id("xq-launcher").click()

    def _logs_in(self) -> None:
        """Hands the page the identity, as the operator's app does."""
        if self._identity:
            chat = self.page.locator("xiaoqiao-chat")
            chat.evaluate("(chat, token) => chat.setAttribute('identity-token', token)", self._identity)

    def reloads(self) -> None:
        """Reloads the page and has the chat open again."""
        self.page.reload()
        self._logs_in()
        launcher = self.page.get_by_test_id("xq-launcher")
        launcher.or_(self.page.get_by_test_id("xq-input")).locator("visible=true").first.wait_for()
        if launcher.is_visible():
            launcher.click()

    def types(self, text: str) -> None:
        """Types and sends."""
        self.page.get_by_test_id("xq-input").fill(text)
        self.page.get_by_test_id("xq-send").click()

    def says(self, text: str) -> None:
        """Types and sends, and sees it in the conversation."""
        self.types(text)
        expect(self.messages("customer").last).to_contain_text(text, timeout=ANSWER_WITHIN_MS)

    def asks(self, text: str) -> None:
        """Says it and waits for somebody else's next words."""
        others = self.page.locator("[data-testid=xq-message]:not([data-sender=customer])")
        before = others.count()
        self.says(text)
        expect(others.nth(before)).to_be_visible(timeout=ANSWER_WITHIN_MS)

    def asks_for_a_person(self) -> None:
        """Ends up in the queue."""
        self.page.get_by_test_id("xq-transfer").click()
        expect(self.page.get_by_test_id("xq-queue")).to_be_visible(timeout=ANSWER_WITHIN_MS)

    def comments(self, text: str) -> None:
        """Adds words to the stars."""
        self.page.get_by_test_id("xq-comment-input").fill(text)
        self.page.get_by_test_id("xq-comment-send").click()

    def opens_from_menu(self, entry: str) -> None:
        """Chooses from the menu."""
        self.page.get_by_role("button", name="更多设置").click()
        self.page.get_by_test_id(entry).click()

    def messages(self, sender: str) -> Locator:
        """The bubbles of ``sender`` (customer, bot, agent, system), in order."""
        return self.page.locator(f"[data-testid=xq-message][data-sender={sender}]")

    def texts(self, sender: str) -> list[str]:
        """What ``sender`` said, in order."""
        return self.messages(sender).locator(".text").all_inner_texts()

    def sees(self, sender: str, text: str) -> None:
        """Waits for a bubble of ``sender`` that holds ``text``."""
        expect(self.messages(sender).filter(has_text=text).last).to_be_visible(timeout=ANSWER_WITHIN_MS)


class Agent(_Person):
    """An agent at the console."""

    def __init__(
        self, browser: Browser, url: str, username: str, password: str, look: dict[str, Any] | None = None
    ) -> None:
        super().__init__(browser, look or DESKTOP)
        self.page.goto(f"{url}/console/")
        self.field("login-username").fill(username)
        self.field("login-password").fill(password)
        self.page.get_by_test_id("login-submit").click()
        self.page.get_by_test_id("presence").wait_for(timeout=ANSWER_WITHIN_MS)

    def waiting(self, conversation_id: str) -> Locator:
        """The row of a waiting conversation."""
        return self.page.locator(f"[data-testid=queue-item][data-conversation={conversation_id}]")

    def claims(self, last_text: str) -> None:
        """Takes the waiting customer whose last words are ``last_text``."""
        item = self.page.get_by_test_id("queue-item").filter(has_text=last_text)
        item.get_by_test_id("claim").click(timeout=ANSWER_WITHIN_MS)

    def opens(self, text: str) -> None:
        """Opens the one of the own conversations in whose row ``text`` stands."""
        self.page.get_by_test_id("conversation-item").filter(has_text=text).click(timeout=ANSWER_WITHIN_MS)

    def messages(self, sender: str) -> Locator:
        """The transcript's bubbles of ``sender``."""
        return self.page.locator(f"[data-testid=message][data-sender={sender}]")

    def texts(self, sender: str) -> list[str]:
        """What ``sender`` said, in order."""
        return self.messages(sender).locator(".text").all_inner_texts()

    def sees(self, sender: str, text: str) -> None:
        """Waits for a bubble of ``sender`` that holds ``text``."""
        expect(self.messages(sender).filter(has_text=text).last).to_be_visible(timeout=ANSWER_WITHIN_MS)

    def replies(self, text: str) -> None:
        """Types and sends."""
        self.field("reply-input").fill(text)
        self.page.get_by_test_id("reply-send").click()

    def notes(self, text: str, mention: str = "") -> None:
        """Writes to colleagues, and tells the one named ``mention``."""
        self.page.get_by_test_id("note-open").click()
        self.page.get_by_test_id("note-input").fill(text)
        if mention:
            self.page.get_by_test_id("note-mentions").click()
            self.page.locator(".n-base-select-option").filter(has_text=mention).click()
        self.page.get_by_test_id("note-save").click()
        expect(self.page.get_by_test_id("note").filter(has_text=text)).to_be_visible(timeout=ANSWER_WITHIN_MS)

    def transfers(self, name: str, reason: str) -> None:
        """Hands the open conversation to the agent named ``name``."""
        self.page.get_by_test_id("transfer-open").click()
        self.page.get_by_test_id("transfer-agent").filter(has_text=name).click()
        self.field("transfer-reason").fill(reason)
        self.page.get_by_test_id("transfer-submit").click()
        expect(self.page.get_by_test_id("transfer-dialog")).to_have_count(0, timeout=ANSWER_WITHIN_MS)

    def closes(self, summary: str = "") -> None:
        """Ends the service with the first disposition."""
        self.page.get_by_test_id("close-open").click()
        self.page.get_by_test_id("close-disposition-option").first.click()
        self.page.get_by_test_id("close-resolved").click()
        if summary:
            self.field("close-summary").fill(summary)
        self.page.get_by_test_id("close-submit").click()
        expect(self.page.get_by_test_id("close-dialog")).to_have_count(0, timeout=ANSWER_WITHIN_MS)

    def reads_the_comment(self, text: str) -> None:
        """Finds the service that was rated with ``text`` on the page 复盘; the archive follows within seconds."""
        self.page.get_by_test_id("page-review").click()
        self.page.get_by_test_id("review-ratings").click()
        self.page.get_by_test_id("ratings-score").select_option("5")
        row = self.page.get_by_test_id("rating-row").filter(has_text=text)
        for only_commented in (True, False) * (ANSWER_WITHIN_MS // 2_000):
            self.page.get_by_test_id("ratings-commented").set_checked(only_commented)  # reads them again
            with contextlib.suppress(AssertionError):
                expect(row).to_be_visible(timeout=1_000)
                return
        expect(row).to_be_visible()

    def field(self, test_id: str) -> Locator:
        """The input of ``test_id``, which component libraries wrap in elements of their own."""
        wrapper = self.page.get_by_test_id(test_id)
        return wrapper.locator("input, textarea").or_(wrapper.and_(self.page.locator("input, textarea"))).first
