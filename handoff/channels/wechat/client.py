"""The platform's API. One method a call; each docstring names the official page."""

import json
from typing import Any

import httpx

from handoff.channels.wechat import metrics
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.platform_errors import Code, PlatformError, Remedy, TokenRejected, Unanswered, Unreachable
from handoff.channels.wechat.tokens import Tokens
from handoff.keys import Keys
from handoff.services import Services

TIMEOUT_S = 8.0
# No connection was made, so nothing was sent.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
MAXIMUM_MEDIA_BYTES = 20 * 1024 * 1024


class Client:
    """Calls with the shared token; a rejected token is refreshed once and the call repeated."""

    def __init__(self, services: Services) -> None:
        self._http = httpx.AsyncClient(
            base_url=services.settings.wechat_api_url, timeout=TIMEOUT_S, trust_env=False, follow_redirects=False
        )
        self.tokens = Tokens(services.redis, Keys(services.settings.redis_prefix), self._fetch_token)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send_text(self, account: Account, user: str, text: str) -> None:
        """发送客服消息: a text. Unanswered when it may or may not have reached the customer."""
        await self._send(account, _to(user, "text", {"content": text}))

    async def send_media(self, account: Account, user: str, kind: str, media_id: str) -> None:
        """发送客服消息: an image or a file that was uploaded. Unanswered as in `send_text`."""
        await self._send(account, _to(user, kind, {"media_id": media_id}))

    async def typing(self, account: Account, user: str) -> None:
        """客服输入状态: "the other side is typing"."""
        await self._call(account, "/cgi-bin/message/custom/typing", {"touser": user, "command": "Typing"})

    async def send_template(self, account: Account, user: str, template_id: str, data: dict[str, str]) -> None:
        """发送模板消息."""
        body = {"touser": user, "template_id": template_id, "data": {k: {"value": v} for k, v in data.items()}}
        await self._call(account, "/cgi-bin/message/template/send", body)

    async def send_subscription(self, account: Account, user: str, template_id: str, data: dict[str, str]) -> None:
        """发送订阅通知: one message a consent."""
        body = {"touser": user, "template_id": template_id, "data": {k: {"value": v} for k, v in data.items()}}
        await self._call(account, "/cgi-bin/message/subscribe/bizsend", body)

    async def user_info(self, account: Account, user: str) -> dict[str, Any]:
        """获取用户基本信息: among them the unionid, when the account has an open platform."""
        return await self._call(account, "/cgi-bin/user/info", None, {"openid": user, "lang": "zh_CN"})

    async def create_menu(self, account: Account, menu: dict[str, Any]) -> None:
        """创建自定义菜单."""
        await self._call(account, "/cgi-bin/menu/create", menu)

    async def get_menu(self, account: Account) -> dict[str, Any]:
        """查询自定义菜单."""
        return await self._call(account, "/cgi-bin/get_current_selfmenu_info", None)

    async def upload_media(self, account: Account, kind: str, name: str, content: bytes, mime: str) -> str:
        """新增临时素材: the media id, good for three days."""
        answer = await self._call(
            account, "/cgi-bin/media/upload", None, {"type": kind}, {"media": (name, content, mime)}
        )
        return str(answer["media_id"])

    async def download_media(self, account: Account, media_id: str) -> tuple[bytes, str]:
        """获取临时素材: content and MIME type."""
        token = await self.tokens.get(account)
        for is_last_try in (False, True):
            response = await self._request("GET", "/cgi-bin/media/get", {"access_token": token, "media_id": media_id})
            mime = response.headers.get("content-type", "application/octet-stream").split(";")[0]
            if mime not in ("application/json", "text/plain"):
                return response.content, mime
            try:
                self._check(response)
            except TokenRejected:
                if is_last_try:
                    raise
                token = await self.tokens.get(account, rejected=token)
            else:
                raise Unreachable("no media in the answer")
        raise AssertionError("unreachable")

    async def _send(self, account: Account, message: dict[str, Any]) -> None:
        await self._call(account, "/cgi-bin/message/custom/send", message, may_repeat=False)

    async def _call(
        self,
        account: Account,
        path: str,
        body: dict[str, Any] | None,
        query: dict[str, str] | None = None,
        files: dict[str, tuple[str, bytes, str]] | None = None,
        *,
        may_repeat: bool = True,
    ) -> dict[str, Any]:
        """What the platform answers, with a new token where it wants one.

        `may_repeat`: made twice the call does no harm, so that no answer is a failure like any; else it is Unanswered.
        """
        token = await self.tokens.get(account)
        try:
            try:
                return await self._once(path, token, body, query, files)
            except TokenRejected:
                token = await self.tokens.get(account, rejected=token)
                return await self._once(path, token, body, query, files)
        except Unanswered as error:
            if not may_repeat:
                raise
            raise Unreachable(str(error)) from None

    async def _once(
        self,
        path: str,
        token: str,
        body: dict[str, Any] | None,
        query: dict[str, str] | None,
        files: dict[str, tuple[str, bytes, str]] | None,
    ) -> dict[str, Any]:
        method = "GET" if body is None and files is None else "POST"
        response = await self._request(method, path, {**(query or {}), "access_token": token}, body, files)
        try:
            answer = self._check(response)
        except PlatformError as error:
            metrics.CALLS.labels(path.rsplit("/", 1)[-1], error.name).inc()
            raise
        metrics.CALLS.labels(path.rsplit("/", 1)[-1], "ok").inc()
        return answer

    async def _fetch_token(self, account: Account, force: bool) -> tuple[str, int]:
        """获取稳定版接口调用凭据."""
        body = {
            "grant_type": "client_credential",
            "appid": account.app_id,
            "secret": account.app_secret.get_secret_value(),
            "force_refresh": force,
        }
        try:
            answer = self._check(await self._request("POST", "/cgi-bin/stable_token", {}, body), is_token_call=True)
            return str(answer["access_token"]), int(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable("token answer") from error
        except Unanswered as error:
            raise Unreachable(str(error)) from None

    async def _request(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        body: dict[str, Any] | None = None,
        files: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> httpx.Response:
        # Not httpx's own JSON: the platform shows \uXXXX escapes to the customer as they stand.
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace") if body is not None else None
        headers = {"Content-Type": "application/json"} if content is not None else None
        try:
            response = await self._http.request(
                method, path, params=query, content=content, headers=headers, files=files
            )
        except httpx.HTTPError as error:
            # `from None`: the cause names the address, and the address holds the token.
            kind = Unreachable if isinstance(error, NOT_SENT) else Unanswered
            raise kind(type(error).__name__) from None
        if response.status_code == httpx.codes.GATEWAY_TIMEOUT:
            raise Unanswered(f"status {response.status_code}")
        if response.status_code != httpx.codes.OK:
            raise Unreachable(f"status {response.status_code}")
        return response

    def _check(self, response: httpx.Response, *, is_token_call: bool = False) -> dict[str, Any]:
        try:
            answer = json.loads(response.content)
        except ValueError as error:
            raise Unanswered("not JSON") from error
        if not isinstance(answer, dict):
            raise Unanswered("not an object")
        code = answer.get("errcode", 0)
        if code == 0:
            return answer
        refusal = PlatformError(code if isinstance(code, int) else Code.SYSTEM_BUSY, str(answer.get("errmsg", "")))
        if refusal.remedy == Remedy.REFRESH and not is_token_call:
            raise TokenRejected(refusal.code, str(answer.get("errmsg", "")))
        raise refusal


def _to(user: str, kind: str, content: dict[str, str]) -> dict[str, Any]:
    return {"touser": user, "msgtype": kind, kind: content}
