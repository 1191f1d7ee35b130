"""Files from customers to agents and back: uploaded, sent once, served so that nothing in them runs."""

import re
from urllib.parse import unquote

import pytest

from handoff.app import create_app
from handoff.attachments import addresses
from handoff.services import Services
from handoff.usecases import attachments
from tests.handoff.attachments.test_kinds import PDF, PNG
from tests.handoff.conftest import PASSWORD
from tests.handoff.makers import make_agent
from tests.handoff.people import Visitor, client
from tests.handoff.servers import serve

HTML = b"<html><script>alert(1)</script></html>"


async def upload(http, token, name, content, path="/api/v1/conversation/attachments"):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    return await http.post(path, params={"name": name}, content=content, headers=headers)


async def send(http, token, text, ids, key="k1"):
    body = {"text": text, "client_message_id": key, "attachments": ids}
    return await http.post("/api/v1/conversation/messages", json=body, headers={"Authorization": f"Bearer {token}"})


async def messages(http, token):
    answer = await http.get("/api/v1/conversation", headers={"Authorization": f"Bearer {token}"})
    return answer.json()["messages"]


async def test_a_picture_alone_is_kept_for_a_person(world):
    visitor = await world.visitor()
    stored = await upload(world.http, visitor.token, "截图.png", PNG)
    assert stored.status_code == 201, stored.text
    attachment = stored.json()
    assert attachment == {
        "id": attachment["id"],
        "name": "截图.png",
        "content_type": "image/png",
        "size_bytes": len(PNG),
    }
    first = await send(world.http, visitor.token, "", [attachment["id"]])
    again = await send(world.http, visitor.token, "", [attachment["id"]])
    assert (first.json()["seq"], again.json()) == (1, {"seq": 1, "duplicate": True})
    said = await messages(world.http, visitor.token)
    assert (said[0]["sender"], said[0]["text"]) == ("customer", "[图片]")
    assert said[0]["attachments"] == [attachment]
    assert len(said) == 2
    assert "图片收到了" in said[1]["text"]
    assert world.rasa.calls == []


async def test_words_with_a_picture_are_answered(world):
    visitor = await world.visitor()
    attachment = (await upload(world.http, visitor.token, "a.png", PNG)).json()
    await send(world.http, visitor.token, "你好", [attachment["id"]])
    await visitor.answered("bot")
    said = await messages(world.http, visitor.token)
    assert said[0]["text"] == "你好"
    assert said[0]["attachments"] == [attachment]


async def test_an_agent_sends_a_file(world):
    visitor = await world.visitor()
    await visitor.say("转人工")
    await visitor.in_state("queued")
    agent = await world.agent()
    conversation = await agent.claim_first()
    path = f"/api/v1/agent/conversations/{conversation['id']}"
    stored = await upload(world.http, agent.token, "账单.pdf", PDF, f"{path}/attachments")
    assert stored.status_code == 201, stored.text
    body = {"text": "请看附件", "client_message_id": "k", "attachments": [stored.json()["id"]]}
    sent = await world.http.post(f"{path}/messages", json=body, headers={"Authorization": f"Bearer {agent.token}"})
    assert sent.status_code == 202, sent.text
    said = await messages(world.http, visitor.token)
    assert said[-1]["attachments"][0]["name"] == "账单.pdf"
    served = await world.http.get(f"/api/v1/attachments/{stored.json()['id']}")
    assert served.content == PDF
    assert served.headers["content-disposition"].startswith("attachment;")
    other = await world.agent(username="other")
    refused = await upload(world.http, other.token, "x.pdf", PDF, f"{path}/attachments")
    assert refused.status_code == 403


