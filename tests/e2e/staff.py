"""Agents' accounts, and customers who only have to be there, over the product's API."""

import itertools
import time
import uuid
from typing import Any

import httpx

from handoff.auth import identity_token
from handoff.models import Customer as Identity
from tools.run.product import Product, wait_until

_numbers = itertools.count(1)
IDENTITY_LIFETIME_S = 600


class Staff:
    """The administrator's hand in a running product; serves nobody, so that nobody waits for them."""

    def __init__(self, product: Product, http: httpx.Client) -> None:
        self._product = product
        self._http = http
        login = {"username": "admin", "password": product.admin_password}
        session = http.post("/api/v1/agent/login", json=login).raise_for_status().json()
        self.headers = {"Authorization": f"Bearer {session['token']}"}
        self._call("PUT", "/api/v1/agent/presence", presence="offline")

    def hire(self, name: str, role: str = "agent") -> dict[str, str]:
        """A new agent: user name and password."""
        account = {"username": f"agent{next(_numbers)}", "password": uuid.uuid4().hex}
        self._call("POST", "/api/v1/agents", **account, name=name, role=role, skill_groups=[], capacity=5)
        return account

    def identity(self, customer_id: str, name: str) -> str:
        """What the operator's app signs for a customer who is logged in there."""
        secret = self._product.secret("XIAOQIAO_IDENTITY_SECRET")
        return identity_token(Identity(id=customer_id, name=name), secret, int(time.time()) + IDENTITY_LIFETIME_S)

    def waiting_customer(self, *texts: str, identity: str | None = None) -> str:
        """Somebody else who said ``texts``, each answered before the next, and now waits; their conversation."""
        opened = self._post("/api/v1/visitors", {}, channel="web", identity_token=identity)
        headers = {"Authorization": f"Bearer {opened['visitor_token']}"}
        for text in (*texts, "转人工"):
            said = self._post("/api/v1/conversation/messages", headers, text=text, client_message_id=uuid.uuid4().hex)
            wait_until(lambda seq=said["seq"]: self._state(headers)["last_seq"] > seq, 10, f"an answer to {text}")  # type: ignore[misc]
        wait_until(lambda: self._state(headers)["state"] == "queued", 10, "a place in the queue")
        return str(opened["conversation"]["id"])

    def add_canned_reply(self, account: dict[str, str], text: str) -> None:
        """A canned reply of the agent's own."""
        session = self._post("/api/v1/agent/login", {}, **account)
        headers = {"Authorization": f"Bearer {session['token']}"}
        self._post("/api/v1/canned-replies", headers, scope="personal", text=text)

    def _state(self, headers: dict[str, str]) -> dict[str, Any]:
        answer = self._http.get("/api/v1/conversation", headers=headers).raise_for_status()
        return dict(answer.json()["conversation"])

    def _call(self, method: str, path: str, **body: Any) -> None:
        self._http.request(method, path, json=body, headers=self.headers).raise_for_status()

    def _post(self, path: str, headers: dict[str, str], **body: Any) -> Any:
        return self._http.post(path, json=body, headers=headers).raise_for_status().json()
