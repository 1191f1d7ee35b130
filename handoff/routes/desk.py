"""What every route for agents has in common: customers' numbers are masked, what is seen or refused is recorded.

Routes of the customer API are of the same class: what they have of it are the addresses of files.
"""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi.routing import APIRoute

from handoff.attachments.addresses import Audience
from handoff.audit import Action
from handoff.errors import Forbidden
from handoff.masking import hidden
from handoff.models import Agent
from handoff.routes.shown import shown
from handoff.services import Services

Endpoint = Callable[..., Awaitable[Any]]
Details = Callable[[Mapping[str, Any]], dict[str, str]]

_ATTRIBUTE = "audited_as"
_MOVE = "audited_move"
_WHOLE = "shows_numbers"
# Path parameters that name what an entry is about, beside the conversation.
_SUBJECTS = ("request_id", "ticket_id", "agent_id", "letter_id", "reply_id")


def audited(action: Action, details: Details | None = None) -> Callable[[Endpoint], Endpoint]:
    """Marks an endpoint by which somebody sees something: recorded as `action` before it answers.

    `details` makes codes of the endpoint's arguments: a reason, a disposition, names of fields; never people's words.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, (action, details))
        return endpoint

    return mark


def audited_move(action: Action) -> Callable[[Endpoint], Endpoint]:
    """Marks an endpoint that changes something: the change itself records it as `action`, in the same step."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MOVE, action)
        return endpoint

    return mark


def shows_numbers(endpoint: Endpoint) -> Endpoint:
    """Marks an endpoint whose answer is not masked: what the operator wrote itself, or numbers that were asked for."""
    setattr(endpoint, _WHOLE, True)
    return endpoint


def audit_action(endpoint: Endpoint) -> Action | None:
    """What an endpoint is recorded as, by itself or by its move."""
    marked = getattr(endpoint, _ATTRIBUTE, None)
    return marked[0] if marked else getattr(endpoint, _MOVE, None)


class DeskRoute(APIRoute):
    """A route of the agent API: `APIRouter(route_class=DeskRoute)`. (see parent class for full docstring)"""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, _watched(endpoint), **options)


def _watched(endpoint: Endpoint) -> Endpoint:
    action, details = getattr(endpoint, _ATTRIBUTE, (None, None))
    is_whole = getattr(endpoint, _WHOLE, False)

    @functools.wraps(endpoint)
    async def call(**given: Any) -> Any:
        services: Services | None = given.get("services")
        if not any(isinstance(value, Agent) for value in given.values()):
            answer = await endpoint(**given)
            return answer if services is None else shown(services, answer, Audience.CUSTOMER)
        try:
            answer = await endpoint(**given)
        except Forbidden as error:
            if not error.is_recorded:
                what = audit_action(endpoint) or endpoint.__name__
                await _record(given, Action.REFUSED, {"code": error.code, "what": what})
            raise
        if action is not None:
            await _record(given, action, details(given) if details else {})
        if services is None:
            return answer if is_whole else hidden(answer)
        return shown(services, answer, Audience.AGENT, is_whole=is_whole)

    return call


async def _record(given: Mapping[str, Any], action: Action, details: dict[str, str]) -> None:
    services: Services | None = given.get("services")
    agent = next((value for value in given.values() if isinstance(value, Agent)), None)
    if services is None or agent is None:
        return
    subject = next((given[name] for name in _SUBJECTS if given.get(name)), None)
    await services.audit.record(
        action, agent, conversation_id=given.get("conversation_id"), subject=subject, details=details
    )
