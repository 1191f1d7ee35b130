"""What the scenes share: pages, the people who only have to be there, and the camera."""

import time
import uuid
from types import TracebackType
from typing import Any, Self

import httpx
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tools.run.product import Product
from tools.run.settings import ROOT

IMAGES = ROOT / "docs" / "images"
DESKTOP = ViewportSize(width=1440, height=900)
SITE = ViewportSize(width=1200, height=760)
PHONE = ViewportSize(width=390, height=780)
PLACE: Any = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
ANSWER_WITHIN_MS = 10_000
TOASTS_END_MS = 4_000
TRANSITIONS_END_MS = 450
LARGEST_BYTES = 300_000


class Stage:
    """A running product with a browser before it."""

    def __init__(self, product: Product, browser: Browser) -> None:
        self._product = product
        self._browser = browser
        self._http = httpx.Client(base_url=product.url, timeout=10, trust_env=False)
        self._admin = self._session("admin", product.admin_password)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._http.close()

    # ---- pages -----------------------------------------------------------------------------------------------------

    def console(self) -> Page:
        """The administrator's console, logged in."""
        page = self._browser.new_page(viewport=DESKTOP, **PLACE)
        page.goto(f"{self._product.url}/console/")
        page.get_by_test_id("login-username").wait_for()
        field(page.get_by_test_id("login-username")).fill("admin")
        field(page.get_by_test_id("login-password")).fill(self._product.admin_password)
        page.get_by_test_id("login-submit").click()
        page.get_by_test_id("preferences").wait_for()
        return page

    def site(self, customer_id: str, viewport: ViewportSize = SITE) -> Page:
        """The demo site with the chat window open, a customer of the sandbox operator logged in."""
        is_phone = viewport == PHONE
        scale = 1.5 if is_phone else 1
        page = self._browser.new_page(
            viewport=viewport, **PLACE, has_touch=is_phone, is_mobile=is_phone, device_scale_factor=scale
        )
        page.goto(self._product.url)
        page.get_by_test_id("demo-identity").locator(f"option[value={customer_id}]").wait_for(state="attached")
        page.get_by_test_id("demo-identity").select_option(customer_id)
        page.locator("xiaoqiao-chat[identity-token]").wait_for(state="attached")
        page.get_by_test_id("xq-launcher").click()
        return page

    def keep(self, page: Page, name: str, height: int = 0) -> None:
        """Takes the picture ``name`` once nothing moves any more; of the upper part, where the rest is empty."""
        page.wait_for_timeout(TRANSITIONS_END_MS)
        IMAGES.mkdir(parents=True, exist_ok=True)
        path = IMAGES / f"{name}.png"
        size = page.viewport_size or DESKTOP
        page.screenshot(path=path, clip={"x": 0, "y": 0, "width": size["width"], "height": height or size["height"]})
        size_bytes = path.stat().st_size
        print(f"screenshots: docs/images/{name}.png, {size_bytes // 1000} kB", flush=True)
        if size_bytes > LARGEST_BYTES:
            raise RuntimeError(f"{name} is too large for a picture in the guides; take less of the page")

    # ---- people who only have to be there --------------------------------------------------------------------------

    def hire(self, username: str, name: str, *skill_groups: str, role: str = "agent") -> None:
        """Somebody who is online from now on."""
        password = uuid.uuid4().hex
        account = {"username": username, "password": password, "name": name, "role": role}
        body = {**account, "skill_groups": list(skill_groups), "capacity": 5}
        self._call("POST", "/api/v1/agents", self._admin, **body)
        self._call("PUT", "/api/v1/agent/presence", self._session(username, password), presence="online")

    def waiting(self, customer_id: str, *texts: str) -> None:
        """A customer who said ``texts``, each answered before the next, and waits for a person."""
        headers = self._visitor(customer_id)
        for text in (*texts, "转人工"):
            body = {"text": text, "client_message_id": uuid.uuid4().hex}
            said = self._call("POST", "/api/v1/conversation/messages", headers, **body)
            self._until(headers, lambda now, seq=said["seq"]: now["last_seq"] > seq or now["state"] == "queued")
        self._until(headers, lambda now: now["state"] == "queued")

    def wanting_a_call(self, customer_id: str, phone: str, text: str) -> None:
        """A customer who wants to be called."""
        headers = self._visitor(customer_id)
        wish = {"client_ticket_id": uuid.uuid4().hex, "kind": "callback", "text": text, "phone": phone}
        self._call("POST", "/api/v1/conversation/tickets", headers, **wish)

    def _visitor(self, customer_id: str) -> dict[str, str]:
        identity = self._call("POST", f"/demo/identities/{customer_id}", {})["identity_token"]
        visitor = self._call("POST", "/api/v1/visitors", {}, channel="web", identity_token=identity)
        return {"Authorization": f"Bearer {visitor['visitor_token']}"}

    def _until(self, headers: dict[str, str], happened: Any) -> None:
        for _ in range(100):
            if happened(self._call("GET", "/api/v1/conversation", headers)["conversation"]):
                return
            time.sleep(0.1)
        raise RuntimeError("a customer beside the stage got no answer")

    def _session(self, username: str, password: str) -> dict[str, str]:
        session = self._call("POST", "/api/v1/agent/login", {}, username=username, password=password)
        return {"Authorization": f"Bearer {session['token']}"}

    def _call(self, method: str, path: str, headers: dict[str, str], **body: Any) -> Any:
        answer = self._http.request(method, path, json=body or None, headers=headers).raise_for_status()
        return answer.json() if answer.content else None


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


def claim(console: Page, name: str) -> None:
    """Takes the waiting customer of this name."""
    console.get_by_test_id("queue-item").filter(has_text=name).get_by_test_id("claim").click()
    expect(console.locator(".pane h2")).to_contain_text(name, timeout=ANSWER_WITHIN_MS)


def reply(console: Page, text: str) -> None:
    """Says it as an agent."""
    field(console.get_by_test_id("reply-input")).fill(text)
    console.get_by_test_id("reply-send").click()
    sent = console.locator("[data-testid=message][data-sender=agent]").filter(has_text=text[:12]).last
    expect(sent).to_be_visible(timeout=ANSWER_WITHIN_MS)


def field(wrapper: Locator) -> Locator:
    """The input itself, which the component library wraps in elements of its own."""
    return wrapper.locator("input, textarea").or_(wrapper.and_(wrapper.page.locator("input, textarea"))).first
