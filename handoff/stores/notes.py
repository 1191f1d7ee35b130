"""Internal notes beside the messages of a conversation, and the mentions of agents in them."""

from collections.abc import Sequence

from redis.asyncio import Redis

from handoff.keys import Keys
from handoff.models import Mention, Mentioned, Note
from handoff.stores.connection import Scripts, wait
from handoff.vocabulary import NoteKind


class Notes:
    """Reads and writes notes. They have numbers of their own: the customer's messages stay without gaps."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def add(
        self,
        conversation_id: str,
        *,
        author: Mentioned,
        text: str,
        mentions: Sequence[Mentioned],
        kind: NoteKind,
        note_key: str,
    ) -> tuple[int, bool] | None:
        """Store a note and tell who is mentioned, once by its key.

        Its number and whether it was there before; None without such a conversation.
        """
        # Lua puts number, place and time in front.
        note = Note(
            number=0,
            after_seq=0,
            at_ms=0,
            kind=kind,
            agent_id=author.id,
            agent_name=author.name,
            text=text,
            mentions=list(mentions),
        )
        answer = await self._scripts.run(
            "add_note",
            conversation=conversation_id,
            body=note.model_dump_json(exclude={"number", "after_seq", "at_ms"}),
            mentions=[one.id for one in mentions],
            note_key=note_key,
        )
        return None if answer.get("missing") else (int(answer["number"]), bool(answer["duplicate"]))

    async def of(self, conversation_id: str) -> list[Note]:
        """The notes of a conversation, oldest first."""
        stored = await wait(self._redis.lrange(self._keys("notes", conversation_id), 0, -1))
        return [Note.model_validate_json(text) for text in stored]

    async def mentions(self, agent_id: str) -> list[Mention]:
        """Where an agent is mentioned, newest first."""
        stored = await wait(self._redis.lrange(self._keys("mentions", agent_id), 0, -1))
        return [Mention.model_validate_json(text) for text in stored]
