"""How urgent a handoff request is: its matter, raised for who asks and for having to ask again."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from handoff import metrics, rules
from handoff.errors import StorageUnavailable
from handoff.models import Contact, Conversation
from handoff.services import Services
from handoff.usecases.views import now_ms
from handoff.vocabulary import ConversationState, Priority, PriorityReason

log = structlog.get_logger(__name__)
Found = TypeVar("Found")

CONTACTS_LOOKED_AT = 1  # the last service says whether it was resolved
MAXIMUM_RUNNING = 50  # look-ups at once; behind a database that hangs no more are begun

# Look-ups that took too long end by themselves: one that is cut off would leave its connection in doubt.
_running: set[asyncio.Task[Any]] = set()


@dataclass(frozen=True)
class Weight:
    """A priority and what raised it; `repeated`: the last service, if it left the matter open."""

    priority: Priority
    reasons: tuple[PriorityReason, ...] = ()
    repeated: Contact | None = None


async def weigh(services: Services, conversation: Conversation, of_matter: Priority) -> Weight:
    """The priority of a request of this conversation.

    VIP and elderly customers (the operator's identity or the agents' customer book) are raised one step, and so is who
    comes back within a week with something unresolved. What cannot be looked up in time does not count.
    """
    if conversation.state in (ConversationState.QUEUED, ConversationState.ACTIVE):
        return Weight(of_matter)  # there is a request already
    customer = conversation.customer
    is_vip, is_elderly = (customer.vip, customer.elderly) if customer else (False, False)
    last = await _last_here(services, conversation)
    contacts = [last] if last else []
    if customer is not None:
        details, earlier = await asyncio.gather(
            _in_time(services, _details(services, customer.id)),
            _in_time(services, services.conversations.contacts(customer.id, CONTACTS_LOOKED_AT)),
        )
        if details is not None:
            is_vip, is_elderly = is_vip or details[0], is_elderly or details[1]
        contacts += earlier or []
    repeated = rules.repeated_contact(contacts, now_ms())
    found = {
        PriorityReason.VIP: is_vip,
        PriorityReason.ELDERLY: is_elderly,
        PriorityReason.REPEATED: repeated is not None,
    }
    reasons = tuple(reason for reason, holds in found.items() if holds)
    return Weight(rules.raised(of_matter, reasons), reasons, repeated)


async def _last_here(services: Services, conversation: Conversation) -> Contact | None:
    """The last service in this conversation: the archive may not have it yet, and knows no visitors by name."""
    last = await services.queue.get(conversation.last_request_id) if conversation.last_request_id else None
    if last is None or last.disposition is None:
        return None
    return Contact(at_ms=last.requested_at_ms, **last.model_dump(include=set(Contact.model_fields) - {"at_ms"}))


async def _details(services: Services, customer_id: str) -> tuple[bool, bool]:
    details = await services.customer_book.source.details(customer_id)
    return details.is_vip, details.is_elderly


async def _in_time(services: Services, work: Coroutine[Any, Any, Found]) -> Found | None:
    """What a look-up finds within the time a waiting customer can spare; None when it does not."""
    if len(_running) >= MAXIMUM_RUNNING:
        work.close()
        metrics.LOOKUPS_FAILED.labels("busy").inc()
        return None
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_ended)
    done, _ = await asyncio.wait({task}, timeout=services.settings.lookup_timeout_s)
    if not done:
        metrics.LOOKUPS_FAILED.labels("slow").inc()
        log.warning("customer_lookup_slow")
        return None
    try:
        return task.result()
    except StorageUnavailable:
        metrics.LOOKUPS_FAILED.labels("unavailable").inc()
        return None


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # nobody waits for it any more
