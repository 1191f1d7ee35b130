"""有帮助 / 没帮助 under an answer of the assistant, and the list trainers review."""

from handoff import feedback as rules
from handoff.errors import Conflict, NotFound
from handoff.models import Message
from handoff.schemas.feedback import FeedbackPage, FeedbackStored, ReviewedAnswer
from handoff.services import Services
from handoff.usecases.views import find_conversation
from handoff.vocabulary import ConversationState, Sender
from privacy.numbers import mask_all

LOOKED_BACK = 20  # messages before an answer among which its question stands
LONGEST_TEXT = 2000


async def judge(services: Services, conversation_id: str, seq: int, *, is_helpful: bool) -> FeedbackStored:
    """Store what the customer thinks of an answer; saying it again changes nothing, otherwise it replaces."""
    after = max(0, seq - 1 - LOOKED_BACK)
    messages = await services.conversations.messages(conversation_id, after, seq - after)
    answer = messages[-1] if messages and messages[-1].seq == seq else None
    if answer is None:
        raise NotFound("message_not_found", "没有找到这条消息。")
    if answer.sender != Sender.BOT or not rules.may_be_judged(answer.outcome):
        raise Conflict("not_an_answer", "只能评价智能助手的回答。")
    understanding = await services.conversations.understanding(conversation_id)
    turn_seq = rules.answered_turn(messages, understanding, answer)
    if turn_seq is None:
        raise Conflict("not_an_answer", "只能评价智能助手的回答。")
    turn = understanding.get(turn_seq)
    outcome = answer.outcome
    record = {
        "seq": seq,
        "is_helpful": is_helpful,
        "question": _text(messages, turn_seq),
        "answer": answer.text[:LONGEST_TEXT],
        "intent": turn.intent if turn else None,
        "article_id": outcome.article_id if outcome else None,
        "article_title": outcome.article_title if outcome else None,
        "score": outcome.score if outcome else None,
    }
    await services.conversations.set_feedback(conversation_id, seq, turn_seq, is_helpful=is_helpful, record=record)
    conversation = await find_conversation(services, conversation_id)
    with_assistant = conversation.state in (ConversationState.BOT, ConversationState.CLOSED)
    return FeedbackStored(seq=seq, helpful=is_helpful, offer_handoff=not is_helpful and with_assistant)


async def for_review(
    services: Services, *, is_helpful: bool | None, article_id: str | None, before_ms: int | None, limit: int
) -> FeedbackPage:
    """Judged answers for trainers, latest first."""
    found = await services.reviews.feedback(
        is_helpful=is_helpful, article_id=article_id, before_ms=before_ms, limit=limit + 1
    )
    rows = [
        ReviewedAnswer(
            conversation_id=one.conversation_id,
            seq=one.seq,
            at_ms=one.at_ms,
            helpful=one.is_helpful,
            question=mask_all(one.question),
            answer=mask_all(one.answer),
            intent=one.intent,
            article_id=one.article_id,
            article_title=one.article_title,
            score=one.score,
        )
        for one in found[:limit]
    ]
    return FeedbackPage(feedback=rows, more=len(found) > limit)


def _text(messages: list[Message], seq: int) -> str:
    return next(message.text for message in messages if message.seq == seq)[:LONGEST_TEXT]
