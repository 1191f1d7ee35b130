"""Agent API: internal notes, mentions, asking for help, and what is to be followed up."""

from fastapi import APIRouter

from handoff.deps import ServicesDep, ServingDep, SignedInDep
from handoff.routes.agent import Id
from handoff.routes.desk import DeskRoute
from handoff.schemas.common import error_responses
from handoff.schemas.notes import (
    AskForHelp,
    Colleague,
    ColleaguesAnswer,
    FollowUpsAnswer,
    HelpAsked,
    MentionsAnswer,
    NewNote,
    NoteStored,
)
from handoff.usecases import notes

router = APIRouter(prefix="/api/v1/agent", tags=["agent"], route_class=DeskRoute)


@router.post(
    "/conversations/{conversation_id}/notes",
    status_code=201,
    responses=error_responses(401, 403, 404, 413, 422, 503),
)
async def add_note(services: ServicesDep, agent: ServingDep, conversation_id: Id, body: NewNote) -> NoteStored:
    """Write to colleagues; the customer never sees it. The same client_note_id is stored once."""
    number, duplicate = await notes.add(services, agent, conversation_id, body.text, body.mentions, body.client_note_id)
    return NoteStored(number=number, duplicate=duplicate)


@router.post(
    "/conversations/{conversation_id}/help", status_code=201, responses=error_responses(401, 403, 404, 413, 422, 503)
)
async def ask_for_help(services: ServicesDep, agent: ServingDep, conversation_id: Id, body: AskForHelp) -> HelpAsked:
    """Ask the supervisors who are online for help; they find it among their mentions."""
    number, asked = await notes.ask_for_help(services, agent, conversation_id, body.text, body.client_note_id)
    return HelpAsked(number=number, supervisors=asked)


@router.get("/mentions", responses=error_responses(401, 503))
async def mentions(services: ServicesDep, agent: SignedInDep) -> MentionsAnswer:
    """Notes that mention this agent, newest first."""
    return MentionsAnswer(mentions=await notes.mentions(services, agent))


@router.get("/colleagues", responses=error_responses(401, 503))
async def colleagues(services: ServicesDep, agent: SignedInDep) -> ColleaguesAnswer:
    """Everybody else whose account is not disabled."""
    known = set(Colleague.model_fields)
    everybody = await services.agents.all()
    return ColleaguesAnswer(
        colleagues=[
            Colleague(**one.model_dump(include=known)) for one in everybody if one.id != agent.id and not one.disabled
        ]
    )


@router.get("/follow-ups", responses=error_responses(401, 503))
async def follow_ups(services: ServicesDep, agent: SignedInDep) -> FollowUpsAnswer:
    """What this agent promised to do after a service, earliest first."""
    return FollowUpsAnswer(follow_ups=await services.service_ends.follow_ups(agent.id))


@router.post("/follow-ups/{request_id}/done", status_code=204, responses=error_responses(401, 422, 503))
async def end_follow_up(services: ServicesDep, agent: ServingDep, request_id: Id) -> None:
    """It is done."""
    await services.service_ends.end_follow_up(agent.id, request_id)
