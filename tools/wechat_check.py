"""``make wechat-check``: is an Official Account set up right? Token, callback, menu; one line each, in Chinese.

Checks the accounts of ``XIAOQIAO_WECHAT_ACCOUNTS`` against ``XIAOQIAO_WECHAT_API_URL``; without accounts, the service
and a stand-in for the platform are started for the moment of the check.
"""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from dotenv import load_dotenv

from handoff import logs
from handoff.channels.wechat import crypto, xml
from handoff.channels.wechat.accounts import Account, Accounts
from handoff.channels.wechat.menu import Menu
from handoff.channels.wechat.platform_errors import Code
from handoff.errors import StartupError
from handoff.settings import Settings
from tools.run.settings import ROOT

TIMEOUT_S = 10.0
# What an operator can do about an error code.
ADVICE = {
    Code.BAD_SECRET: "AppSecret 不对：到公众平台“开发 → 基本配置”重置，并更新配置。",
    40125: "AppSecret 不对：到公众平台“开发 → 基本配置”重置，并更新配置。",
    40013: "AppID 不对：到公众平台“开发 → 基本配置”核对。",
    Code.ADDRESS_NOT_ALLOWED: "本机的公网 IP 不在白名单：到公众平台“开发 → 基本配置 → IP 白名单”加上。",
    Code.NO_PERMISSION: "这个公众号没有此接口权限：需要已认证的服务号。",
    Code.DAILY_QUOTA: "今天的调用次数用完了，明天再试。",
}


class CheckFailed(Exception):
    """What is wrong and what to do, in one Chinese line."""


def main() -> int:
    """Run the checks; 0 when all is well."""
    parser = argparse.ArgumentParser(prog="make wechat-check", description="Check the WeChat Official Accounts.")
    parser.add_argument("--keep-menu", action="store_true", help="only look at the menu, do not create it")
    parser.add_argument("--url", help="where the service is reached (default: XIAOQIAO_PUBLIC_URL or this machine)")
    options = parser.parse_args()
    logs.configure("error")  # the lines below are the result
    load_dotenv(ROOT / ".env")
    try:
        settings = Settings()
        menu = Menu.load(settings.wechat_menu)
        return asyncio.run(_check_all(settings, menu, options.url, options.keep_menu))
    except StartupError as error:
        print(f"wechat-check: {error.message}", file=sys.stderr)
        return 1


async def _check_all(settings: Settings, menu: Menu, url: str | None, keep_menu: bool) -> int:
    if settings.wechat_accounts is None:
        print("没有配置公众号（XIAOQIAO_WECHAT_ACCOUNTS），用演示平台自检：")
        async with _demo(settings) as demo:
            return await _check_accounts(demo, menu, url, keep_menu)
    return await _check_accounts(settings, menu, url, keep_menu)


async def _check_accounts(settings: Settings, menu: Menu, url: str | None, keep_menu: bool) -> int:
    assert settings.wechat_accounts is not None
    failures = 0
    async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as http:
        for account in Accounts.load(settings.wechat_accounts).by_name.values():
            mode = "安全模式" if account.mode == "encrypted" else "明文模式"
            print(f"公众号 {account.name}（{account.app_id}，{mode}）")
            failures += await _check(http, settings, account, menu, url or settings.own_url, keep_menu)
    print("全部通过。" if not failures else f"有 {failures} 项没有通过，按上面的提示处理后再试。")
    return 1 if failures else 0


async def _check(
    http: httpx.AsyncClient, settings: Settings, account: Account, menu: Menu, own_url: str, keep_menu: bool
) -> int:
    token = ""
    failures = 0

    async def get_token() -> str:
        nonlocal token
        token = await _fetch_token(http, settings.wechat_api_url, account)
        return "取得 access_token"

    async def callback() -> str:
        await _check_callback(http, f"{own_url}/channels/wechat/{account.name}", account)
        return f"回调地址 {own_url}/channels/wechat/{account.name} 验签、加密往返正常，伪造的请求被拒绝"

    async def menus() -> str:
        if not keep_menu:
            await _call(http, settings.wechat_api_url, "/cgi-bin/menu/create", token, menu.for_platform())
        live = await _call(http, settings.wechat_api_url, "/cgi-bin/get_current_selfmenu_info", token)
        if _names(live) != [entry.name for entry in menu.menu]:
            raise CheckFailed(f"微信上的菜单是 {_names(live)}，与 {settings.wechat_menu} 不一致。")
        return "菜单" + "、".join(_names(live)) + ("与文件一致" if keep_menu else "已创建")

    for name, check in (("access_token", get_token), ("回调", callback), ("菜单", menus)):
        try:
            print(f"  ✓ {await check()}")
        except CheckFailed as error:
            failures += 1
            print(f"  ✗ {name}：{error}")
            if check is get_token:
                print("  - 菜单：没有 access_token，跳过。")
                return failures + await _only_callback(callback)
    return failures


