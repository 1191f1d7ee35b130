"""The one place that decides who gets a customer's message: the assistant or a person."""

import re
import unicodedata
from enum import StrEnum

from handoff.models import Conversation, WaitingTurn
from handoff.texts import LEAVE_QUEUE_PAYLOAD, SATISFACTION_PAYLOAD, TRANSFER
from handoff.vocabulary import ConversationState as State


class Route(StrEnum):
    """What becomes of a message once it is in the transcript."""

    KEEP = "keep"  # it is for a person: the transcript and the agent's screen are where it belongs
    ASSISTANT = "assistant"
    LEAVE_QUEUE = "leave_queue"
    TELL_WAIT = "tell_wait"
    RATE = "rate"  # a satisfaction button


_LEAVE = re.compile(r"(请|我要|我想|帮我|我)?(取消|退出|不想|不要|不用|不|别)(再)?(排队|排|等)(了|吧|啦|了吧)?")
_WAIT = re.compile(
    r".{0,6}(还要|要|得|还得)(等|排)(多久|多长时间|多少人|几个人?).{0,3}|.{0,8}(排到|轮到).{0,6}(几|哪|没|多久|吗).{0,4}"
)
# Only while Rasa is away; otherwise understanding is Rasa's. A wish for a person is a short, plain sentence.
_PERSON = re.compile(r"人工|真人|(找|叫|要|接|换)个?(客服|坐席|人(?!民币))|(转|接)客服|客服(人员|小姐|小妹|专员)")
_NO_PERSON = re.compile(r"(不|别|甭|不用|不要)(想|要|用|需要)?(再)?(转接|转|找|接|叫)?(人工|真人|客服)")
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
    plain = _plain(text)
    if payload == LEAVE_QUEUE_PAYLOAD or _LEAVE.fullmatch(plain):
        routes[State.QUEUED] = Route.LEAVE_QUEUE
    elif _WAIT.fullmatch(plain):
        routes[State.QUEUED] = Route.TELL_WAIT
    if payload == LEAVE_QUEUE_PAYLOAD:
        # The button of an earlier wait: Rasa does not know it.
        routes[State.BOT] = routes[State.CLOSED] = Route.LEAVE_QUEUE
    return routes


def plan_to_keep() -> dict[State, Route]:
    """Where something goes that the assistant cannot read (a picture, a recording): to the transcript, for a person."""
    return dict.fromkeys(State, Route.KEEP)


def assistant_may_answer(conversation: Conversation, turn: WaitingTurn) -> bool:
    """Whether a waiting turn is still the assistant's: nobody has taken over since, nor taken over and given back."""
    return conversation.state == State.BOT and turn.seq > conversation.episode_started_seq


def asks_for_person(text: str, payload: str | None) -> bool:
    """Whether the customer wants a person, as far as can be told without Rasa."""
    if payload is not None:
        return payload.split("{", 1)[0] == TRANSFER.payload
    plain = _plain(text)
    return len(plain) <= _LONGEST_WISH and bool(_PERSON.search(plain)) and not _NO_PERSON.search(plain)


def _plain(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text))
