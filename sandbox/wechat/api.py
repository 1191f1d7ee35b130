"""The part of the platform's API that the channel uses, with its error codes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from sandbox.wechat.platform import ApiError, Platform
from sandbox.wechat.users import User

TEXT_LIMIT_BYTES = 2048
TYPING_S = 15
BAD_PARAMETER, BAD_OPENID, TOO_LONG, BAD_MENU, NO_MENU, NO_MEDIA, REFUSED = (
    40035,
    40003,
    45002,
    40016,
    46003,
    40007,
    43101,
)
NOT_FOLLOWING = 43004

Json = dict[str, Any]
router = APIRouter(prefix="/cgi-bin")


def platform_of(request: Request) -> Platform:
    """The platform this application plays."""
    platform: Platform = request.app.state.platform
    return platform


async def _answer(
    request: Request, work: Callable[[Platform, str, Json], Json], *, needs_token: bool = True
) -> Response:
    platform = platform_of(request)
    name = request.url.path.removeprefix("/cgi-bin/")
    platform.calls[name] += 1
    body = await _body(request)  # taken in, whether or not the caller waits for the answer
    if platform.faults[name]:
        fault = platform.faults[name].pop(0)
        await asyncio.sleep(fault.hang_s)
        if fault.status is not None:
            return Response(status_code=fault.status)
        if fault.code is not None:
            return JSONResponse({"errcode": fault.code, "errmsg": "fault set for this demonstration"})
    try:
        app_id = platform.check_token(request.query_params.get("access_token", "")) if needs_token else ""
        return JSONResponse(work(platform, app_id, body))
    except ApiError as error:
        return JSONResponse({"errcode": error.code, "errmsg": error.message})


async def _body(request: Request) -> Json:
    if not request.headers.get("content-type", "").startswith("application/json"):
        return {}
    raw = await request.body()
    try:
        # The platform does not understand \uXXXX: it shows the escape as it stands.
        body = json.loads(raw.replace(b"\\u", b"\\\\u"))
    except ValueError as error:
        raise ApiError(47001, "data format error") from error
    return body if isinstance(body, dict) else {}


@router.post("/stable_token")
async def stable_token(request: Request) -> Response:
    """获取稳定版接口调用凭据."""

    def work(platform: Platform, _app_id: str, body: Json) -> Json:
        token = platform.stable_token(
            str(body.get("appid")), str(body.get("secret")), body.get("force_refresh") is True
        )
        return {"access_token": token.value, "expires_in": max(0, int(token.ends_at_s - platform.now()))}

    return await _answer(request, work, needs_token=False)


@router.post("/message/custom/send")
async def send(request: Request) -> Response:
    """发送客服消息."""

    def work(platform: Platform, _app_id: str, body: Json) -> Json:
        user = _user(platform, body)
        kind = body.get("msgtype")
        content = body.get(str(kind))
        if not isinstance(content, dict):
            raise ApiError(BAD_PARAMETER, "invalid parameter")
        if kind == "text" and len(str(content.get("content", "")).encode()) > TEXT_LIMIT_BYTES:
            raise ApiError(TOO_LONG, "content size out of limit")
        if kind != "text" and content.get("media_id") not in platform.media:
            raise ApiError(NO_MEDIA, "invalid media_id")
        code = user.take_reply()
        if code:
            raise ApiError(
                code, "response out of time limit or subscription is canceled" if code == 45015 else "out of limit"
            )
        user.typing_until_s = 0
        user.show(
            "account",
            str(kind),
            text=str(content.get("content", f"[{kind}]")),
            media_id=content.get("media_id"),
            passive=False,
        )
        return {"errcode": 0, "errmsg": "ok"}

    return await _answer(request, work)


@router.post("/message/custom/typing")
async def typing(request: Request) -> Response:
    """客服输入状态."""

    def work(platform: Platform, _app_id: str, body: Json) -> Json:
        user = _user(platform, body)
        user.typing_until_s = platform.now() + TYPING_S if body.get("command") == "Typing" else 0
        return {"errcode": 0, "errmsg": "ok"}

    return await _answer(request, work)


@router.post("/message/template/send")
async def template(request: Request) -> Response:
    """发送模板消息."""

    def work(platform: Platform, _app_id: str, body: Json) -> Json:
        user = _user(platform, body)
        if not user.follows:
            raise ApiError(NOT_FOLLOWING, "require subscribe")
        return _notice(platform, user, body)

    return await _answer(request, work)


@router.post("/message/subscribe/bizsend")
async def subscription(request: Request) -> Response:
    """发送订阅通知."""

    def work(platform: Platform, _app_id: str, body: Json) -> Json:
        user = _user(platform, body)
        template_id = str(body.get("template_id"))
        if user.consents.get(template_id, 0) <= 0:
            raise ApiError(REFUSED, "user refuse to accept the msg")
        user.consents[template_id] -= 1
        return _notice(platform, user, body)

    return await _answer(request, work)


@router.get("/user/info")
async def user_info(request: Request) -> Response:
    """获取用户基本信息."""

    def work(platform: Platform, _app_id: str, _body: Json) -> Json:
        user = _user(platform, {"touser": request.query_params.get("openid", "")})
        if not user.follows:
            return {"subscribe": 0, "openid": user.openid}
        return {"subscribe": 1, "openid": user.openid, "unionid": user.unionid, "subscribe_time": int(platform.now())}

    return await _answer(request, work)


@router.post("/menu/create")
async def create_menu(request: Request) -> Response:
    """创建自定义菜单."""

    def work(platform: Platform, app_id: str, body: Json) -> Json:
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
            raise ApiError(BAD_MENU, "invalid button size")
        for button in buttons:
            subs = button.get("sub_button", [])
            if len(subs) > 5 or len(button.get("name", "").encode()) > 16:
                raise ApiError(BAD_MENU, "invalid button size")
            for leaf in subs or [button]:
                if leaf.get("type") not in ("click", "view") or not (leaf.get("key") or leaf.get("url")):
                    raise ApiError(BAD_MENU, "invalid button")
        platform.menus[app_id] = body
        return {"errcode": 0, "errmsg": "ok"}

    return await _answer(request, work)


@router.get("/get_current_selfmenu_info")
async def get_menu(request: Request) -> Response:
    """查询自定义菜单: sub menus come wrapped in a list of their own."""

    def work(platform: Platform, app_id: str, _body: Json) -> Json:
        menu = platform.menus.get(app_id)
        if menu is None:
            return {"is_menu_open": 0}
        buttons = [{**b, "sub_button": {"list": b["sub_button"]}} if "sub_button" in b else b for b in menu["button"]]
        return {"is_menu_open": 1, "selfmenu_info": {"button": buttons}}

    return await _answer(request, work)


@router.post("/media/upload")
async def upload(request: Request) -> Response:
    """新增临时素材."""
    content: tuple[bytes, str] | None = None
    if "multipart" in request.headers.get("content-type", ""):
        async with request.form() as form:
            file = form.get("media")
            if file is not None and not isinstance(file, str):
                content = (await file.read(), file.content_type or "")

    def work(platform: Platform, _app_id: str, _body: Json) -> Json:
        if content is None:
            raise ApiError(41005, "media data missing")
        media_id = f"media_{platform.new_number()}"
        platform.media[media_id] = content
        return {"type": request.query_params.get("type", ""), "media_id": media_id, "created_at": int(platform.now())}

    return await _answer(request, work)


@router.get("/media/get")
async def download(request: Request) -> Response:
    """获取临时素材."""
    found: list[tuple[bytes, str]] = []

    def work(platform: Platform, _app_id: str, _body: Json) -> Json:
        media = platform.media.get(request.query_params.get("media_id", ""))
        if media is None:
            raise ApiError(NO_MEDIA, "invalid media_id")
        found.append(media)
        return {}

    answer = await _answer(request, work)
    return Response(found[0][0], media_type=found[0][1]) if found else answer


def _user(platform: Platform, body: Json) -> User:
    user = platform.users.get(str(body.get("touser", "")))
    if user is None:
        raise ApiError(BAD_OPENID, "invalid openid")
    return user


def _notice(platform: Platform, user: User, body: Json) -> Json:
    texts = [str(value.get("value", "")) for value in body.get("data", {}).values()]
    user.show("notice", "text", text="服务通知：" + " ".join(texts))
    platform.notices.append(body)
    return {"errcode": 0, "errmsg": "ok", "msgid": int(platform.new_number())}
