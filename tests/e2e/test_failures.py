"""Parts of the product fail for real; customers are told the truth and nothing is lost."""

import uuid

import httpx
import pytest

from tools.run.product import wait_until

# By the clock of the service: how late a busy machine lets a test look says nothing of the product.
APOLOGY_WITHIN_S = 3.0


class Visitor:
    """A customer over plain HTTP."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        opened = http.post("/api/v1/visitors", json={"channel": "web"}).raise_for_status().json()
        self.conversation_id = opened["conversation"]["id"]
        self._headers = {"Authorization": f"Bearer {opened['visitor_token']}"}

    def try_to_say(self, text: str, payload: str | None = None) -> httpx.Response:
        body = {"text": text, "client_message_id": uuid.uuid4().hex, "payload": payload}
        return self._http.post("/api/v1/conversation/messages", json=body, headers=self._headers)

    def says(self, text: str, payload: str | None = None) -> int:
        return int(self.try_to_say(text, payload).raise_for_status().json()["seq"])

    def messages(self) -> list[dict]:
        answer = self._http.get("/api/v1/conversation", headers=self._headers).raise_for_status()
        return answer.json()["messages"]

    def state(self) -> str:
        return (
            self._http.get("/api/v1/conversation", headers=self._headers)
            .raise_for_status()
            .json()["conversation"]["state"]
        )

    def answer_to(self, seq: int) -> list[dict]:
        return [message for message in self.messages() if message["seq"] > seq and message["sender"] != "customer"]

    def waited_s(self, seq: int) -> float:
        """Seconds between message ``seq`` and the first answer to it."""
        asked = next(message for message in self.messages() if message["seq"] == seq)
        return float(self.answer_to(seq)[0]["created_at_ms"] - asked["created_at_ms"]) / 1000


def test_assistant_stopped(product, http):
    visitor = Visitor(http)
    with product.frozen("rasa"):
        seq = visitor.says("我的宽带不通了")
        wait_until(lambda: visitor.answer_to(seq), 20, "an apology")
        assert visitor.waited_s(seq) < APOLOGY_WITHIN_S
        apology = visitor.answer_to(seq)[0]
        assert any("人工" in button["title"] for button in apology["buttons"])
        visitor.says("转人工", payload=apology["buttons"][0]["payload"])
        wait_until(lambda: visitor.state() == "queued", 10, "a place in the queue without the assistant")
    login = http.post("/api/v1/agent/login", json={"username": "admin", "password": product.admin_password})
    headers = {"Authorization": f"Bearer {login.raise_for_status().json()['token']}"}
    waiting = http.get("/api/v1/agent/queue", headers=headers).raise_for_status().json()["requests"]
    request = next(r for r in waiting if r["conversation_id"] == visitor.conversation_id)
    assert request["reason"] == "assistant_unavailable"
    claimed = http.post(f"/api/v1/agent/queue/{request['id']}/claim", headers=headers).raise_for_status().json()
    assert "我的宽带不通了" in [message["text"] for message in claimed["conversation"]["messages"]]


def test_assistant_killed_comes_back(product, http):
    product.process("rasa").kill()
    visitor = Visitor(http)
    seq = visitor.says("查话费")
    wait_until(lambda: visitor.answer_to(seq), 20, "an apology")
    assert visitor.waited_s(seq) < APOLOGY_WITHIN_S

    def answers_again() -> bool:
        seq = visitor.says("携号转网需要什么条件")
        wait_until(lambda: visitor.answer_to(seq), 5, "an answer")
        return visitor.answer_to(seq)[0]["sender"] == "bot"

    wait_until(answers_again, 120, "the assistant is started again")


def test_storage_killed(product, http):
    visitor = Visitor(http)
    kept = visitor.says("怎么查流量")
    with product.frozen("valkey"):
        refused = visitor.try_to_say("有人吗")
        assert refused.status_code == 503
        assert refused.json()["error"]["message"]
    product.process("valkey").kill()
    wait_until(lambda: visitor.messages(), 30, "the service resumes")
    assert [m["text"] for m in visitor.messages() if m["seq"] == kept] == ["怎么查流量"]
    seq = visitor.says("携号转网需要什么条件")
    wait_until(lambda: any(m["sender"] == "bot" for m in visitor.answer_to(seq)), 10, "an answer after the restart")


def test_operator_slow(product, http):
    identity = http.get("/demo/identities").raise_for_status().json()
    customers = identity["identities"] if isinstance(identity, dict) else identity
    token = http.post(f"/demo/identities/{customers[0]['id']}").raise_for_status().json()["identity_token"]
    opened = http.post("/api/v1/visitors", json={"channel": "web", "identity_token": token}).raise_for_status().json()
    visitor = Visitor(http)
    visitor._headers = {"Authorization": f"Bearer {opened['visitor_token']}"}
    seq = visitor.says("查一下我的话费余额")
    wait_until(lambda: visitor.answer_to(seq), 5, "the balance")
    assert visitor.answer_to(seq)[0]["outcome"] == visitor.answer_to(seq)[0]["outcome"] | {"kind": "task"}
    with product.frozen("operator"):
        seq = visitor.says("查一下我的话费余额")
        wait_until(lambda: visitor.answer_to(seq), 5, "word that the operator's system is slow")
        buttons = [button["title"] for message in visitor.answer_to(seq) for button in message["buttons"]]
        assert any("人工" in title for title in buttons)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/visitors", b"{"),
        ("/api/v1/visitors", b"[]"),
        ("/api/v1/visitors", b'{"channel": "carrier pigeon"}'),
        ("/api/v1/visitors", b"\xff\xfe"),
        ("/api/v1/conversation/messages", b'{"text": "x", "client_message_id": "1"}'),
        ("/api/v1/agent/login", b'{"username": 7}'),
        ("/internal/v1/handoff-requests", b"{}"),
        ("/nowhere", b"{}"),
    ],
)
def test_malformed_input(product, http, path, body):
    answer = http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    error = answer.json()["error"]
    assert error["code"]
    assert error["message"]
    assert "Traceback" not in answer.text
