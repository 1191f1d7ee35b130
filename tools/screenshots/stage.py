"""What the scenes share: the running product, its pages, and the people who only have to be there."""

import json
import time
import uuid
from types import TracebackType
from typing import Any, Self

import httpx
from playwright.sync_api import Browser, Page, Route

from tools.run.product import Product
from tools.screenshots.camera import DESKTOP, PHONE, PHONE_SCALE, Camera
from tools.screenshots.hands import field

ZONE = "Asia/Shanghai"
A_DESKTOP: Any = {"viewport": DESKTOP}
A_PHONE: Any = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": PHONE_SCALE}


class Stage:
    """A running product with a browser before it, and the camera."""

    def __init__(self, product: Product, browser: Browser, zone: str) -> None:
        """``zone``: the time zone of everybody's clocks."""
        self.camera = Camera()
        self._product = product
        self._browser = browser
        self._place: Any = {"locale": "zh-CN", "timezone_id": zone}
        self._http = httpx.Client(base_url=product.url, timeout=10, trust_env=False)
        self._admin = self._session("admin", product.admin_password)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._http.close()

    # ---- pages -----------------------------------------------------------------------------------------------------

    def login(self, *, on_phone: bool = False) -> Page:
        """The console before anybody is logged in."""
        page = self._browser.new_page(**(A_PHONE if on_phone else A_DESKTOP), **self._place)
        page.route("**/api/v1/administration/hours", _in_the_usual_zone)
        page.goto(f"{self._product.url}/console/")
        page.get_by_test_id("login-username").wait_for()
        return page

    def console(self, username: str, password: str, page: Page | None = None) -> Page:
        """The console of somebody who is logged in."""
        page = page or self.login()
        field(page.get_by_test_id("login-username")).fill(username)
        field(page.get_by_test_id("login-password")).fill(password)
        page.get_by_test_id("login-submit").click()
        page.get_by_test_id("preferences").wait_for()
        return page

    def administration(self) -> Page:
        """The administrator's console; the administrator serves nobody."""
        return self.console("admin", self._product.admin_password)

    def site(self, customer_id: str, *, on_phone: bool = False) -> Page:
        """The demo site with the chat window open, a customer of the sandbox operator logged in."""
        page = self._browser.new_page(**(A_PHONE if on_phone else A_DESKTOP), **self._place)
        page.goto(self._product.url)
        page.get_by_test_id("demo-identity").locator(f"option[value={customer_id}]").wait_for(state="attached")
        page.get_by_test_id("demo-identity").select_option(customer_id)
        page.locator("xiaoqiao-chat[identity-token]").wait_for(state="attached")
        page.get_by_test_id("xq-launcher").click()
        return page

    def phone_with_wechat(self) -> Page:
        """The page that plays a phone, following the account."""
        page = self._browser.new_page(viewport=PHONE, device_scale_factor=PHONE_SCALE, **self._place)
        page.goto(self._product.wechat_url)
        page.locator("#follow").click()
        return page

    def drawn(self, svg: str, width: int, height: int) -> bytes:
        """What a camera would take: the drawing as a PNG file."""
        page = self._browser.new_page(viewport={"width": width, "height": height})
        page.set_content(f"<style>body{{margin:0}}</style>{svg}")
        picture = page.screenshot()
        page.close()
        return picture

    # ---- people who only have to be there --------------------------------------------------------------------------

    def hire(self, username: str, name: str, *skill_groups: str, role: str = "agent") -> str:
        """Somebody who is online from now on; answers the password."""
        password = uuid.uuid4().hex
        account = {"username": username, "password": password, "name": name, "role": role}
        body = {**account, "skill_groups": list(skill_groups), "capacity": 5}
        self._call("POST", "/api/v1/agents", self._admin, **body)
        if role != "trainer":  # who serves nobody
            self._call("PUT", "/api/v1/agent/presence", self._session(username, password), presence="online")
        return password

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

    def judging(self, customer_id: str, *opinions: tuple[str, bool]) -> None:
        """A customer who asked, and said of each answer whether it helped."""
        headers = self._visitor(customer_id)
        for text, helpful in opinions:
            body = {"text": text, "client_message_id": uuid.uuid4().hex}
            seq = self._call("POST", "/api/v1/conversation/messages", headers, **body)["seq"]
            self._until(headers, lambda now, seq=seq: now["last_seq"] > seq)
            feedback = f"/api/v1/conversation/messages/{seq + 1}/feedback"
            self._call("POST", feedback, headers, helpful=helpful)

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


def _in_the_usual_zone(route: Route) -> None:
    """The zone is chosen for its daylight; the guides name the one that operators have."""
    answer = route.fetch()
    if not answer.ok:
        return route.fulfill(response=answer)
    return route.fulfill(response=answer, body=json.dumps({**answer.json(), "time_zone": ZONE}))
