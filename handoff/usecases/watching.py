"""Supervisors look on at a conversation: the customer does not notice, the agent who serves does."""

from collections.abc import Sequence

from handoff import permissions
from handoff.audit import Action
from handoff.errors import Forbidden
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.services import Services
from handoff.usecases.views import find_conversation


async def watch(services: Services, agent: Agent, conversation_id: str) -> int:
    """Begin to look on; the number of the last message there is."""
    try:
        permissions.check(agent, Permission.SUPERVISE)
    except Forbidden as error:
        await services.audit.record(
            Action.REFUSED,
            agent,
            conversation_id=conversation_id,
            details={"code": error.code, "what": Action.CONVERSATION_WATCHED},
        )
        raise
    conversation = await find_conversation(services, conversation_id)
    await services.audit.record(Action.CONVERSATION_WATCHED, agent, conversation_id=conversation_id)
    await services.watches.watch(conversation_id, agent.id, is_new=True)
    return conversation.last_seq


async def watcher_names(services: Services, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
    """Names of those who look on, for the conversations where there are any."""
    found = dict(zip(conversation_ids, await services.watches.watchers(conversation_ids), strict=True))
    if not any(found.values()):
        return {}
    names = {one.id: one.name for one in await services.agents.all()}
    return {key: [names[each] for each in ids if each in names] for key, ids in found.items() if ids}
