"""Tells other desks of handoffs: signed, in order within a conversation, again until they have it.

At least once: a crash between a desk's answer and our note of it tells the same event again, under the same delivery
id.
"""

import asyncio
import hashlib
import hmac
import random
import time

import httpx
import structlog

from handoff import metrics, shutdown
from handoff.errors import StorageUnavailable
from handoff.masking import hidden
from handoff.schemas.webhook import HandoffEvent, TranscriptLine
from handoff.services import Services
from handoff.stores.webhooks import Telling
from handoff.summary import summarize
from handoff.usecases.views import now_ms, profile
from handoff.vocabulary import Channel, ConversationState
from handoff.webhook_targets import Target

log = structlog.get_logger(__name__)

PAUSE_S = 0.5  # between looks for what is due
AT_ONCE = 8  # conversations a target is told of at the same time, by each process
LEASE_MARGIN_S = 10.0  # beyond the time-out: reading the context, noting the result
LONGEST_PAUSE_S = 3600.0
TRANSCRIPT_LINES = 50
USER_AGENT = "xiaoqiao-webhooks/1"


class Teller:
    """Tells every target what is due, until cancelled. A target that hangs holds up nobody else."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def run(self) -> None:
        """Tell, for ever."""
        timeout = httpx.Timeout(self._services.settings.webhook_timeout_s)
        # No redirects: they would lead to hosts nobody allowed. No proxy or password from the environment.
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as http:
            targets = self._services.webhook_targets
            await shutdown.run_for_ever(*(self._follow(http, target) for target in targets))

    async def _follow(self, http: httpx.AsyncClient, target: Target) -> None:
        while True:
            try:
                if await self.tell_due(http, target) == 0:
                    await asyncio.sleep(PAUSE_S)
            except StorageUnavailable:
                await asyncio.sleep(PAUSE_S)
            except Exception:
                log.exception("webhook_failed", target=target.name)
                await asyncio.sleep(PAUSE_S)

    async def tell_due(self, http: httpx.AsyncClient, target: Target) -> int:
        """Tell one target what is due; how many events were tried."""
        lease_s = self._services.settings.webhook_timeout_s + LEASE_MARGIN_S
        taken = await self._services.webhooks.take(target.name, AT_ONCE, lease_s)
        async with asyncio.TaskGroup() as group:
            for telling in taken:
                group.create_task(self._tell(http, target, telling))
        return len(taken)

    async def _tell(self, http: httpx.AsyncClient, target: Target, telling: Telling) -> None:
        try:
            await self._settle(target, telling, await self._send(http, target, telling))
        except StorageUnavailable:
            # Its lease ends, and whoever takes it then tells it again.
            log.warning("webhook_left", target=target.name, conversation_id=telling.conversation_id)

    async def _settle(self, target: Target, telling: Telling, why: str | None) -> None:
        webhooks = self._services.webhooks
        context = {
            "target": target.name,
            "conversation_id": telling.conversation_id,
            "delivery_id": telling.delivery_id,
        }
        if why is None:
            metrics.WEBHOOKS.labels(target.name, "told").inc()
            await webhooks.told(telling)
        elif telling.age_ms >= self._services.settings.webhook_give_up_s * 1000:
            metrics.WEBHOOKS.labels(target.name, "given_up").inc()
            log.error("webhook_given_up", why=why, attempts=telling.attempts + 1, **context)
            await webhooks.give_up(telling, why, now_ms())
        else:
            metrics.WEBHOOKS.labels(target.name, "failed").inc()
            log.warning("webhook_not_taken", why=why, attempts=telling.attempts + 1, **context)
            await webhooks.failed(telling, self._pause_s(telling.attempts))

    async def _send(self, http: httpx.AsyncClient, target: Target, telling: Telling) -> str | None:
        """None when the target has it, else why not."""
        try:
            event = await self._event(telling)
            shown = event if target.numbers == "whole" else hidden(event)
            body = shown.model_dump_json().encode()
        except ValueError as error:
            log.exception("webhook_without_body", conversation_id=telling.conversation_id)
            return type(error).__name__
        at_s = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "X-Xiaoqiao-Event": str(telling.event["event"]),
            "X-Xiaoqiao-Delivery": telling.delivery_id,
            "X-Xiaoqiao-Timestamp": str(at_s),
            "X-Xiaoqiao-Signature": "sha256=" + signature(target.secret.get_secret_value(), at_s, body),
        }
        try:
            # All in all: a target that sends its answer byte by byte must not outlive the lease.
            async with asyncio.timeout(self._services.settings.webhook_timeout_s):
                # The status is all we want of the answer; its body stays unread.
                async with http.stream("POST", target.url, content=body, headers=headers) as answer:
                    return None if answer.is_success else f"HTTP {answer.status_code}"
        except TimeoutError:
            return "timeout"
        except (httpx.HTTPError, OSError) as error:
            return type(error).__name__

    async def _event(self, telling: Telling) -> HandoffEvent:
        services = self._services
        event = telling.event
        conversation = await services.conversations.get(telling.conversation_id)
        request_id = event["data"].get("request")
        request = await services.queue.get(request_id) if request_id else None
        after = max(0, event["seq"] - TRANSCRIPT_LINES)
        messages = await services.conversations.messages(telling.conversation_id, after, event["seq"] - after)
        understanding = await services.conversations.understanding_of(
            telling.conversation_id, [message.seq for message in messages]
        )
        customer = conversation.customer if conversation else None
        return HandoffEvent(
            id=telling.delivery_id,
            event=event["event"],
            at_ms=event["at_ms"],
            number=event["number"],
            conversation_id=telling.conversation_id,
            channel=conversation.channel if conversation else Channel.WEB,
            conversation_state=conversation.state if conversation else ConversationState.CLOSED,
            customer=profile(customer),
            request=request,
            summary=summarize(
                customer, request, messages, understanding, since_seq=0, task_names=services.reference.tasks
            ),
            transcript=[TranscriptLine.model_validate(message.model_dump()) for message in messages],
        )

    def _pause_s(self, attempts: int) -> float:
        """Doubled each time; spread, so that a target that comes back is not met by all at once."""
        pause_s = min(LONGEST_PAUSE_S, self._services.settings.webhook_retry_s * 2.0 ** min(attempts, 20))
        return pause_s * random.uniform(0.8, 1.2)


def signature(secret: str, at_s: int, body: bytes) -> str:
    """HMAC-SHA256 over time and body, in hexadecimal: who has the secret wrote this, then."""
    return hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
