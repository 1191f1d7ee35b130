"""Where files are kept: a folder, or an S3-compatible store by its address (`s3://bucket/prefix`).

Beside each file lies a note of what it is; files of one conversation need no table anywhere else.
"""

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from handoff.errors import StorageUnavailable
from handoff.models import Attachment

if TYPE_CHECKING:
    from obstore.store import RetryConfig


# A person waits for the upload: the store's own patience, minutes, would leave them without a word.
RETRY: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=5)}


class AttachmentStorage:
    """Writes and reads files. StorageUnavailable when the store does not answer."""

    def __init__(self, address: str, folder: Path) -> None:
        """`address` empty: `folder`. Credentials of S3 come from the environment, as its own tools read them."""
        if address:
            self._store = from_url(address, retry_config=RETRY)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(folder)

    async def answers(self) -> bool:
        """Whether the store can be read at all: its address, credentials and network are right."""
        try:
            await obstore.head_async(self._store, "is-there-anybody")
        except FileNotFoundError:
            return True
        except (BaseError, OSError):
            return False
        return True

    async def put(self, conversation_id: str, name: str, content_type: str, content: bytes) -> Attachment:
        """Keep a file; its note last, so that a file with a note is whole."""
        attachment = Attachment(
            id=secrets.token_urlsafe(32), name=name, content_type=content_type, size_bytes=len(content)
        )
        note = {**attachment.model_dump(), "conversation_id": conversation_id}
        try:
            await obstore.put_async(self._store, attachment.id, content)
            await obstore.put_async(self._store, _note(attachment.id), json.dumps(note).encode())
        except (BaseError, OSError) as error:
            raise StorageUnavailable from error
        return attachment

    async def find(self, attachment_id: str) -> tuple[Attachment, str] | None:
        """What an id names, and the conversation it was sent in; None when there is no such file (any more)."""
        note = await self._read(_note(attachment_id))
        if note is None:
            return None
        known = json.loads(note)
        return Attachment.model_validate(known), str(known["conversation_id"])

    async def read(self, attachment_id: str) -> bytes | None:
        """The content; None when it is gone."""
        return await self._read(attachment_id)

    async def delete(self, attachment_id: str) -> None:
        """Forget a file; one that is gone already is no error."""
        for path in (_note(attachment_id), attachment_id):
            try:
                await obstore.delete_async(self._store, path)
            except FileNotFoundError:
                continue
            except (BaseError, OSError) as error:
                raise StorageUnavailable from error

    async def delete_older_than(self, days: float) -> int:
        """Delete what was stored more than `days` ago; how many things went."""
        before = datetime.now(UTC) - timedelta(days=days)
        old: list[str] = []
        try:
            async for page in obstore.list(self._store):
                old += [found["path"] for found in page if found["last_modified"] < before]
            for path in old:
                await obstore.delete_async(self._store, path)
        except (BaseError, OSError) as error:
            raise StorageUnavailable from error
        return len(old)

    async def _read(self, path: str) -> bytes | None:
        try:
            result = await obstore.get_async(self._store, path)
            return bytes(await result.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StorageUnavailable from error


def _note(attachment_id: str) -> str:
    return f"{attachment_id}.json"
