"""Files in an S3-compatible store, over its own protocol."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from handoff.attachments.storage import AttachmentStorage
from handoff.errors import StorageUnavailable
from tests.handoff.attachments.fake_s3 import FakeS3
from tests.handoff.servers import free_port, serve


@pytest.fixture
async def s3(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeS3]:
    fake = FakeS3()
    async with serve(fake.app) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        yield fake


async def test_a_file_is_kept_found_read_and_deleted(s3, tmp_path):
    storage = AttachmentStorage("s3://files/chat", tmp_path)
    kept = await storage.put("c1", "账单.pdf", "application/pdf", b"%PDF-1.7")
    assert await storage.find(kept.id) == (kept, "c1")
    assert await storage.read(kept.id) == b"%PDF-1.7"
    assert all(key.startswith("chat/") for key in s3.objects)
    assert s3.signed
    await storage.delete(kept.id)
    assert s3.objects == {}
    assert (await storage.find(kept.id), await storage.read(kept.id)) == (None, None)
    await storage.delete(kept.id)  # gone already
    assert list(tmp_path.iterdir()) == []  # nothing on this machine's disk


async def test_old_files_are_swept_away(s3, tmp_path):
    storage = AttachmentStorage("s3://files/chat", tmp_path)
    old, new = [await storage.put("c1", "a.txt", "text/plain", b"a") for _ in range(2)]
    for key, (content, changed) in list(s3.objects.items()):
        if old.id in key:
            s3.objects[key] = (content, changed - timedelta(days=8))
    assert await storage.delete_older_than(7) == 2  # the file and its note
    assert (await storage.find(old.id), await storage.read(new.id)) == (None, b"a")


async def test_a_store_that_refuses_or_is_gone_is_unavailable(s3, tmp_path, monkeypatch):
    storage = AttachmentStorage("s3://files/chat", tmp_path)
    s3.away = True
    with pytest.raises(StorageUnavailable):
        await storage.put("c1", "a.txt", "text/plain", b"a")
    assert not await storage.answers()
    s3.away = False
    assert await storage.answers()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr("handoff.attachments.storage.RETRY", {"max_retries": 0})
    assert not await AttachmentStorage("s3://files/chat", tmp_path).answers()


async def test_plain_http_is_asked_for_by_name(s3, tmp_path, monkeypatch):
    """An endpoint of one's own without TLS (MinIO on the same machine) needs AWS_ALLOW_HTTP; the start says so."""
    monkeypatch.delenv("AWS_ALLOW_HTTP")
    assert not await AttachmentStorage("s3://files/chat", tmp_path).answers()
