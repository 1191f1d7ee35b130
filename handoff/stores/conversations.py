"""Conversations: their state, their numbered messages, and what was understood of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from redis.asyncio import Redis

from handoff.keys import CONVERSATION_TTL_S, CUSTOMER_CONVERSATIONS_KEPT, REPLY_WITHIN_MS, Keys
from handoff.models import ArticleUse, Contact, Conversation, Customer, Draft, Message, Turn
from handoff.stores.connection import Scripts, wait
from handoff.stores.history import History, NoHistory
from handoff.stores.messages import script_message
from handoff.stores.records import Records
from handoff.vocabulary import Channel, ConversationState


@dataclass(frozen=True)
class Accepted:
    """A message is stored: its number, and whether it had been before."""

    seq: int
    duplicate: bool


@dataclass(frozen=True)
class Refused:
    """The conversation was in another state or in other hands."""

    state: ConversationState
    agent_id: str | None


class Conversations:
    """Reads and writes conversations. Missing ones are None, never an error."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts
        self._history: History = NoHistory()
        self._records = Records("conversation")

    async def create(self, conversation: Conversation, visitor_hash: str) -> None:
        """Store a new conversation and the token that opens it."""
        fields: Any = {
            "id": conversation.id,
            "state": conversation.state,
            "channel": conversation.channel,
            "episode": conversation.episode,
            "last_seq": 0,
            "episode_started_seq": 0,
            "created_at_ms": conversation.created_at_ms,
            "customer": conversation.customer.model_dump_json() if conversation.customer else "",
        }
        key = self._keys("conversation", conversation.id)
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.hset(key, mapping=fields)
        pipeline.expire(key, CONVERSATION_TTL_S)
        pipeline.set(self._keys("visitor", visitor_hash), conversation.id, ex=CONVERSATION_TTL_S)
        await wait(pipeline.execute())
        if conversation.customer:
            await self.add_to_customer(conversation.id, conversation.customer.id)

    async def admit(self, conversation_id: str, visitor_hash: str) -> None:
        """One more token opens this conversation."""
        await wait(self._redis.set(self._keys("visitor", visitor_hash), conversation_id, ex=CONVERSATION_TTL_S))

    async def set_customer(self, conversation_id: str, customer: Customer | None) -> None:
        """It has become known (or is no longer known) whose conversation this is; one that is gone stays gone."""
        stored = customer.model_dump_json() if customer else ""
        answer = await self._scripts.run("set_customer", conversation=conversation_id, customer=stored)
        if customer and not answer.get("missing"):
            await self.add_to_customer(conversation_id, customer.id)

    async def add_to_customer(self, conversation_id: str, customer_id: str) -> None:
        """List this conversation among its customer's, the latest ones."""
        await self._scripts.run(
            "add_to_customer", conversation=conversation_id, customer=customer_id, kept=CUSTOMER_CONVERSATIONS_KEPT
        )

    async def ids_of_customer(self, customer_id: str) -> list[str]:
        """A customer's conversations, expired ones among them."""
        return sorted(await wait(self._redis.smembers(self._keys("customer_conversations", customer_id))))

    async def by_visitor(self, visitor_hash: str) -> str | None:
        """The conversation a visitor token opens; using the token keeps it alive."""
        found = await wait(self._redis.getex(self._keys("visitor", visitor_hash), ex=CONVERSATION_TTL_S))
        return str(found) if found else None

    async def get(self, conversation_id: str) -> Conversation | None:
        """One conversation."""
        fields = await wait(self._redis.hgetall(self._keys("conversation", conversation_id)))
        return _conversation(fields) if fields else None

    async def get_many(self, ids: Sequence[str]) -> list[Conversation | None]:
        """Several conversations in one round trip, None where there is none or it cannot be read."""
        if not ids:
            return []
        pipeline = self._redis.pipeline(transaction=False)
        for conversation_id in ids:
            pipeline.hgetall(self._keys("conversation", conversation_id))
        stored = zip(ids, await wait(pipeline.execute()), strict=True)
        return [
            self._records.read(conversation_id, partial(_conversation, fields)) if fields else None
            for conversation_id, fields in stored
        ]

    def read_past_from(self, history: History) -> None:
        """Where messages are that have left Redis."""
        self._history = history

    async def messages(self, conversation_id: str, after: int, limit: int) -> list[Message]:
        """Messages with seq > after, at most `limit`, in order; fewer than `limit` only at the end."""
        answer = await self._scripts.run_plain("messages", conversation=conversation_id, after=after, limit=limit)
        trimmed, stored = int(answer[0]), answer[1:]
        older = await self._history.messages(conversation_id, after, trimmed, limit) if after < trimmed else []
        return older + [Message.model_validate_json(text) for text in stored[: limit - len(older)]]

    async def contacts(self, customer_id: str, limit: int) -> list[Contact]:
        """The customer's ended services by people, newest first, as far as they are archived."""
        return await self._history.contacts(customer_id, limit)

    async def understanding(self, conversation_id: str) -> dict[int, Turn]:
        """What the assistant understood, by the number of the customer's message."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.hget(self._keys("conversation", conversation_id), "trimmed_seq")
        pipeline.hgetall(self._keys("understanding", conversation_id))
        trimmed, stored = await wait(pipeline.execute())
        older = await self._history.understanding(conversation_id, int(trimmed)) if trimmed else {}
        live = {int(seq): Turn.model_validate_json(text) for seq, text in stored.items()}
        return older | dict(sorted(live.items()))

    async def understanding_of(self, conversation_id: str, seqs: Sequence[int]) -> dict[int, Turn]:
        """What the assistant understood of these messages, as far as it is in Redis."""
        if not seqs:
            return {}
        stored = await wait(self._redis.hmget(self._keys("understanding", conversation_id), [str(seq) for seq in seqs]))
        return {seq: Turn.model_validate_json(text) for seq, text in zip(seqs, stored, strict=True) if text}

    async def journal(self, conversation_id: str) -> list[dict[str, Any]]:
        """What happened to the conversation besides messages: moves, claims, dropped texts."""
        stored = await wait(self._redis.lrange(self._keys("journal", conversation_id), 0, -1))
        return [json.loads(text) for text in stored]

    async def read_up_to(self, conversation_id: str, seq: int, agent_id: str | None = None) -> None:
        """The customer (or the agent who serves) has seen the messages up to this one."""
        await self._scripts.run("read_mark", conversation=conversation_id, seq=seq, agent=agent_id)

    async def rate(self, conversation_id: str, score: int | None, comment: str | None, thanks: Draft) -> bool:
        """Store how satisfied the customer was with the last service, or what they add to their score.

        `thanks` answers a comment. False when there was no service, or without a score yet.
        """
        answer = await self._scripts.run(
            "rate",
            conversation=conversation_id,
            score=score,
            comment=comment or None,
            message=script_message(thanks) if comment else None,
        )
        return not answer.get("nothing")

    async def ask(
        self, conversation_id: str, what: str, message: Draft, message_key: str, within_ms: int | None = None
    ) -> None:
        """Ask the customer something whose answer is not for the assistant; their next text (soon enough) is it."""
        await self._scripts.run(
            "ask_customer",
            conversation=conversation_id,
            what=what,
            message=script_message(message),
            message_key=message_key,
            within_ms=within_ms,
        )

    async def set_feedback(
        self, conversation_id: str, seq: int, turn_seq: int, *, is_helpful: bool, record: dict[str, Any]
    ) -> bool:
        """Store whether an answer helped, once a message and changeable; False when nothing changed.

        `record` is what the archive keeps of it for review.
        """
        answer = await self._scripts.run(
            "feedback",
            conversation=conversation_id,
            seq=seq,
            turn_seq=turn_seq,
            helpful=is_helpful,
            record=json.dumps(record, ensure_ascii=False),
        )
        return bool(answer["changed"])

    async def feedback(self, conversation_id: str) -> dict[int, bool]:
        """Which answers helped, by their number."""
        stored = await wait(self._redis.hgetall(self._keys("feedback", conversation_id)))
        return {int(seq): value == "1" for seq, value in sorted(stored.items(), key=lambda item: int(item[0]))}

    async def accept(
        self,
        conversation_id: str,
        draft: Draft,
        *,
        message_key: str,
        plan: dict[ConversationState, str],
        payload: str | None,
        outlet: Channel | None = None,
        trusted: bool = False,
        step_plan: dict[str, str] | None = None,
        is_file: bool = False,
        note_key: str | None = None,
        answers: str | None = None,
    ) -> Accepted | None:
        """Store a customer's message and hand it on by `plan`; None when there is no such conversation.

        `outlet` is where the customer writes now: answers go there. `trusted` payloads need not have been offered.
        `step_plan` goes before `plan` while the customer is asked something (see intake.plan_while_asked). `is_file`:
        what is asked stays asked, for words often follow. `note_key`: the message that says nobody has read it is not
        said when this was asked for. `answers`: the ticket that the button, if it was offered, promises to answer.
        """
        answer = await self._scripts.run(
            "accept",
            conversation=conversation_id,
            message=script_message(draft),
            message_key=message_key,
            plan=plan,
            text=draft.text,
            payload=payload,
            outlet=outlet,
            trusted=trusted or None,
            step_plan=step_plan or None,
            is_file=is_file or None,
            note_key=note_key,
            answers={"ticket": answers, "within_ms": REPLY_WITHIN_MS} if answers else None,
        )
        return None if answer.get("missing") else Accepted(answer["seq"], answer["duplicate"])

    async def close(self, conversation_id: str) -> bool:
        """The customer has left; False when somebody still serves or is waited for, or it was closed before."""
        return "illegal" not in await self._scripts.run("close", conversation=conversation_id)

    async def append(
        self,
        conversation_id: str,
        draft: Draft,
        *,
        message_key: str | None = None,
        state: ConversationState | None = None,
        agent_id: str | None = None,
        remind_after_s: float | None = None,
        articles: Sequence[ArticleUse] = (),
    ) -> Accepted | Refused | None:
        """Add a message of an agent or the system, only in this state and these hands when they are given.

        `remind_after_s`: it is the customer's turn now; so long they may be silent. `articles`: what it was taken from.
        """
        answer = await self._scripts.run(
            "append",
            conversation=conversation_id,
            message=script_message(draft),
            message_key=message_key,
            state=state,
            agent=agent_id,
            remind_after_ms=int(remind_after_s * 1000) if remind_after_s else None,
            articles=[article.model_dump() for article in articles] or None,
        )
        if answer.get("missing"):
            return None
        if answer.get("refused"):
            return Refused(ConversationState(answer["state"]), answer.get("agent"))
        return Accepted(answer["seq"], answer["duplicate"])


def _conversation(fields: dict[str, str]) -> Conversation:
    values: dict[str, Any] = {**fields}
    customer = values.pop("customer", "")
    return Conversation.model_validate(
        {
            **values,
            "channel": Channel(values["channel"]),
            "unhelpful_turns": json.loads(values.get("unhelpful_turns") or "[]"),
            "customer": Customer.model_validate_json(customer) if customer else None,
        }
    )
