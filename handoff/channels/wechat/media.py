"""Files that customers send: kept by us, because the platform forgets them after three days.

The transcript gets a link at once. The file itself is fetched right after, and again when somebody opens the link
before it is there. The link's token has 256 bits and is all that opens it.
"""

import asyncio
import hashlib
import hmac
import time
from pathlib import Path

import structlog

from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.client import MAXIMUM_MEDIA_BYTES
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.platform_errors import PlatformError, Unreachable
from handoff.channels.wechat.wording import KINDS
from handoff.keys import CONVERSATION_TTL_S, Keys
from handoff.models import Link
from handoff.stores.connection import wait
from handoff.stores.deliveries import Address

log = structlog.get_logger(__name__)

PATH = "/channels/wechat/media/"
# What a browser may show; everything else it is told to store.
SHOWN = {"image/jpeg", "image/png", "image/gif", "audio/amr", "audio/mpeg", "video/mp4"}

SWEEP_EVERY_S = 3600


async def keep(parts: Parts, account: Account, address: Address, callback_key: str, kind: str, media_id: str) -> Link:
    """Note a file and begin to fetch it; the link for the transcript, the same for a repeated callback."""
    secret = parts.services.settings.identity_secret.get_secret_value().encode()
    token = hmac.new(secret, f"wechat-media:{address.key}:{callback_key}".encode(), hashlib.sha256).hexdigest()
    key = Keys(parts.services.settings.redis_prefix)("wechat_media", token)
    await wait(parts.services.redis.hset(key, mapping={"account": account.app_id, "media_id": media_id, "kind": kind}))
    await wait(parts.services.redis.expire(key, CONVERSATION_TTL_S))
    parts.errands.start(fetch(parts, token))
    return Link(title=KINDS.get(kind, "文件"), url=f"{parts.services.settings.own_url}{PATH}{token}")


async def fetch(parts: Parts, token: str) -> Path | None:
    """The stored file; fetched from the platform if need be. None when there is no such file (any more)."""
    path = parts.services.settings.data_dir / "media" / token
    if path.is_file():
        return path
    key = Keys(parts.services.settings.redis_prefix)("wechat_media", token)
    known = await wait(parts.services.redis.hgetall(key))
    account = parts.accounts.by_app_id.get(known.get("account", ""))
    if account is None:
        return None
    try:
        content, mime = await parts.client.download_media(account, known["media_id"])
    except (PlatformError, Unreachable) as error:
        log.warning("media_not_fetched", account=account.name, why=str(error))
        return None
    if len(content) > MAXIMUM_MEDIA_BYTES:
        log.warning("media_too_large", account=account.name, size_bytes=len(content))
        return None
    await asyncio.to_thread(_write, path, content)
    await wait(parts.services.redis.hset(key, "mime", mime))
    return path


async def mime_of(parts: Parts, token: str) -> str:
    """The MIME type to serve a file with."""
    key = Keys(parts.services.settings.redis_prefix)("wechat_media", token)
    mime = await wait(parts.services.redis.hget(key, "mime"))
    return str(mime) if mime in SHOWN else "application/octet-stream"


async def sweep(folder: Path) -> None:
    """Delete, once an hour, what is older than any conversation that could link to it."""
    while True:
        await asyncio.to_thread(_delete_old, folder / "media", time.time() - CONVERSATION_TTL_S)
        await asyncio.sleep(SWEEP_EVERY_S)


def _delete_old(folder: Path, before_s: float) -> None:
    for path in folder.glob("*"):
        if path.stat().st_mtime < before_s:
            path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(content)
    partial.rename(path)
