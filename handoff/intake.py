"""The one place that decides who gets a customer's message: the assistant or a person."""

import json
import re
import unicodedata
from enum import StrEnum

from handoff.keys import REPLY_OFFERED_MS
from handoff.models import Conversation, Outcome, WaitingTurn
from handoff.texts import (
    CALL_BACK,
    GIVE_PAYLOAD,
    KEEP_PLACE,
    LEAVE_MESSAGE,
    LEAVE_QUEUE_PAYLOAD,
    NO_REPLY,
    REPLY_PAYLOAD,
    SATISFACTION_PAYLOAD,
    SAY_MORE,
    TRANSFER,
)
from handoff.tickets import asks_for_tickets
from handoff.vocabulary import ConversationState as State
from handoff.vocabulary import OutcomeKind, TicketKind
from privacy.numbers import find_phone


class Route(StrEnum):
    """What becomes of a message once it is in the transcript."""

    KEEP = "keep"  # it is for a person: the transcript and the agent's screen are where it belongs
    ASSISTANT = "assistant"
    LEAVE_QUEUE = "leave_queue"
    TELL_WAIT = "tell_wait"
    RATE = "rate"  # a satisfaction button
    ASK_COMMENT = "ask_comment"  # the customer wants to say more about the service they rated
    COMMENT = "comment"  # what they say
    TELL_TICKETS = "tell_tickets"  # how the customer's own tickets stand
    ASK_MESSAGE = "ask_message"  # the customer would rather leave a message
    ASK_CALLBACK = "ask_callback"  # the customer would rather be called
    TICKET_MESSAGE = "ticket_message"  # the text of a ticket they were asked for
    TICKET_CALLBACK = "ticket_callback"  # the number they were asked for
    ASK_REPLY = "ask_reply"  # the customer wants to answer what a ticket's people told them
    NO_REPLY = "no_reply"  # they have thought better of it
    TICKET_REPLY = "ticket_reply"  # what they answer
    GIVE_REPLY = "give_reply"  # what they said before was meant as the answer


