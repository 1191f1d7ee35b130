"""Dead letters: what could not be delivered, for a supervisor to see and send again."""

import time
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from handoff.audit import Action, entry
from handoff.channels.courier import UNANSWERED
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.platform_errors import PlatformError, Unanswered, Unreachable
from handoff.deps import ServicesDep, permitted
from handoff.errors import Conflict, NotFound
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.routes.desk import DeskRoute, audited, audited_move
from handoff.schemas.common import error_responses
from handoff.stores.deliveries import Address
from handoff.vocabulary import Channel

Resender = Annotated[Agent, permitted(Permission.RESEND)]


class DeadLetter(BaseModel):
    """One delivery that was given up."""

    id: str
    conversation_id: str
    account: str = Field(description="Name of the Official Account, or its app id if it is no longer configured.")
    seqs: list[int] = Field(description="The messages it was made of.")
    texts: list[str]
    why: str
    failed_at_ms: int


class DeadLetters(BaseModel):
    """All of them, newest first."""

    dead_letters: list[DeadLetter]


class Resent(BaseModel):
    """It went out."""

    id: str


def router(parts: Parts) -> APIRouter:
    """The routes for supervisors."""
    routes = APIRouter(prefix="/api/v1/channels/wechat", tags=["agent"], route_class=DeskRoute)

    @routes.get("/dead-letters", responses=error_responses(401, 403, 503))
    @audited(Action.DEAD_LETTERS_READ, lambda _given: {"channel": "wechat"})
    async def dead_letters(services: ServicesDep, _supervisor: Resender) -> DeadLetters:
        """Messages that could not be delivered (supervisors)."""
        stored = await services.deliveries.dead_letters(Channel.WECHAT)
        letters = [_letter(parts, letter_id, row) for letter_id, row in stored.items()]
        return DeadLetters(dead_letters=sorted(letters, key=lambda one: one.failed_at_ms, reverse=True))

    @routes.post("/dead-letters/{letter_id}/resend", responses=error_responses(401, 403, 404, 409, 503))
    @audited_move(Action.DEAD_LETTER_RESENT)
    async def resend(
        services: ServicesDep, supervisor: Resender, letter_id: Annotated[str, Path(max_length=64)]
    ) -> Resent:
        """Send it again now (supervisors). What fails again stays in the list."""
        row = (await services.deliveries.dead_letters(Channel.WECHAT)).get(letter_id)
        tried = entry(Action.DEAD_LETTER_RESENT, supervisor, subject=letter_id, details={"channel": "wechat"})
        # Taken out first: two supervisors who press at once send it once. That somebody tried is recorded with it.
        if row is None or not await services.deliveries.unbury(Channel.WECHAT, letter_id, audit=tried):
            raise NotFound("dead_letter_not_found", "这条消息已经重发过，或者不存在。")
        left = [str(text) for text in row["texts"]]
        try:
            await _send(parts, Address.from_json(row["address"]), left)
        except Unanswered as error:
            await services.deliveries.bury(Channel.WECHAT, letter_id, {**row, "texts": left, "why": UNANSWERED})
            raise Conflict(
                "resend_unanswered", "微信没有回话，客户可能已经收到，请先看一眼会话，再决定要不要重发。"
            ) from error
        except BaseException:
            await services.deliveries.bury(Channel.WECHAT, letter_id, {**row, "texts": left})
            raise
        return Resent(id=letter_id)

    return routes


async def _send(parts: Parts, address: Address, left: list[str]) -> None:
    """Send the texts in their order, each taken from `left` when it is out. Conflict when the next was not sent,
    Unanswered when nobody knows; the platform may then have counted it.
    """
    account = parts.accounts.by_app_id.get(address.account)
    if account is None:
        raise Conflict("account_not_configured", "这个公众号已不在配置里，无法重发。")
    while left:
        used = await parts.services.reply_windows.use(address)
        if used is None:
            raise Conflict("no_reply_left", "客户的回复次数已用完或超过 48 小时，请等客户再次发消息后重发。")
        try:
            await parts.client.send_text(account, address.user, left[0])
        except Unanswered:
            raise
        except (PlatformError, Unreachable) as error:
            await parts.services.reply_windows.give_back(address, used)
            raise Conflict("resend_failed", f"重发没有成功（{error}），请检查公众号配置后再试。") from error
        left.pop(0)


def _letter(parts: Parts, letter_id: str, row: dict[str, object]) -> DeadLetter:
    address = Address.from_json(str(row["address"]))
    account = parts.accounts.by_app_id.get(address.account)
    known = {"id": letter_id, "account": account.name if account else address.account}
    return DeadLetter.model_validate({"failed_at_ms": int(time.time() * 1000), **row, **known})
