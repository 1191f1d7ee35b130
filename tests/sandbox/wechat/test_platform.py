"""The rules the stand-in enforces: tokens, windows, menus, errors."""

import httpx
import pytest

from sandbox.wechat.accounts import SandboxAccount, load_accounts, make_demo_file, menu_of
from sandbox.wechat.app import create_app
from sandbox.wechat.platform import ApiError, Platform
from tests.handoff.servers import ROOT

ACCOUNT = SandboxAccount("main", "wx1", "token", "secret", None, "http://127.0.0.1:1/channels/wechat/main")


@pytest.fixture
async def platform():
    made = Platform([ACCOUNT])
    yield made
    await made.close()


@pytest.fixture
async def api(platform):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(platform)), base_url="http://p") as client:
        yield client


async def send(api, platform, openid="u", text="hi", token=None):
    token = token or platform.stable_token("wx1", "secret", False).value
    body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
    answer = await api.post("/cgi-bin/message/custom/send", params={"access_token": token}, json=body)
    return answer.json()["errcode"]


def test_token_is_the_same_until_shortly_before_its_end(platform):
    first = platform.stable_token("wx1", "secret", False)
    assert platform.stable_token("wx1", "secret", False) == first
    platform.time_offset_s = 7200 - 301
    assert platform.stable_token("wx1", "secret", False) == first
    platform.time_offset_s = 7200 - 299
    second = platform.stable_token("wx1", "secret", False)
    assert second != first
    assert platform.check_token(first.value) == "wx1"  # still good for the rest of its time
    platform.time_offset_s = 7300
    with pytest.raises(ApiError, match="40001"):
        platform.check_token(first.value)
    platform.time_offset_s = 20000
    with pytest.raises(ApiError, match="42001"):
        platform.check_token(second.value)


def test_forced_refresh_is_rationed(platform):
    first = platform.stable_token("wx1", "secret", True)
    with pytest.raises(ApiError, match="45009"):
        platform.stable_token("wx1", "secret", True)
    platform.time_offset_s = 31
    assert platform.stable_token("wx1", "secret", True) != first
    for minute in range(1, 19):
        platform.time_offset_s = 60 + 31 * minute
        platform.stable_token("wx1", "secret", True)
    platform.time_offset_s += 31
    with pytest.raises(ApiError, match="45009"):
        platform.stable_token("wx1", "secret", True)


async def test_bad_secret_and_bad_tokens(platform, api):
    with pytest.raises(ApiError, match="40001"):
        platform.stable_token("wx1", "wrong", False)
    assert await send(api, platform, token="nonsense") == 40014


async def test_five_replies_in_48_hours(platform, api):
    user = platform.user("u")
    assert await send(api, platform) == 45015
    user.follows = True
    assert await send(api, platform) == 45015
    user.wrote()
    assert [await send(api, platform) for _ in range(6)] == [0] * 5 + [45047]
    user.wrote()
    platform.time_offset_s = 48 * 3600 + 1
    assert await send(api, platform) == 45015


async def test_three_replies_a_minute_after_an_event(platform, api):
    user = platform.user("u")
    user.follows = True
    user.acted()
    assert [await send(api, platform) for _ in range(4)] == [0] * 3 + [45047]
    platform.time_offset_s = 61
    assert await send(api, platform) == 45015


async def test_text_limits_and_escapes(platform, api):
    user = platform.user("u")
    user.follows = True
    user.wrote()
    assert await send(api, platform, text="x" * 2049) == 45002
    token = platform.stable_token("wx1", "secret", False).value
    body = b'{"touser": "u", "msgtype": "text", "text": {"content": "\\u4f60"}}'
    headers = {"Content-Type": "application/json"}
    await api.post("/cgi-bin/message/custom/send", params={"access_token": token}, content=body, headers=headers)
    assert user.texts("account") == ["\\u4f60"]  # shown as it stands


async def test_consent_is_good_for_one_subscription_message(platform, api):
    platform.user("u").consents["t"] = 1
    token = platform.stable_token("wx1", "secret", False).value
    body = {"touser": "u", "template_id": "t", "data": {"thing1": {"value": "v"}}}
    codes = [
        (await api.post("/cgi-bin/message/subscribe/bizsend", params={"access_token": token}, json=body)).json()[
            "errcode"
        ]
        for _ in range(2)
    ]
    assert codes == [0, 43101]


async def test_unreachable_server_ends_in_an_excuse(platform):
    from sandbox.wechat import callbacks

    platform.delivery_timeout_s = 0.01
    user = platform.user("u")
    await callbacks.text(platform, "u", "在吗")
    assert user.texts("notice") == ["该公众号暂时无法提供服务，请稍后再试"]
    assert [d["attempt"] for d in platform.deliveries] == [1, 2, 3]


async def test_phone_page_and_its_calls(platform, api):
    page = await api.get("/")
    assert "微信演示" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for name in ("phone.js", "phone.css"):
        assert (await api.get(f"/page/{name}")).status_code == 200
    assert (await api.get("/page/..%2Fphone.py")).status_code == 404
    assert (await api.get("/phone/screen", params={"openid": "<script>"})).status_code == 422
    assert (await api.get("/phone/screen", params={"openid": "abcdef"})).json()["follows"] is False


def test_demo_account_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "wechat" / "accounts.yml"
    make_demo_file(path)
    [account] = load_accounts(path, "http://s")
    assert path.stat().st_mode & 0o777 == 0o600
    assert account.callback_url == "http://s/channels/wechat/demo"
    make_demo_file(path)
    assert load_accounts(path, "http://s") == [account]


def test_the_menu_file_is_one_the_platform_takes():
    menu = menu_of(ROOT / "data" / "wechat_menu.yml")
    assert [button["name"] for button in menu["button"]] == ["查询", "帮助", "转人工"]
