"""The callback address: who is let in, and what never breaks it."""

import secrets
import time

import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from handoff.app import create_app
from handoff.channels.wechat import crypto
from handoff.services import Services
from sandbox.wechat import callbacks
from sandbox.wechat.accounts import load_accounts
from sandbox.wechat.sealing import Sealer, sign
from tests.handoff.channels.wechat.conftest import ACCOUNTS
from tests.handoff.people import client
from tests.handoff.servers import serve


def refused(account: str, reason: str) -> float:
    labels = {"account": account, "reason": reason}
    return REGISTRY.get_sample_value("xiaoqiao_wechat_refused_total", labels) or 0.0


def envelope(account, body: str, *, age_s: int = 0, token: str | None = None) -> tuple[dict[str, str], str]:
    """Query and body as the platform would send them."""
    token, stamp, nonce = token or account.token, str(int(time.time()) - age_s), secrets.token_hex(5)
    query = {"timestamp": stamp, "nonce": nonce, "signature": sign(token, stamp, nonce)}
    if not account.encoding_aes_key:
        return query, body
    sealed = Sealer(account.encoding_aes_key, account.app_id).seal(body)
    query |= {"encrypt_type": "aes", "msg_signature": sign(token, stamp, nonce, sealed)}
    return query, f"<xml><Encrypt>{sealed}</Encrypt></xml>"


TEXT = callbacks.as_xml(
    {"ToUserName": "gh", "FromUserName": "o1", "CreateTime": "1", "MsgType": "text", "Content": "你好", "MsgId": "1"}
)


@pytest.mark.parametrize("name", ["main", "second"])
async def test_verification_echoes(wechat, account_of, name):
    query, _ = envelope(account_of(name), "")
    answer = await wechat.http.get(f"/channels/wechat/{name}", params={**query, "echostr": "7 &<>"})
    assert (answer.status_code, answer.text) == (200, "7 &<>")
    assert answer.headers["content-type"].startswith("text/plain")
    bad = await wechat.http.get(f"/channels/wechat/{name}", params={**query, "signature": "0", "echostr": "7"})
    assert (bad.status_code, bad.text) == (403, "")


@pytest.mark.parametrize("name", ["main", "second"])
async def test_forged_and_replayed_callbacks_are_refused_and_counted(wechat, account_of, name):
    account = account_of(name)
    path = f"/channels/wechat/{name}"

    async def post(query, body):
        return (await wechat.http.post(path, params=query, content=body)).status_code

    before = {reason: refused(name, reason) for reason in ("signature", "timestamp", "app_id", "malformed")}
    assert await post(*envelope(account, TEXT, token="wrong")) == 403
    # An old one, caught and sent again: its signature is right, its time is not.
    assert await post(*envelope(account, TEXT, age_s=330)) == 403
    assert await post(*envelope(account, TEXT, age_s=-330)) == 403
    query, body = envelope(account, TEXT)
    assert await post({**query, "timestamp": "1e9"}, body) == 403
    assert await post({}, body) == 403
    assert refused(name, "signature") == before["signature"] + 1
    assert refused(name, "timestamp") == before["timestamp"] + 4
    if account.encoding_aes_key:
        # The plain signature alone is worth nothing: it does not cover the body.
        assert await post({k: v for k, v in query.items() if k != "msg_signature"}, body) == 403
        sealed = Sealer(account.encoding_aes_key, "wxanother").seal(TEXT)
        query |= {"msg_signature": sign(account.token, query["timestamp"], query["nonce"], sealed)}
        assert await post(query, f"<xml><Encrypt>{sealed}</Encrypt></xml>") == 403
        assert refused(name, "app_id") == before["app_id"] + 1
    assert await post(*envelope(account, "<xml><a/></xml>")) == 400
    assert refused(name, "malformed") == before["malformed"] + 1
    assert await wechat.services.redis.keys("xq:address:*") == []
    assert wechat.rasa.calls == []
    assert await post(*envelope(account, TEXT)) == 200


async def test_unknown_account_is_not_found(wechat):
    assert (await wechat.http.post("/channels/wechat/nobody", content=TEXT)).status_code == 404
    assert (await wechat.http.get("/channels/wechat/nobody")).status_code == 404