async def test_served_so_that_nothing_runs(world):
    visitor = await world.visitor()
    stored = (await upload(world.http, visitor.token, "a\r\nSet-Cookie: x.png", PNG)).json()
    served = await world.http.get(f"/api/v1/attachments/{stored['id']}")
    assert served.headers["content-type"] == "image/png"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in served.headers["content-security-policy"]
    assert re.fullmatch(r"inline; filename\*=UTF-8''[A-Za-z0-9%._~-]+", served.headers["content-disposition"])
    assert "set-cookie" not in served.headers


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("x.html", HTML, 422, "attachment_kind"),
        ("x.png", HTML, 422, "attachment_kind"),
        ("x.png", b"", 422, "attachment_empty"),
        ("", PNG, 422, "invalid_input"),
        ("n" * 256, PNG, 422, "invalid_input"),
    ],
)
async def test_refused(world, name, content, status, code):
    visitor = await world.visitor()
    answer = await upload(world.http, visitor.token, name, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_too_large_is_refused_early(world):
    visitor = await world.visitor()
    content = PNG + b"\x00" * world.services.settings.attachment_limit_bytes
    answer = await upload(world.http, visitor.token, "x.png", content)
    assert answer.status_code == 413


async def test_somebody_elses_file_cannot_be_sent(world):
    one, other = await world.visitor(), await world.visitor()
    stored = (await upload(world.http, one.token, "a.png", PNG)).json()
    answer = await send(world.http, other.token, "", [stored["id"]])
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unknown_attachment")
    assert (await send(world.http, one.token, "", [])).status_code == 422
    # What is stored of it opens nothing, and neither does another's mark or a longer life.
    opened = world.services.addresses.opened(stored["id"])
    assert (await world.http.get(f"/api/v1/attachments/{opened.attachment_id}")).status_code == 422
    opens, _, mark = stored["id"].rpartition(".")
    for forged in (f"{opens}.{'x' * 22}", f"{opens.replace('.c', '.a')}.{mark}", f"{opens[:-5]}99999.{mark}"):
        refused = await world.http.get(f"/api/v1/attachments/{forged}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "attachment_not_found")


async def test_an_address_is_over_after_a_week_and_read_anew(world, monkeypatch):
    visitor = await world.visitor()
    stored = (await upload(world.http, visitor.token, "a.png", PNG)).json()
    await send(world.http, visitor.token, "", [stored["id"]])
    today = addresses._today()
    monkeypatch.setattr(addresses, "_today", lambda: today + 7)
    assert (await world.http.get(f"/api/v1/attachments/{stored['id']}")).status_code == 200
    monkeypatch.setattr(addresses, "_today", lambda: today + 8)
    over = await world.http.get(f"/api/v1/attachments/{stored['id']}")
    assert (over.status_code, over.json()["error"]["code"]) == (404, "attachment_address_over")
    [again] = (await messages(world.http, visitor.token))[0]["attachments"]
    assert (await world.http.get(f"/api/v1/attachments/{again['id']}")).content == PNG
    # A letter that waited for the network names its file by the old address.
    assert (await send(world.http, visitor.token, "", [stored["id"]], "k2")).status_code == 202


async def test_agents_see_the_names_of_files_masked_and_customers_their_own(world):
    visitor, agent = await world.active_pair()
    name = "13800138000的账单.pdf"
    stored = (await upload(world.http, visitor.token, name, PDF)).json()
    await send(world.http, visitor.token, "", [stored["id"]], "file-1")
    shown = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()["messages"][-1]
    assert shown["attachments"][0]["name"] == "138****8000的账单.pdf"
    assert shown["text"] == "[文件] 138****8000的账单.pdf"
    async with agent.stream() as stream:
        await stream.next("ready")
        assert (await send(world.http, visitor.token, "", [stored["id"]], "file-2")).status_code == 202
        frame = await stream.next("message")
    assert frame["message"]["attachments"] == shown["attachments"]
    for attachment, expected in ((shown["attachments"][0], "138****8000的账单.pdf"), (stored, name)):
        served = await world.http.get(f"/api/v1/attachments/{attachment['id']}")
        assert served.content == PDF
        assert unquote(served.headers["content-disposition"]) == f"attachment; filename*=UTF-8''{expected}"


async def test_uploads_are_limited(settings, services, one_minute):
    strict = settings.model_copy(update={"uploads_per_minute_address": 2})
    async with serve(create_app(Services.build(strict))) as url, client(url) as http:
        answers = []
        for _ in range(3):  # a conversation each: the address counts
            visitor = await Visitor.open(url, http)
            answers.append(await upload(http, visitor.token, "a.png", PNG))
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2].headers["Retry-After"]) == one_minute


async def test_old_files_are_deleted(world):
    visitor = await world.visitor()
    stored = (await upload(world.http, visitor.token, "a.png", PNG)).json()
    assert await world.services.attachments.delete_older_than(1) == 0
    assert await world.services.attachments.delete_older_than(-1) == 2  # the file and its note
    assert (await world.http.get(f"/api/v1/attachments/{stored['id']}")).status_code == 404


async def test_what_is_never_sent_is_swept(world, monkeypatch):
    visitor = await world.visitor()
    sent = (await upload(world.http, visitor.token, "a.png", PNG)).json()
    unsent = (await upload(world.http, visitor.token, "b.png", PNG)).json()
    await send(world.http, visitor.token, "", [sent["id"]])
    monkeypatch.setattr(attachments, "UNSENT_MS", -60_000)
    await attachments.sweep_once(world.services)
    assert (await world.http.get(f"/api/v1/attachments/{sent['id']}")).status_code == 200
    assert (await world.http.get(f"/api/v1/attachments/{unsent['id']}")).status_code == 404


async def unread(app, path, token):
    """The status of a request whose body nobody may read."""
    answered = []

    async def receive():
        pytest.fail("the body was read")

    async def send(part):
        answered.append(part)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"name=a.png", "root_path": "",
        "headers": [(b"authorization", f"Bearer {token}".encode()), (b"content-length", b"5000000")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    await app(scope, receive, send)
    return answered[0]["status"]


async def test_nothing_is_read_of_a_file_nobody_may_send(settings, services):
    app = create_app(Services.build(settings.model_copy(update={"uploads_per_minute": 0})))
    async with serve(app) as url, client(url) as http:
        visitor = await Visitor.open(url, http)
        path = "/api/v1/conversation/attachments"
        assert await unread(app, path, "stranger") == 401
        assert await unread(app, "/api/v1/agent/conversations/c/attachments", visitor.token) == 401
        assert await unread(app, path, visitor.token) == 429
        canned = "/api/v1/canned-replies/import"
        assert await unread(app, canned, "stranger") == 401
        await make_agent(services, "lin")
        login = {"username": "lin", "password": PASSWORD}
        lin = (await http.post("/api/v1/agent/login", json=login)).json()
        assert await unread(app, canned, lin["token"]) == 403


async def test_a_file_that_does_not_say_how_large_it_is_ends_at_the_limit(world):
    visitor = await world.visitor()

    async def pieces():
        for _ in range(world.services.settings.attachment_limit_bytes // 2**20 + 2):
            yield bytes(2**20)

    answer = await upload(world.http, visitor.token, "x.png", pieces())
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
