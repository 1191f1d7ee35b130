"""Uploading and serving files."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from handoff.attachments.addresses import ADDRESS_PATTERN
from handoff.attachments.kinds import PICTURES
from handoff.deps import AddressDep, ConversationIdDep, ServicesDep, ServingDep
from handoff.errors import Forbidden
from handoff.models import Attachment
from handoff.routes.desk import DeskRoute
from handoff.schemas.common import error_responses
from handoff.usecases import attachments
from handoff.usecases.views import find_conversation

router = APIRouter(prefix="/api/v1", route_class=DeskRoute)

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
UPLOAD_ERRORS = error_responses(400, 401, 403, 404, 413, 422, 429, 503)
# Nothing in a file runs: no scripts, no plug-ins, no forms, an origin of its own.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, max-age=86400, immutable",
    "Referrer-Policy": "no-referrer",
}

Name = Annotated[str, Query(min_length=1, max_length=255, description="The file's name, for people to read.")]


@router.post(
    "/conversation/attachments", status_code=201, tags=["customer"], openapi_extra=BODY, responses=UPLOAD_ERRORS
)
async def upload(
    services: ServicesDep, conversation_id: ConversationIdDep, address: AddressDep, request: Request, name: Name
) -> Attachment:
    """Upload a file (the body is its content); send its id with a message within a day."""
    await attachments.admit(services, conversation_id, address)
    return await attachments.upload(services, conversation_id, name, await request.body())


@router.post(
    "/agent/conversations/{conversation_id}/attachments",
    status_code=201,
    tags=["agent"],
    openapi_extra=BODY,
    responses=UPLOAD_ERRORS,
)
async def upload_reply(
    services: ServicesDep,
    agent: ServingDep,
    address: AddressDep,
    conversation_id: Annotated[str, Path(max_length=64)],
    request: Request,
    name: Name,
) -> Attachment:
    """The same for the agent who serves the conversation."""
    conversation = await find_conversation(services, conversation_id)
    if conversation.agent_id != agent.id:
        raise Forbidden("not_your_conversation", "这个会话正由其他客服接待，不能回复。")
    await attachments.admit(services, conversation_id, address)
    return await attachments.upload(services, conversation_id, name, await request.body())


@router.get(
    "/attachments/{address}",
    tags=["customer", "agent"],
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **error_responses(404, 422, 503)},
)
async def download(services: ServicesDep, address: Annotated[str, Path(pattern=ADDRESS_PATTERN)]) -> Response:
    """A file, by the address that whoever reads its message is given as its `id`: signed, and over after a week.

    Pictures are shown, everything else is offered for saving; agents get a name with its numbers masked.
    """
    attachment, content = await attachments.content_at(services, address)
    how = "inline" if attachment.content_type in PICTURES else "attachment"
    disposition = f"{how}; filename*=UTF-8''{quote(attachment.name, safe='')}"
    return Response(
        content, media_type=attachment.content_type, headers={**HEADERS, "Content-Disposition": disposition}
    )