async def test_key_is_changed_mid_stream_without_a_refusal(wechat, rasa, settings, tmp_path):
    """While new and old key are configured, callbacks with either are taken and answered with the same one."""
    new_key = "N" * 43
    rotated = tmp_path / "rotated.yml"
    row = {**ACCOUNTS[0], "encoding_aes_key": new_key, "previous_encoding_aes_key": ACCOUNTS[0]["encoding_aes_key"]}
    rotated.write_text(yaml.safe_dump({"accounts": [row]}))
    services = Services.build(wechat.services.settings.model_copy(update={"wechat_accounts": rotated}))
    async with serve(create_app(services)) as url, client(url):
        [old] = load_accounts(wechat.accounts_file, url)[:1]
        [new] = load_accounts(rotated, url)
        for number in range(20):
            account = (old, new)[number % 2] if 5 <= number < 15 else (old if number < 5 else new)
            user = wechat.user()
            reply = await callbacks.post(
                wechat.platform, account, callbacks.message(wechat.platform, user, "text", Content=f"第{number}")
            )
            assert reply.status_code == 200
            assert callbacks.read_reply(account, reply.content) == f"答：第{number}"  # BadReply if by the other key


values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
names = st.sampled_from(
    ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "Content", "MsgId", "MediaId", "Url",
     "Title", "Recognition", "Location_X", "Ticket", "SubscribeMsgPopupEvent"]
)  # fmt: skip
types = st.sampled_from(["text", "image", "voice", "video", "shortvideo", "file", "location", "link", "event", "?"])
events = st.sampled_from(
    ["subscribe", "unsubscribe", "SCAN", "CLICK", "VIEW", "LOCATION", "subscribe_msg_popup_event", "?"]
)
messages = st.builds(
    lambda fields, kind, event: {"ToUserName": "gh", "FromUserName": "o1", **fields, "MsgType": kind, "Event": event},
    st.dictionaries(names, values),
    types,
    events,
)


class TestFuzz:
    @pytest.fixture
    def wechat_values(self):
        return {"wechat_reply_s": 0.05}

    @pytest.mark.timeout(180)
    async def test_any_body_gives_200_or_4xx(self, wechat, account_of):
        """Rightly signed rubbish of every kind, and rubbish bytes: never an error of ours."""
        statuses = set()

        async def post(name, query, body):
            answer = await wechat.http.post(f"/channels/wechat/{name}", params=query, content=body)
            statuses.add(answer.status_code)
            assert answer.status_code == 200 or 400 <= answer.status_code < 500, (answer.status_code, body)

        bodies: list[bytes] = []

        @hypothesis_settings(
            max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(
            st.binary(max_size=300) | messages.map(lambda f: callbacks.as_xml(f).encode()) | st.just(b"<xml>" * 5000)
        )
        def collect(body):
            bodies.append(body)

        collect()
        for body in bodies:
            account = account_of("second")
            await post("second", envelope(account, "")[0], body)
            text = body.decode("utf-8", "replace").replace("\x00", "")
            query, sealed = envelope(account_of("main"), text)
            await post("main", query, sealed.encode())
            await post("main", query, body)
        assert {200, 400, 403} <= statuses

    async def test_entities_are_not_expanded(self, wechat, account_of):
        bomb = '<!DOCTYPE x [<!ENTITY a "投诉">]>' + TEXT.replace("你好", "&a;")
        query, body = envelope(account_of("main"), bomb)
        assert (await wechat.http.post("/channels/wechat/main", params=query, content=body)).status_code == 400
        assert wechat.rasa.calls == []


async def test_storage_away_is_a_503_that_the_platform_repeats(wechat, account_of, monkeypatch):
    from handoff.errors import StorageUnavailable

    async def away(*_args, **_kwargs):
        raise StorageUnavailable

    monkeypatch.setattr(wechat.services.deliveries, "open_address", away)
    query, body = envelope(account_of("main"), TEXT)
    assert (await wechat.http.post("/channels/wechat/main", params=query, content=body)).status_code == 503


def test_signatures_are_compared_in_constant_time(monkeypatch):
    compared = []
    monkeypatch.setattr(crypto.hmac, "compare_digest", lambda a, b: compared.append((a, b)) or True)
    crypto.check_signature("given", "token", "1", "2")
    assert compared == [(b"given", crypto.signature("token", "1", "2").encode())]


async def test_users_of_two_accounts_are_two_people(wechat):
    first = wechat.user("same-openid", "main")
    await wechat.say(first, "一")
    del wechat.platform.users["same-openid"]
    second = wechat.user("same-openid", "second")
    await wechat.say(second, "二")
    assert await wechat.conversation_id(first) != await wechat.conversation_id(second)