# What a customer who waits may say and mean the wait; all of it is matched as a whole, so that a sentence about their
# matter (宽带还要多久装好) stays a message for the agent.
_OPENING = (
    r"(?:请问|请|麻烦|你好|您好|那就?|好吧|嗯|哦|喂|我们?|现在|大概|大约|到底|前面|目前|一共|人工|客服|排队|怎么)"
)
_END = r"[啊呀呢吗嘛了吧啦哦哈]{0,2}"
_THANKS = r"(?:谢谢[你您]?[了啦]?)?"
_LEAVE = re.compile(
    rf"{_OPENING}{{0,2}}(?:要|想|帮我)?(?:"
    r"(?:取消|退出)(?:排队|转接|转?人工)|"
    r"(?:不想|不要|不用|不必|不需要|不|别)再?(?:排队|排|等|转接?|找)(?:人工)?(?:客服)?|"
    r"(?:不用|不要|不需要)(?:人工客服|人工|客服)|"
    r"(?:不用|不必|不需要)[了啦]|"
    r"算了"
    rf")(?:[了吧啦]{{0,2}}我?(?:算了|不用了|不等了|不转了|不排了|不找了)?)[了吧啦]{{0,2}}{_THANKS}"
)
_HOW_MANY = r"(?:多久|多长时间|多少时间|几分钟|多少分钟|多少人|多少位|几个人|几个|几位|几人)"
_WAIT = re.compile(
    rf"{_OPENING}{{0,3}}(?:"
    rf"(?:还需要|还要|还得|还有|需要|还|要|得|有)(?:等待|排队|等|排)?{_HOW_MANY}(?:排队|在排队|在等)?|"
    r".{0,4}(?:排到|轮到).{0,6}(?:几|哪|没|多久|吗).{0,4}|"
    r"(?:什么时候|多久|几时)(?:才)?(?:能)?(?:轮到|排到|到)我?|"
    r"(?:还)?(?:排|是)?在?第几[位个名]?|"
    r"还?在(?:吗|不在|么)|(?:有|有没有|还没有?|没有?)(?:人|客服|人工)在?(?:吗|么)?|(?:人|客服|人工)(?:在吗|在不在|呢)"
    rf"){_END}"
)
_AGAIN = re.compile(
    rf"{_OPENING}{{0,2}}(?:要|想要?|给我|帮我)?(?:转接|转|找|叫|接|换)?个?(?:到|一下)?"
    rf"(?:人工客服|人工服务|人工|真人|客服|坐席)(?:服务|客服|人员|一下)?{_END}"
)
# Only while Rasa is away; otherwise understanding is Rasa's. A wish for a person is a short, plain sentence.
_PERSON = re.compile(r"人工|真人|(找|叫|要|接|换)个?(客服|坐席|人(?!民币))|(转|接)客服|客服(人员|小姐|小妹|专员)")
_NO_PERSON = re.compile(r"(不|别|甭|不用|不要)(想|要|用|需要)?(再)?(转接|转|找|接|叫)?(人工|真人|客服)")
_ASKING_BUTTONS = {
    LEAVE_MESSAGE.payload: Route.ASK_MESSAGE,
    CALL_BACK.payload: Route.ASK_CALLBACK,
    SAY_MORE.payload: Route.ASK_COMMENT,
    NO_REPLY.payload: Route.NO_REPLY,
}
_TICKET_BUTTONS = {REPLY_PAYLOAD: Route.ASK_REPLY, GIVE_PAYLOAD: Route.GIVE_REPLY}
# Asked for a comment, the customer may have thought better of it, or want something new: then it is no comment.
_QUESTION = re.compile(
    r"[?？]|怎么|怎样|如何|为什么|为啥|什么|多少|多久|几点|哪里|哪个|能不能|可不可以|可以.*吗|吗$|呢$|^(?:查|帮我|我要|我想|请问)"
)
_NO_COMMENT = re.compile(r"(?:不说|不用|没有|没|不必|不需要|算)了?|没什么|没什么(?:了|要说的)|返回|取消|谢谢")
# Beside the kinds of ticket: what a customer may be asked for.
ASKED_COMMENT = "comment"
ASKED_REPLY = "reply"
_NOT_UNDERSTOOD = frozenset({OutcomeKind.REPHRASE, OutcomeKind.CLARIFICATION, OutcomeKind.FAILURE})
_LONGEST_WISH = 60  # characters; a longer text mentions 人工 in passing


def plan(text: str, payload: str | None) -> dict[State, Route]:
    """Where a message goes, for every state the conversation may be in when it is stored."""
    routes = {
        State.BOT: Route.ASSISTANT,
        State.CLOSED: Route.ASSISTANT,
        State.QUEUED: Route.KEEP,
        State.ACTIVE: Route.KEEP,
    }
    if payload is not None and payload.startswith(SATISFACTION_PAYLOAD):
        return dict.fromkeys(State, Route.RATE)
    head = (payload or "").split("{", 1)[0]
    if head in _TICKET_BUTTONS:
        return {**dict.fromkeys(State, _TICKET_BUTTONS[head]), State.ACTIVE: Route.KEEP}
    if payload in _ASKING_BUTTONS:
        return {**dict.fromkeys(State, _ASKING_BUTTONS[payload]), State.ACTIVE: Route.KEEP}
    if payload is None and asks_for_tickets(text):
        return {**dict.fromkeys(State, Route.TELL_TICKETS), State.ACTIVE: Route.KEEP}
    plain = _plain(text)
    if payload == LEAVE_QUEUE_PAYLOAD or _LEAVE.fullmatch(plain):
        routes[State.QUEUED] = Route.LEAVE_QUEUE
    elif payload == KEEP_PLACE.payload or _is_transfer(payload) or _WAIT.fullmatch(plain) or _AGAIN.fullmatch(plain):
        routes[State.QUEUED] = Route.TELL_WAIT
    if payload in (LEAVE_QUEUE_PAYLOAD, KEEP_PLACE.payload):
        # The button of an earlier wait: Rasa does not know it.
        routes[State.BOT] = routes[State.CLOSED] = Route.LEAVE_QUEUE
    return routes


