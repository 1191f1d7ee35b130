"""What becomes of each callback: a message in a conversation, an event, or nothing but an acknowledgement."""

import structlog

from handoff import auth, drafts
from handoff.channels.wechat import acquaintance, binding, media, wording
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.inbound import (
    Callback,
    Consented,
    Followed,
    Pressed,
    Reported,
    Said,
    Scanned,
    Sent,
    Unfollowed,
    Unknown,
)
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.rendering import chosen
from handoff.channels.wechat.windows import open_for_event, open_for_message
from handoff.models import Conversation, Draft
from handoff.stores.conversations import Accepted
from handoff.stores.deliveries import Address
from handoff.usecases import customers, ticket_replies
from handoff.usecases.views import now_ms
from handoff.vocabulary import Channel, ConversationState, Sender

log = structlog.get_logger(__name__)


async def open_conversation(parts: Parts, account: Account, address: Address) -> str:
    """The conversation of a WeChat user, new if need be."""
    new = Conversation(
        id=auth.new_id("c"),
        state=ConversationState.BOT,
        channel=Channel.WECHAT,
        customer=await parts.people.customer(address),
        created_at_ms=now_ms(),
    )
    conversation_id, created = await parts.services.deliveries.open_address(address, new)
    if created:
        acquaintance.make(parts, account, address)
    if new.customer is not None:
        if created:
            await parts.services.conversations.add_to_customer(conversation_id, new.customer.id)
        return await binding.continue_elsewhere(parts, address, conversation_id, new.customer)
    return conversation_id


async def handle(
    parts: Parts, account: Account, address: Address, callback: Callback, conversation_id: str
) -> int | None:
    """Take a callback in; the number of the message whose answer may go back with it, or None.

    Safe to repeat: each step knows the callback by its key.
    """
    match callback.content:
        case Said(text):
            return await _said(parts, address, callback, conversation_id, text)
        case Sent() as sent:
            return await _sent(parts, account, address, callback, conversation_id, sent)
        case Pressed(menu_key):
            entry = parts.menu.entry(menu_key)
            if entry is None or entry.intent is None:
                log.warning("unknown_menu_key", account=account.name, menu_key=menu_key)
                return None
            return await _intent(parts, address, callback, conversation_id, entry.name, entry.intent)
        case Followed(scene):
            return await _followed(parts, address, callback, conversation_id, scene)
        case Scanned(scene):
            await open_for_event(parts, address)
            return await _scene(parts, address, callback, conversation_id, scene)
        case Unfollowed():
            await parts.people.set_follows(address, False)
            await parts.services.reply_windows.close(address)
            await customers.gone(parts.services, conversation_id)
        case Consented(answers):
            for template_id, accepted in answers.items():
                await parts.people.add_consent(address, template_id, accepted)
        case Reported(event, status):
            if status and status not in ("success", "0"):
                log.warning("wechat_message_failed", account=account.name, event_name=event, status=status)
        case Unknown(name):
            log.info("unknown_callback", account=account.name, type_name=name)
    return None


async def _said(parts: Parts, address: Address, callback: Callback, conversation_id: str, text: str) -> int | None:
    if not text.strip():
        return None
    draft, payload = Draft(id=auth.new_id("m"), sender=Sender.CUSTOMER, text=text), None
    conversation = await parts.services.conversations.get(conversation_id)
    if conversation is not None and conversation.state != ConversationState.ACTIVE:
        # To a person, "1" is a figure; to everybody else it is one of the choices they have offered.
        button = chosen(text, (await parts.services.deliveries.standing(conversation_id)).choices)
        if button is not None:
            draft, payload = draft.model_copy(update={"text": button.title}), button.payload
    accepted = await _receive(parts, callback, conversation_id, draft, payload)
    await _wrote(parts, address, accepted)
    return accepted.seq


async def _sent(
    parts: Parts, account: Account, address: Address, callback: Callback, conversation_id: str, sent: Sent
) -> int:
    links = list(sent.links)
    if sent.media_id is not None:
        links.append(await media.keep(parts, account, address, callback.key, sent.kind, sent.media_id))
    draft = Draft(id=auth.new_id("m"), sender=Sender.CUSTOMER, text=sent.text, links=links)
    note_key = f"wechat-note:{callback.key}"
    accepted = await _receive(parts, callback, conversation_id, draft, None, for_assistant=False, note_key=note_key)
    await _wrote(parts, address, accepted)
    if sent.kind in wording.KINDS:
        text = wording.NO_VOICE if sent.kind == "voice" else wording.NO_MEDIA.format(kind=wording.KINDS[sent.kind])
        # Only while nobody but the assistant is there to see it.
        await parts.services.conversations.append(
            conversation_id,
            drafts.system(
                text,
                buttons=await ticket_replies.offer_for_file(parts.services, conversation_id, accepted.seq),
            ),
            message_key=note_key,
            state=ConversationState.BOT,
        )
    return accepted.seq


async def _intent(
    parts: Parts, address: Address, callback: Callback, conversation_id: str, name: str, intent: str
) -> int:
    await open_for_event(parts, address)
    draft = Draft(id=auth.new_id("m"), sender=Sender.CUSTOMER, text=name)
    accepted = await _receive(parts, callback, conversation_id, draft, f"/{intent}", trusted=True)
    return accepted.seq


async def _followed(
    parts: Parts, address: Address, callback: Callback, conversation_id: str, scene: str | None
) -> int | None:
    await parts.people.set_follows(address, True)
    await open_for_event(parts, address)
    welcome = drafts.system(wording.WELCOME, buttons=parts.menu.welcome_buttons())
    accepted = await parts.services.conversations.append(
        conversation_id, welcome, message_key=f"wechat-welcome:{callback.key}"
    )
    seq = await _scene(parts, address, callback, conversation_id, scene) if scene else None
    return seq or (accepted.seq if isinstance(accepted, Accepted) else None)


async def _scene(parts: Parts, address: Address, callback: Callback, conversation_id: str, scene: str) -> int | None:
    meaning = parts.menu.scenes.get(scene)
    if meaning is None:
        log.info("scene_without_meaning", scene=scene)
        return None
    return await _intent(parts, address, callback, conversation_id, meaning.name, meaning.intent)


async def _receive(
    parts: Parts,
    callback: Callback,
    conversation_id: str,
    draft: Draft,
    payload: str | None,
    *,
    trusted: bool = False,
    for_assistant: bool = True,
    note_key: str | None = None,
) -> Accepted:
    return await customers.receive(
        parts.services,
        conversation_id,
        draft,
        f"wechat:{callback.key}",
        payload,
        Channel.WECHAT,
        trusted=trusted,
        for_assistant=for_assistant,
        note_key=note_key,
    )


async def _wrote(parts: Parts, address: Address, accepted: Accepted) -> None:
    """A message opens the window anew. No carrier has seen it yet: the chance to answer is still open."""
    if not accepted.duplicate:
        await open_for_message(parts, address)
        await parts.people.wrote(address)
