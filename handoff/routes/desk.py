"""What every route for agents has in common: customers' numbers are masked, what is done or refused is recorded."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Response
from fastapi.routing import APIRoute

from handoff.audit import Action
from handoff.errors import Forbidden
from handoff.masking import hidden
from handoff.models import Agent
from handoff.services import Services

Endpoint = Callable[..., Awaitable[Any]]
Details = Callable[[Mapping[str, Any]], dict[str, str]]
Did = Callable[[Mapping[str, Any], Any], bool]

_ATTRIBUTE = "audited_as"
_WHOLE = "shows_numbers"
# Path parameters that name what an entry is about, beside the conversation.
_SUBJECTS = ("request_id", "ticket_id", "agent_id", "letter_id", "reply_id")


def audited(action: Action, details: Details | None = None, did: Did | None = None) -> Callable[[Endpoint], Endpoint]:
    """Marks an endpoint: what it did is recorded as `action` before it answers.

    `details` makes codes of the endpoint's arguments: a reason, a disposition, names of fields; never people's words.
    `did` tells from the arguments and the answer whether anything was done; what only looked is not recorded.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, (action, details, did))
        return endpoint

    return mark


def shows_numbers(endpoint: Endpoint) -> Endpoint:
    """Marks an endpoint whose answer is not masked: what the operator wrote itself, or numbers that were asked for."""
    setattr(endpoint, _WHOLE, True)
    return endpoint


def audit_action(endpoint: Endpoint) -> Action | None:
    """What an endpoint is recorded as."""
    marked = getattr(endpoint, _ATTRIBUTE, None)
    return marked[0] if marked else None


class DeskRoute(APIRoute):
    """A route of the agent API: `APIRouter(route_class=DeskRoute)`. (see parent class for full docstring)"""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, _watched(endpoint), **options)


def _watched(endpoint: Endpoint) -> Endpoint:
    action, details, did = getattr(endpoint, _ATTRIBUTE, (None, None, None))
    is_whole = getattr(endpoint, _WHOLE, False)

    @functools.wraps(endpoint)
    async def call(**given: Any) -> Any:
        if not any(isinstance(value, Agent) for value in given.values()):
            return await endpoint(**given)  # a customer's
        try:
            answer = await endpoint(**given)
        except Forbidden as error:
            await _record(given, Action.REFUSED, None, {"code": error.code, "what": endpoint.__name__})
            raise
        is_done = not (isinstance(answer, Response) and answer.status_code >= 400) and (
            did is None or did(given, answer)
        )
        if action is not None and is_done:
            await _record(given, action, answer, details(given) if details else {})
        return answer if is_whole else hidden(answer)

    return call


async def _record(given: Mapping[str, Any], action: Action, answer: Any, details: dict[str, str]) -> None:
    services: Services | None = given.get("services")
    agent = next((value for value in given.values() if isinstance(value, Agent)), None)
    if services is None or agent is None:
        return
    subject = next((given[name] for name in _SUBJECTS if given.get(name)), None)
    # The answer of a claim holds the conversation; a ticket names its own; a new agent or canned reply has an id.
    whole = getattr(answer, "conversation", answer)
    conversation_id = given.get("conversation_id") or getattr(answer, "conversation_id", None)
    if conversation_id is None and whole is not answer:
        conversation_id = getattr(whole, "id", None)
    if subject is None and conversation_id is None:
        subject = getattr(answer, "id", None)
    await services.audit.record(action, agent, conversation_id=conversation_id, subject=subject, details=details)
