"""Files on their way: uploaded first, then sent with a message; what is never sent is swept away."""

import asyncio

import structlog

from handoff import texts
from handoff.attachments import kinds
from handoff.attachments.addresses import Audience
from handoff.errors import BadInput, NotFound, StorageUnavailable, TooLarge
from handoff.masking import hidden
from handoff.models import Attachment
from handoff.services import Services
from handoff.usecases.views import now_ms

log = structlog.get_logger(__name__)

MOST_A_MESSAGE = 9
# Whoever chose a file may finish writing their text; a day later nobody will send it any more.
UNSENT_MS = 24 * 3600 * 1000
SWEEP_EVERY_S = 3600.0


async def admit(services: Services, conversation_id: str, address: str) -> None:
    """One more file, before any of it is read; TooManyRequests when that is too often."""
    settings = services.settings
    await services.limits.check(
        "uploads",
        {conversation_id: settings.uploads_per_minute, address: settings.uploads_per_minute_address},
        "文件发得太快了，请稍等一下再发。",
    )


async def upload(services: Services, conversation_id: str, name: str, content: bytes) -> Attachment:
    """Keep a file for a message of this conversation. BadInput for kinds that are not accepted."""
    limit = services.settings.attachment_limit_bytes
    if len(content) > limit:
        raise TooLarge("attachment_too_large", f"文件太大了，请控制在 {limit // 2**20} MB 以内。")
    if not content:
        raise BadInput("attachment_empty", "这个文件是空的，请换一个。")
    kind = kinds.recognise(name, content)
    if kind is None:
        raise BadInput("attachment_kind", "不支持这种文件，请发送图片、PDF、Office 文档、文本、音频、MP4 视频或 ZIP。")
    attachment = await services.attachments.put(conversation_id, kind.name, kind.content_type, content)
    await services.uploads.add(attachment.id, now_ms())
    return attachment


async def take(services: Services, conversation_id: str, addresses: list[str]) -> list[Attachment]:
    """The uploaded files a message names, from now on kept. BadInput when one is not of this conversation.

    An address that is over will do: a letter may have waited long for the network, and its file is there or is not.
    """
    if len(addresses) > MOST_A_MESSAGE:
        raise BadInput("too_many_attachments", f"一条消息最多带 {MOST_A_MESSAGE} 个文件。")
    taken = []
    for address in addresses:
        opened = services.addresses.opened(address)
        found = await services.attachments.find(opened.attachment_id) if opened else None
        if found is None or found[1] != conversation_id:
            raise BadInput("unknown_attachment", "没有找到要发送的文件，请重新选择。")
        taken.append(found[0])
    # Before the message is stored: a crash in between leaves a file that nobody sees, never a message without its file.
    if taken:
        await services.uploads.sent([attachment.id for attachment in taken])
    return taken


async def content_at(services: Services, address: str) -> tuple[Attachment, bytes]:
    """The file at an address, named as its audience may see it; NotFound when it is gone, or the address is over."""
    opened = services.addresses.opened(address)
    if opened is None:
        raise NotFound("attachment_not_found", "文件不存在或已过期。")
    if opened.is_over:
        raise NotFound("attachment_address_over", "这个链接已过期，请刷新页面后再打开。")
    attachment, content = await content_of(services, opened.attachment_id)
    return hidden(attachment) if opened.audience is Audience.AGENT else attachment, content


async def content_of(services: Services, attachment_id: str) -> tuple[Attachment, bytes]:
    """A file with what it is; NotFound when it is gone."""
    found = await services.attachments.find(attachment_id)
    content = await services.attachments.read(attachment_id) if found is not None else None
    if found is None or content is None:
        raise NotFound("attachment_not_found", "文件不存在或已过期。")
    return found[0], content


def text_for(text: str, attachments: list[Attachment]) -> str:
    """What the transcript says: the text, or what stands for the files where only text is shown."""
    return (text.strip() and text) or "\n".join(kinds.label(each.content_type, each.name) for each in attachments)


def note_for(attachments: list[Attachment]) -> str:
    """What a customer is told while only the assistant is there to see the file."""
    picture = all(each.content_type in kinds.PICTURES for each in attachments)
    return texts.KEPT_FOR_PERSON.format(kind="图片" if picture else "文件")


async def sweep(services: Services) -> None:
    """Once an hour, until cancelled. First says in the log when the store does not answer."""
    if not await services.attachments.answers():
        log.error(
            "attachment_store_does_not_answer",
            check="XIAOQIAO_ATTACHMENTS_URL and the AWS_ variables; http:// endpoints need AWS_ALLOW_HTTP=true",
        )
    while True:
        try:
            await sweep_once(services)
        except StorageUnavailable:
            log.warning("attachments_not_swept")
        await asyncio.sleep(SWEEP_EVERY_S)


async def sweep_once(services: Services) -> None:
    """Delete what was uploaded and never sent, and what is older than files are kept."""
    for attachment_id in await services.uploads.before(now_ms() - UNSENT_MS):
        await services.attachments.delete(attachment_id)
        await services.uploads.sent([attachment_id])
    if services.settings.attachment_kept_days:
        await services.attachments.delete_older_than(services.settings.attachment_kept_days)
