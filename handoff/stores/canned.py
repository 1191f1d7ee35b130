"""Canned replies: what agents say often. They lie on shelves: one an agent, one a skill group, one for all."""

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.errors import StartupError
from handoff.keys import CANNED_LIMIT, Keys
from handoff.models import Model
from handoff.stores.connection import Scripts, wait
from handoff.vocabulary import CannedScope

SHARED = "shared"


class CannedReply(Model):
    """One of them. The console puts the conversation's values in place of variables like {客户姓名}."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: str
    scope: CannedScope = CannedScope.SHARED
    skill_group: str | None = None  # of scope group
    keyword: str = Field(default="", max_length=20)
    place: int = Field(default=0, description="On its shelf: the smaller first; alike by keyword.")
    text: str = Field(min_length=1, max_length=2000)


def shelf(scope: CannedScope, agent_id: str, skill_group: str | None) -> str:
    """Where a reply of this scope lies."""
    if scope == CannedScope.SHARED:
        return SHARED
    return f"personal:{agent_id}" if scope == CannedScope.PERSONAL else f"group:{skill_group}"


class CannedReplies:
    """Reads and writes canned replies."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts, seeds: Sequence[CannedReply]) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts
        self._seeds = seeds

    async def on(self, shelves: Sequence[str]) -> list[CannedReply]:
        """All replies on these shelves, in this order, each shelf as it was put in order."""
        await self._seed()
        pipeline = self._redis.pipeline(transaction=False)
        for each in shelves:
            pipeline.hvals(self._keys("canned", each))
        found = [[CannedReply.model_validate_json(text) for text in texts] for texts in await wait(pipeline.execute())]
        return [
            reply for replies in found for reply in sorted(replies, key=lambda one: (one.place, one.keyword, one.id))
        ]

    async def put(
        self, replies: Sequence[tuple[str, CannedReply]], *, is_new: bool, audit: AuditEntry | None = None
    ) -> str | None:
        """Store them on their shelves, all or none. None when done, else why not: `full` or `missing`."""
        rows = [{"shelf": where, "id": one.id, "reply": one.model_dump_json()} for where, one in replies]
        answer = await self._scripts.run(
            "put_canned", replies=rows, is_new=is_new or None, limit=CANNED_LIMIT, audit=audit
        )
        return None if answer.get("stored") else "full" if answer.get("full") else "missing"

    async def arrange(self, where: str, ids: Sequence[str], *, audit: AuditEntry | None = None) -> None:
        """Put a shelf in this order; what is not named comes after, as it was."""
        await self._scripts.run("arrange_canned", shelf=where, ids=list(ids), audit=audit)

    async def remove(self, where: str, reply_id: str, *, audit: AuditEntry | None = None) -> None:
        """It is gone; that it was gone before is no mistake."""
        await self._scripts.run("remove_canned", shelf=where, id=reply_id, audit=audit)

    async def _seed(self) -> None:
        """The installation's first shared replies, once: those deleted later do not come back."""
        if await wait(self._redis.exists(self._keys("canned_seeded"))):
            return
        pipeline = self._redis.pipeline(transaction=True)
        for seed in self._seeds:
            pipeline.hsetnx(self._keys("canned", SHARED), seed.id, seed.model_dump_json())
        pipeline.set(self._keys("canned_seeded"), "1")
        await wait(pipeline.execute())


def load_seeds(path: Path) -> list[CannedReply]:
    """Read canned_replies.yml; none when there is no such file, StartupError when it is wrong."""
    if not path.exists():
        return []
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["canned_replies"]
        return TypeAdapter(list[CannedReply]).validate_python(rows)
    except (yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        message = f"{path} is not a list of {{id, keyword, text}} under 'canned_replies': correct it."
        raise StartupError(message) from error
