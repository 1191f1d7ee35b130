"""What a customer does: open the chat, read, write."""

import contextlib
from collections.abc import Sequence

from handoff import auth, drafts, intake, metrics, texts
from handoff.errors import BadInput, Conflict, IllegalMove, NotFound, Unauthorized
from handoff.models import Conversation, Draft, Message
from handoff.services import Services
from handoff.stores.conversations import Accepted
from handoff.usecases import attachments, handoffs, same_customer, ticket_replies
from handoff.usecases.views import now_ms
from handoff.vocabulary import Channel, ConversationState, Sender

COMMENT_LIMIT = 1000  # characters of a comment on a service that are kept


async def open_visitor(
    services: Services, channel: Channel, identity_token: str | None, address: str
) -> tuple[str, Conversation]:
    """A conversation and the token that opens it: a new one, or one the customer has on another channel right now.

    Unauthorized when an identity is given and not valid.
    """
    limits = {address: services.settings.visitors_per_minute}
    await services.limits.check("visitors", limits, "打开得太频繁了，请稍后再试。")
    customer = None
    if identity_token:
        secret = services.settings.identity_secret.get_secret_value()
        customer = auth.customer_from_identity(identity_token, secret)
    token = auth.new_token()
    running = await same_customer.going_on(services, customer.id, apart_from=channel) if customer else None
    if running is not None:
        # They wrote elsewhere a moment ago and go on here.
        await services.conversations.admit(running.id, auth.token_hash(token))
        return token, running
    conversation = Conversation(
        id=auth.new_id("c"),
        state=ConversationState.BOT,
        channel=channel,
        customer=customer,
        created_at_ms=now_ms(),
    )
    await services.conversations.create(conversation, auth.token_hash(token))
    return token, conversation


async def conversation_of(services: Services, visitor_token: str) -> str:
    """The id of the conversation a token opens, or Unauthorized."""
    conversation_id = await services.conversations.by_visitor(auth.token_hash(visitor_token))
    if conversation_id is None:
        raise Unauthorized("invalid_token", "会话已过期，请重新打开页面。")
    return conversation_id


async def send(
    services: Services,
    conversation_id: str,
    text: str,
    client_message_id: str,
    payload: str | None,
    attachment_ids: Sequence[str] = (),
    *,
    address: str | None = None,
) -> Accepted:
    """Take a customer's message. When this returns, the message is durable and will reach whoever it is for.

    `address` is where it comes from, for the rate limits; None where many customers have one, a platform's.
    """
    if not attachment_ids:
        checked_text(services, text)
    settings = services.settings
    limits = {conversation_id: settings.messages_per_minute}
    if address is not None:
        limits[address] = settings.messages_per_minute_address
    await services.limits.check("messages", limits, "您发得太快了，请稍等一下再发。")
    files = await attachments.take(services, conversation_id, list(attachment_ids))
    draft = Draft(
        id=auth.new_id("m"), sender=Sender.CUSTOMER, text=attachments.text_for(text, files), attachments=files
    )
    checked_text(services, draft.text)
    # The assistant reads words; a file alone waits for a person.
    accepted = await receive(
        services,
        conversation_id,
        draft,
        f"customer:{client_message_id}",
        payload,
        Channel.WEB,
        for_assistant=bool(text.strip()),
        note_key=f"kept:{client_message_id}",
    )
    if not text.strip():
        note = drafts.system(
            attachments.note_for(files),
            buttons=[*await ticket_replies.offer_for_file(services, conversation_id, accepted.seq), texts.TRANSFER],
        )
        await services.conversations.append(
            conversation_id, note, message_key=f"kept:{client_message_id}", state=ConversationState.BOT
        )
    return accepted


async def receive(
    services: Services,
    conversation_id: str,
    draft: Draft,
    message_key: str,
    payload: str | None,
    outlet: Channel,
    *,
    trusted: bool = False,
    for_assistant: bool = True,
    note_key: str | None = None,
) -> Accepted:
    """Take a message that came through `outlet`, once by its key.

    `trusted`: the payload is our own and need not have been offered. Not `for_assistant`: it is kept for a person,
    which the customer is told with `note_key`, unless a ticket's people were waiting for it.
    """
    plan = intake.plan(draft.text, payload) if for_assistant else intake.plan_to_keep()
    accepted = await services.conversations.accept(
        conversation_id,
        draft,
        message_key=message_key,
        plan={state: route.value for state, route in plan.items()},
        payload=payload,
        outlet=outlet,
        trusted=trusted,
        step_plan=intake.plan_while_asked(draft.text, payload) if for_assistant else intake.plan_file_while_asked(),
        is_file=not for_assistant,
        note_key=None if for_assistant else note_key,
        answers=intake.ticket_to_answer(payload),
    )
    if accepted is None:
        raise NotFound("conversation_not_found", "没有找到这个会话，请重新打开页面。")
    if not accepted.duplicate:
        metrics.MESSAGES.labels(Sender.CUSTOMER).inc()
    return accepted


async def gone(services: Services, conversation_id: str) -> None:
    """The customer left the channel: no place in the queue is kept; a person who serves goes on."""
    conversation = await services.conversations.get(conversation_id)
    if conversation is not None and conversation.state == ConversationState.QUEUED:
        with contextlib.suppress(IllegalMove):  # claimed in this moment
            await handoffs.leave_queue(services, conversation_id)
    await services.conversations.close(conversation_id)


async def rate(services: Services, conversation_id: str, score: int | None, comment: str | None) -> None:
    """Say how satisfied one was (1 to 5) with the last service by a person, or add a comment to the score one gave.

    Conflict when there is nothing to rate or to comment.
    """
    said = comment.strip()[:COMMENT_LIMIT] if comment else None
    thanks = drafts.system(texts.COMMENTED)
    if not await services.conversations.rate(conversation_id, score, said, thanks):
        raise Conflict("nothing_to_rate", "还没有可以评价的人工服务。")


async def read(services: Services, conversation_id: str, after: int, limit: int) -> tuple[list[Message], bool]:
    """Messages with seq > after, and whether there are more."""
    messages = await services.conversations.messages(conversation_id, after, limit + 1)
    return messages[:limit], len(messages) > limit


def checked_text(services: Services, text: str) -> None:
    """BadInput when a text is empty or too long."""
    if not text.strip():
        raise BadInput("empty_text", "消息是空的，请输入内容后再发送。")
    limit = services.settings.text_limit
    if len(text) > limit:
        raise BadInput("text_too_long", f"消息太长了，请控制在 {limit} 字以内，可以分几条发送。", limit=limit)
