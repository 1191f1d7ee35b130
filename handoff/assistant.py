"""Speaks to Rasa (REST channel). The only module that does."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from handoff.errors import AssistantUnavailable
from handoff.models import Button, Conversation, Link, Turn
from handoff.unicode import repaired

log = structlog.get_logger(__name__)

# Rasa being restarted refuses connections. It may be back in a moment; waiting longer only delays the apology.
RECONNECT_PAUSE_S = 0.2
RECONNECT_FOR_S = 1.2
MAXIMUM_MESSAGES = 20  # a looping rule must not flood the customer
MAXIMUM_TEXT = 5000


class BotMessage(BaseModel):
    """One message Rasa wants to say."""

    model_config = ConfigDict(extra="ignore")

    text: str = ""
    buttons: list[Button] = []
    links: list[Link] = []


@dataclass
class Answer:
    """What Rasa made of one customer message."""

    messages: list[BotMessage] = field(default_factory=list)
    turn: Turn | None = None


class Assistant:
    """Rasa behind its REST channel, with one time budget a turn."""

    def __init__(self, url: str, budget_s: float) -> None:
        self._url = url + "/webhooks/rest/webhook"
        self._budget_s = budget_s
        self._client = httpx.AsyncClient(
            # The budget itself is kept by asyncio.timeout around everything: httpx counts each read anew.
            timeout=budget_s,
            # Rasa's server closes idle connections after 5 s: give ours up first, or a turn is sent into the void.
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2.0),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def answer(
        self, conversation: Conversation, turn_seq: int, text: str, payload: str | None, failed_turns: int = 0
    ) -> Answer:
        """Rasa's answer to one message; AssistantUnavailable when there is none within the budget.

        `failed_turns`: in a row, with the answers counted that the customer called unhelpful.
        `payload` (of a button that was offered) goes to Rasa as it is; typed text is kept from being read as one.
        """
        body = {
            "sender": conversation.assistant_sender,
            "message": payload if payload is not None else as_plain_text(text),
            "metadata": {
                "conversation_id": conversation.id,
                "turn_seq": turn_seq,
                "channel": conversation.channel,
                "customer": conversation.customer.for_assistant() if conversation.customer else None,
                **({"failed_turns": failed_turns} if failed_turns else {}),
            },
        }
        try:
            async with asyncio.timeout(self._budget_s):
                parts = await self._post(body)
        except TimeoutError as error:
            raise AssistantUnavailable("no answer in time") from error
        answer = _read(parts)
        if not answer.messages and not (answer.turn and answer.turn.outcome):
            raise AssistantUnavailable("empty answer")
        return answer

    async def _post(self, body: dict[str, Any]) -> list[Any]:
        give_up_at = time.monotonic() + RECONNECT_FOR_S
        while True:
            try:
                response = await self._client.post(self._url, json=body)
                break
            except httpx.ConnectError as error:
                # Nothing was sent, so trying again cannot make a second turn.
                if time.monotonic() >= give_up_at:
                    raise AssistantUnavailable("connection refused") from error
                await asyncio.sleep(RECONNECT_PAUSE_S)
            except httpx.HTTPError as error:
                raise AssistantUnavailable(f"transport: {type(error).__name__}") from error
        if response.status_code != httpx.codes.OK:
            raise AssistantUnavailable(f"status {response.status_code}")
        try:
            parts = response.json()
        except ValueError as error:
            raise AssistantUnavailable("not JSON") from error
        if not isinstance(parts, list):
            raise AssistantUnavailable("not a list")
        return parts


def as_plain_text(text: str) -> str:
    """Typed text that Rasa cannot take for an intent payload: it reads every text that begins with "/" as one."""
    plain = text.strip()
    while plain.startswith("/"):
        plain = plain[1:].lstrip()
    return plain or "？"


def _read(parts: list[Any]) -> Answer:
    """Messages and merged turn of an answer. A part that makes no sense is logged and left out."""
    answer = Answer()
    turn: dict[str, Any] = {}
    for part in parts:
        if not isinstance(part, dict):
            continue
        custom = part.get("custom")
        if isinstance(custom, dict) and isinstance(custom.get("turn"), dict):
            turn.update(custom["turn"])
        if isinstance(custom, dict) and "message" in custom:
            _add_message(answer, custom["message"])
        if part.get("text") or part.get("buttons"):
            _add_message(answer, {"text": part.get("text") or "", "buttons": part.get("buttons") or []})
    if turn:
        try:
            answer.turn = Turn.model_validate(repaired(turn))
        except ValidationError as error:
            log.warning("assistant_turn_unreadable", errors=error.error_count())
    return answer


def _add_message(answer: Answer, raw: Any) -> None:
    try:
        message = BotMessage.model_validate(repaired(raw))
    except ValidationError as error:
        log.warning("assistant_message_unreadable", errors=error.error_count())
        return
    if len(answer.messages) < MAXIMUM_MESSAGES and (message.text.strip() or message.buttons or message.links):
        answer.messages.append(message.model_copy(update={"text": message.text[:MAXIMUM_TEXT]}))
