"""The page that plays a phone, and the calls behind it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import FileResponse
from fastapi.responses import Response as PlainResponse
from pydantic import BaseModel, Field

from sandbox.wechat import callbacks
from sandbox.wechat.api import platform_of

PAGE = Path(__file__).parent / "page"
FILES = {"index.html": "text/html", "phone.js": "text/javascript", "phone.css": "text/css"}
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'"
# One grey pixel: what the camera of this phone takes.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63680000008200816dd4"
    "2e9b0000000049454e44ae426082"
)

router = APIRouter()
OpenId = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{6,64}$")]


class Typed(BaseModel):
    """What the user types."""

    text: str = Field(min_length=1, max_length=2000)


class Act(BaseModel):
    """What else the user does."""

    act: Literal["follow", "unfollow", "click", "scan", "image", "voice", "location", "consent"]
    value: str = Field(default="", max_length=200)


@router.get("/")
def index() -> FileResponse:
    """The page."""
    return page("index.html")


@router.get("/page/{name}")
def page(name: str) -> FileResponse:
    """A file of the page."""
    if name not in FILES:
        raise HTTPException(404)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return FileResponse(PAGE / name, media_type=FILES[name], headers=headers)


@router.get("/phone/screen")
def screen(request: Request, openid: OpenId, after: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
    """What the phone shows."""
    platform = platform_of(request)
    user = platform.user(openid)
    menu = platform.menus.get(user.app_id, {"button": []})
    return {
        "follows": user.follows,
        "typing": user.typing_until_s > platform.now(),
        "rows": user.screen[after:],
        "menu": menu["button"],
    }


@router.post("/phone/text", status_code=202)
async def typed(request: Request, openid: OpenId, body: Typed) -> PlainResponse:
    """The user types."""
    platform = platform_of(request)
    platform.start(callbacks.text(platform, openid, body.text))
    return PlainResponse(status_code=202)


@router.post("/phone/act", status_code=202)
async def act(request: Request, openid: OpenId, body: Act) -> PlainResponse:
    """The user does something else."""
    platform = platform_of(request)
    match body.act:
        case "follow":
            work = callbacks.happen(
                platform, openid, "subscribe", EventKey=f"qrscene_{body.value}" if body.value else ""
            )
        case "unfollow":
            work = callbacks.happen(platform, openid, "unsubscribe", EventKey="")
        case "click":
            work = callbacks.happen(platform, openid, "CLICK", EventKey=body.value)
        case "scan":
            work = callbacks.happen(platform, openid, "SCAN", EventKey=body.value, Ticket="ticket")
        case "image":
            media_id = f"media_{platform.new_number()}"
            platform.media[media_id] = (PICTURE, "image/png")
            url = f"{request.base_url}picture.png"
            work = callbacks.other(platform, openid, "image", "[图片]", PicUrl=url, MediaId=media_id)
        case "voice":
            values = {"MediaId": "media_0", "Format": "amr"} | ({"Recognition": body.value} if body.value else {})
            work = callbacks.other(platform, openid, "voice", f"[语音] {body.value}".strip(), **values)
        case "location":
            place = {
                "Location_X": "23.134521",
                "Location_Y": "113.358803",
                "Scale": "15",
                "Label": "广州市天河区体育西路",
            }
            work = callbacks.other(platform, openid, "location", "[位置] 广州市天河区体育西路", **place)
        case "consent":
            user = platform.user(openid)
            user.consents[body.value] = user.consents.get(body.value, 0) + 1
            status = "<List><TemplateId>{}</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
            work = callbacks.happen(
                platform, openid, "subscribe_msg_popup_event", SubscribeMsgPopupEvent=status.format(body.value)
            )
    platform.start(work)
    return PlainResponse(status_code=202)


@router.get("/phone/media/{media_id}")
def media(request: Request, media_id: str) -> PlainResponse:
    """A picture the account sent, for the page to show."""
    content, mime = platform_of(request).media.get(media_id, (b"", ""))
    if not mime.startswith("image/") or mime == "image/svg+xml":
        raise HTTPException(404)
    return PlainResponse(content, media_type=mime, headers={"X-Content-Type-Options": "nosniff"})


@router.get("/phone/sms")
async def short_messages() -> list[dict[str, Any]]:
    """Short messages of the sandbox operator, newest last; [] when it does not run."""
    operator = os.environ.get("XIAOQIAO_OPERATOR_URL", "")
    try:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            answer = await client.get(f"{operator}/sandbox/sms")
            answer.raise_for_status()
            rows: list[dict[str, Any]] = answer.json()
            return rows[-5:]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return []
