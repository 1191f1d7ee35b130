"""What agents write to each other about a conversation; the customer, the channels and the assistant never see it."""

from handoff import permissions
from handoff.errors import BadInput, Forbidden, NotFound
from handoff.models import Agent, Mention, Mentioned
from handoff.permissions import Permission
from handoff.services import Services
from handoff.usecases.customers import checked_text
from handoff.usecases.service import may_read
from handoff.usecases.views import find_conversation
from handoff.vocabulary import NoteKind


async def add(
    services: Services, agent: Agent, conversation_id: str, text: str, mentions: list[str], client_note_id: str
) -> tuple[int, bool]:
    """Add a note and tell the colleagues it mentions; its number, and whether it had been added before."""
    checked_text(services, text)
    await _check_reader(services, agent, conversation_id)
    known = {one.id: one for one in await services.agents.all()} if mentions else {}
    if any(each not in known for each in mentions):
        raise BadInput("unknown_agent", "提到的同事不存在，请重新选择。")
    named = [Mentioned(id=each, name=known[each].name) for each in dict.fromkeys(mentions)]
    return await _store(services, agent, conversation_id, text, named, NoteKind.NOTE, client_note_id)


async def ask_for_help(
    services: Services, agent: Agent, conversation_id: str, text: str, client_note_id: str
) -> tuple[int, int]:
    """Ask all supervisors who are online; the note's number and how many were asked."""
    checked_text(services, text)
    await _check_reader(services, agent, conversation_id)
    online = await services.agents.online()
    asked = [Mentioned(id=one.id, name=one.name) for one in online if permissions.may(one, Permission.SUPERVISE)]
    asked = [one for one in asked if one.id != agent.id]
    number, _ = await _store(services, agent, conversation_id, text, asked, NoteKind.HELP, client_note_id)
    return number, len(asked)


async def mentions(services: Services, agent: Agent) -> list[Mention]:
    """Where this agent is mentioned, newest first."""
    return await services.notes.mentions(agent.id)


async def _check_reader(services: Services, agent: Agent, conversation_id: str) -> None:
    conversation = await find_conversation(services, conversation_id)
    if not await may_read(services, agent, conversation):
        raise Forbidden("not_your_conversation", "这个会话不由您接待，不能添加备注。")


async def _store(
    services: Services,
    agent: Agent,
    conversation_id: str,
    text: str,
    named: list[Mentioned],
    kind: NoteKind,
    client_note_id: str,
) -> tuple[int, bool]:
    stored = await services.notes.add(
        conversation_id,
        author=Mentioned(id=agent.id, name=agent.name),
        text=text.strip(),
        mentions=named,
        kind=kind,
        note_key=f"note:{agent.id}:{client_note_id}",
    )
    if stored is None:
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    return stored
