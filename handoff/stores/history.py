"""What a conversation's past is read from once it has left Redis. The archive provides it (handoff/archive)."""

from typing import Protocol

from handoff.models import Contact, Message, Turn


class History(Protocol):
    """The archived past. Reading raises StorageUnavailable while it is away."""

    async def messages(self, conversation_id: str, after: int, until: int, limit: int) -> list[Message]:
        """Messages with after < seq <= until, at most `limit`, in order."""

    async def understanding(self, conversation_id: str, until: int) -> dict[int, Turn]:
        """What the assistant understood of messages with seq <= until."""

    async def contacts(self, customer_id: str, limit: int) -> list[Contact]:
        """The customer's ended services by people, newest first."""


class NoHistory:
    """For processes without an archive: the past is what Redis has."""

    async def messages(self, conversation_id: str, after: int, until: int, limit: int) -> list[Message]:
        """(see History)"""
        return []

    async def understanding(self, conversation_id: str, until: int) -> dict[int, Turn]:
        """(see History)"""
        return {}

    async def contacts(self, customer_id: str, limit: int) -> list[Contact]:
        """(see History)"""
        return []