def plan_while_asked(text: str, payload: str | None) -> dict[str, str]:
    """Where a text goes while the customer is asked something, by what they were asked.

    Asked what the ticket shall say, any text is it; asked for a number, a text with one. A comment on a service is only
    what does not look like a new wish: a question taken for a comment would go unanswered. An answer to a ticket's
    people may well be a question; only a plain wish for a person or for one's tickets is none.
    """
    if payload is not None:
        return {}
    routes = {TicketKind.MESSAGE.value: Route.TICKET_MESSAGE.value}
    if not _AGAIN.fullmatch(_plain(text)) and not asks_for_tickets(text):
        routes[ASKED_REPLY] = Route.TICKET_REPLY.value
    if find_phone(text):
        routes[TicketKind.CALLBACK.value] = Route.TICKET_CALLBACK.value
    if may_be_comment(text):
        routes[ASKED_COMMENT] = Route.COMMENT.value
    return routes


def may_be_comment(text: str) -> bool:
    """Whether a text may be what the customer says about a service, and not a new question or wish."""
    plain = _plain(text)
    is_new = _QUESTION.search(text.strip()) or asks_for_person(text, None) or asks_for_tickets(text)
    return not is_new and not _NO_COMMENT.fullmatch(plain)


def plan_file_while_asked() -> dict[str, str]:
    """The same for what the assistant cannot read: a picture may be the answer to a ticket's people."""
    return {ASKED_REPLY: Route.TICKET_REPLY.value}


def ticket_to_answer(payload: str | None) -> str | None:
    """The ticket whose people the customer wants to answer, of the button pressed; the next text is the answer."""
    return wanted_ticket(payload)[0] if payload is not None and payload.startswith(REPLY_PAYLOAD) else None


def wanted_ticket(payload: str) -> tuple[str | None, int]:
    """The ticket a button names, and the message it gives to it (0: none). Buttons that we did not offer name none."""
    try:
        named = json.loads("{" + payload.partition("{")[2])
        return str(named["ticket"]), int(named.get("seq", 0))
    except (ValueError, KeyError, TypeError):
        return None, 0


def may_be_reply(conversation: Conversation, turn: WaitingTurn, outcome: Outcome | None, now_ms: int) -> bool:
    """Whether a text that the assistant did not understand may be meant for a ticket's people, who wrote lately."""
    is_lost = outcome is not None and outcome.kind in _NOT_UNDERSTOOD
    return is_lost and turn.payload is None and was_told_lately(conversation, now_ms)


def was_told_lately(conversation: Conversation, now_ms: int) -> bool:
    """Whether the people of a ticket told the customer something within a day."""
    return conversation.ticket_told is not None and now_ms - conversation.ticket_told_ms <= REPLY_OFFERED_MS


def plan_to_keep() -> dict[State, Route]:
    """Where something goes that the assistant cannot read (a picture, a recording): to the transcript, for a person."""
    return dict.fromkeys(State, Route.KEEP)


def assistant_may_answer(conversation: Conversation, turn: WaitingTurn) -> bool:
    """Whether a waiting turn is still the assistant's: nobody has taken over since, nor taken over and given back."""
    return conversation.state == State.BOT and turn.seq > conversation.episode_started_seq


def asks_for_person(text: str, payload: str | None) -> bool:
    """Whether the customer wants a person, as far as can be told without Rasa."""
    if payload is not None:
        return _is_transfer(payload)
    plain = _plain(text)
    return len(plain) <= _LONGEST_WISH and bool(_PERSON.search(plain)) and not _NO_PERSON.search(plain)


def _is_transfer(payload: str | None) -> bool:
    return payload is not None and payload.split("{", 1)[0] == TRANSFER.payload


def _plain(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text))
