"""Things in the store, made without HTTP."""

import itertools
import shutil
from pathlib import Path
from typing import Any

from handoff import auth, rules
from handoff.models import Agent, Conversation, Draft, HandoffRequest
from handoff.services import Services
from handoff.settings import Settings
from handoff.stores.queue import Enqueued
from handoff.vocabulary import Channel, ConversationState, Priority, RequestState, Role, Sender

_numbers = itertools.count(1)


def system_message(text: str = "系统消息") -> Draft:
    return Draft(id=auth.new_id("m"), sender=Sender.SYSTEM, text=text)


def customer_message(text: str) -> Draft:
    return Draft(id=auth.new_id("m"), sender=Sender.CUSTOMER, text=text)


async def make_conversation(services: Services) -> Conversation:
    number = next(_numbers)
    conversation = Conversation(
        id=f"c{number}", state=ConversationState.BOT, channel=Channel.WEB, created_at_ms=1_700_000_000_000
    )
    await services.conversations.create(conversation, f"visitor{number}")
    return conversation


def new_request(conversation: Conversation, **values: Any) -> HandoffRequest:
    """A request that is not in the queue yet."""
    return HandoffRequest.model_validate(
        {
            "id": f"r-{conversation.id}",
            "conversation_id": conversation.id,
            "state": RequestState.QUEUED,
            "turn_seq": 1,
            "reason": "customer_request",
            "skill_group": "general",
            "priority": Priority.NORMAL,
            "requested_at_ms": 0,
            **values,
        }
    )


async def make_request(services: Services, **values: Any) -> HandoffRequest:
    """A queued request of a new conversation."""
    request = new_request(await make_conversation(services), **values)
    result = await services.queue.enqueue(request, rules.head_start_us(request.priority), system_message(), None)
    assert result == Enqueued(request.id, created=True)
    stored = await services.queue.get(request.id)
    assert stored is not None
    return stored


def with_skill_groups(settings: Settings, folder: Path, *changes: tuple[str, str]) -> Settings:
    """The product's own reference files in a folder, with the one of the skill groups changed."""
    for file in settings.reference_dir.glob("*.yml"):
        shutil.copy(file, folder)
    groups = folder / "skill_groups.yml"
    for old, new in changes:
        assert old in groups.read_text(encoding="utf-8")
        groups.write_text(groups.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return settings.model_copy(update={"reference_dir": folder})


async def make_agent(services: Services, username: str, **values: Any) -> Agent:
    from tests.handoff.conftest import PASSWORD_HASH

    agent = Agent(id=auth.new_id("a"), username=username, **{"name": username, "role": Role.AGENT, **values})
    assert await services.agents.create(agent, PASSWORD_HASH)
    return agent