async def _only_callback(callback: Any) -> int:
    try:
        print(f"  ✓ {await callback()}")
        return 0
    except CheckFailed as error:
        print(f"  ✗ 回调：{error}")
        return 1


async def _fetch_token(http: httpx.AsyncClient, api: str, account: Account) -> str:
    body = {
        "grant_type": "client_credential",
        "appid": account.app_id,
        "secret": account.app_secret.get_secret_value(),
    }
    answer = await _call(http, api, "/cgi-bin/stable_token", None, body)
    return str(answer["access_token"])


async def _check_callback(http: httpx.AsyncClient, url: str, account: Account) -> None:
    """Play the platform: verification, an event nobody minds, and a forged one."""
    secret, stamp, nonce = account.token.get_secret_value(), str(int(time.time())), secrets.token_hex(5)
    query = {"timestamp": stamp, "nonce": nonce, "signature": crypto.signature(secret, stamp, nonce)}
    try:
        verified = await http.get(url, params={**query, "echostr": nonce})
        if verified.status_code != httpx.codes.OK or verified.text != nonce:
            raise CheckFailed(
                f"验证请求没有得到 echostr（HTTP {verified.status_code}）：检查 Token 和反向代理是否转发到服务。"
            )
        body, sealed = _harmless_event(account, query)
        taken = await http.post(url, params={**query, **sealed}, content=body)
        if taken.status_code != httpx.codes.OK:
            raise CheckFailed(f"服务拒绝了正确签名的消息（HTTP {taken.status_code}）：检查 EncodingAESKey 和 AppID。")
        forged = await http.post(url, params={**query, "signature": "0" * 40, "msg_signature": "0" * 40}, content=body)
        if forged.status_code != httpx.codes.FORBIDDEN:
            raise CheckFailed(f"伪造的签名没有被拒绝（HTTP {forged.status_code}）：前面的代理改写了请求？")
    except httpx.HTTPError as error:
        raise CheckFailed(f"连不上 {url}（{type(error).__name__}）：服务启动了吗？地址对吗（--url）？") from None


def _harmless_event(account: Account, query: dict[str, str]) -> tuple[str, dict[str, str]]:
    content = xml.render(
        {
            "ToUserName": "gh_check",
            "FromUserName": "wechat-check",
            "CreateTime": int(query["timestamp"]),
            "MsgType": "event",
            "Event": "VIEW",
            "EventKey": "check",
        }
    )
    if account.mode == "plain":
        return content, {}
    encrypted = crypto.encrypt(account.aes_keys()[0], content, account.app_id)
    token = account.token.get_secret_value()
    signature = crypto.signature(token, query["timestamp"], query["nonce"], encrypted)
    return xml.render({"Encrypt": encrypted}), {"encrypt_type": "aes", "msg_signature": signature}


async def _call(
    http: httpx.AsyncClient, api: str, path: str, token: str | None, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    query = {"access_token": token} if token else {}
    try:
        response = await http.request("POST" if body else "GET", f"{api}{path}", params=query, json=body)
        answer: dict[str, Any] = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise CheckFailed(f"连不上 {api}（{type(error).__name__}）：检查网络和 XIAOQIAO_WECHAT_API_URL。") from None
    code = answer.get("errcode", 0)
    if code:
        raise CheckFailed(f"微信返回 {code}。{ADVICE.get(code, '含义见公众平台“全局返回码说明”。')}")
    return answer


def _names(live: dict[str, Any]) -> list[str]:
    return [str(button.get("name")) for button in live.get("selfmenu_info", {}).get("button", [])]


@asynccontextmanager
async def _demo(settings: Settings) -> AsyncIterator[Settings]:
    """A stand-in platform and, in front of an embedded Valkey of its own, the service; all gone afterwards."""
    from tools.wechat_demo import running_demo

    with tempfile.TemporaryDirectory() as folder:
        async with running_demo(Path(folder), settings) as demo:
            yield demo


if __name__ == "__main__":
    os.environ.setdefault("XIAOQIAO_ENV", "development")
    sys.exit(main())
