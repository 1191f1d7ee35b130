"""The console in English: what it says itself is English, whatever customers and the operator's names are."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Request, Response, WebSocket, expect

from tests.web.axe import serious
from tests.web.conftest import StartService

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "web/console/pages/table.ts"
ERRORS = ROOT / "web/console/texts/en/errors.ts"
RAISED = re.compile(
    r'(?:BadInput|Unauthorized|Forbidden|NotFound|Conflict|TooLarge|TooManyRequests)\(\s*"([a-z_]+)"'
    r'|__init__\(\s*"([a-z_]+)", "[\u4e00-\u9fff]'
    r'|"code": "([a-z_]+)"|code = "([a-z_]+)"(?: if [\w.]+ else "([a-z_]+)")?'
)
# Said to customers or to other programs.
NOT_FOR_AGENTS = {
    "identity_not_found",
    "invalid_identity",
    "invalid_service_token",
    "invalid_ticket",
    "invalid_token",
    "missing_token",
    "no_phone",
    "not_an_answer",
    "nothing_to_rate",
    "operator_unavailable",
    "queue_full",
    "stale_turn",
}


def test_what_the_service_refuses_is_said_in_english_too() -> None:
    raised = set[str]()
    for source in (ROOT / "handoff").rglob("*.py"):
        for codes in RAISED.findall(source.read_text(encoding="utf-8")):
            raised |= {code for code in codes if code}
    said = set(re.findall(r"^  ([a-z_]+):", ERRORS.read_text(encoding="utf-8"), re.MULTILINE))
    assert said == raised - NOT_FOR_AGENTS


CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# Variables of canned replies stand in the replies as they are kept.
VARIABLE = re.compile(r"\{[\u4e00-\u9fff]+\}")
# What is seen and what is read out, but for the logo, faces (a letter of the name) and the name of the other language.
SHOWN = """() => {
  const isLeftOut = (one) => one.closest('.login-mark, .face, [lang=zh], script, style') !== null
  const found = [document.title]
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!isLeftOut(node.parentElement)) found.push(node.data)
  }
  for (const one of document.querySelectorAll('*')) {
    if (isLeftOut(one)) continue
    const names = ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'data-label']
    found.push(...names.map((name) => one.getAttribute(name) ?? ''))
    if (one.hasAttribute('data-label')) found.push(getComputedStyle(one, '::before').content)
  }
  return found
}"""

RENDERED_WITHIN_MS = 50


class Told:
    """What the service has told a page: names, customers' words. The rest of what the page shows are its own words."""

    def __init__(self, page: Page) -> None:
        self.words = set[str]()
        self._unread = list[Response]()
        self._under_way = set[Request]()
        # Another document asks anew, whatever became of what the one before had asked.
        page.on("framenavigated", lambda _frame: self._under_way.clear())
        page.on("request", lambda request: self._under_way.add(request))
        page.on("requestfinished", lambda request: self._under_way.discard(request))
        page.on("requestfailed", lambda request: self._under_way.discard(request))
        page.on("response", self._answered)
        page.on("websocket", self._connected)

    def _answered(self, response: Response) -> None:
        if "/api/" in response.url and "json" in response.headers.get("content-type", ""):
            self._unread.append(response)

    def _connected(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self._learn(json.loads(frame)))

    def _learn(self, value: Any) -> None:
        self.words |= {line.strip() for text in _texts(value) for line in (text, *text.splitlines())}

    def _settle(self, page: Page) -> None:
        """Until what was asked for is there and shown."""
        page.wait_for_timeout(RENDERED_WITHIN_MS)
        while self._under_way:
            page.wait_for_timeout(20)
        page.wait_for_timeout(RENDERED_WITHIN_MS)

    def own_words(self, page: Page) -> list[str]:
        """Chinese that the page says itself."""
        self._settle(page)
        all_shown = page.evaluate(SHOWN)
        while self._unread:
            # What an earlier page was told is gone with it.
            with suppress(Error):
                self._learn(self._unread.pop().json())
        # The longest first: a name may stand in a sentence.
        told = sorted((one for one in self.words if CHINESE.search(one)), key=len, reverse=True)
        found = list[str]()
        for shown in all_shown:
            left = shown
            for one in told:
                if not CHINESE.search(left):
                    break
                left = left.replace(one, "")
            if CHINESE.search(VARIABLE.sub("", left)):
                found.append(shown)
        return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def test_every_page_is_english_when_english_is_chosen(service: StartService, new_page: Callable[..., Page]) -> None:
    url = service(waiting=3, mine=1)
    page = new_page()
    told = Told(page)

    def look(where: str) -> None:
        assert (where, told.own_words(page)) == (where, [])

    page.goto(f"{url}/console/?lang=en")
    page.get_by_test_id("login-username").fill("admin")
    look("login")
    page.goto(f"{url}/console/")
    page.get_by_test_id("login-username").fill("admin")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("preferences").click()
    page.get_by_test_id("language-en").click()
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    page.get_by_test_id("preferences").click()
    look("preferences")
    page.keyboard.press("Escape")

    customer = new_page()
    customer.goto(url)
    customer.get_by_test_id("xq-launcher").click()
    customer.get_by_test_id("xq-transfer").click()
    expect(page.get_by_test_id("queue-new")).to_have_text("New")
    customer.close()
    page.get_by_test_id("conversation-item").click()
    page.get_by_test_id("message").first.wait_for()
    look("a conversation")
    for keys, dialog in (("Alt+KeyT", "transfer-dialog"), ("Alt+KeyE", "close-dialog")):
        page.keyboard.press(keys)
        page.get_by_test_id(dialog).wait_for()
        look(dialog)
        page.keyboard.press("Escape")
        expect(page.get_by_test_id(dialog)).to_have_count(0)
    pages = re.findall(r"name: '(\w+)', path: '(/[a-z-]*)'", TABLE.read_text(encoding="utf-8"))
    assert len(pages) > 3
    for name, path in pages:
        page.goto(f"{url}/console/#{path}")
        page.locator(f"[data-page={name}]").wait_for()
        look(path)
        assert (path, serious(page)) == (path, [])
        page.set_viewport_size({"width": 390, "height": 844})  # tables look otherwise
        look(path)
        page.set_viewport_size({"width": 1440, "height": 900})
