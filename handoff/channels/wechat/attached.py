"""Pictures and recordings as WeChat carries them; what it does not carry goes as a link."""

from collections.abc import Callable, Sequence

from handoff.attachments.addresses import LETTER_DAYS, Audience
from handoff.attachments.kinds import label
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.rendering import JOINT, as_text, split
from handoff.keys import Keys
from handoff.models import Attachment, Link, Message
from handoff.services import Services
from handoff.stores.connection import wait
from handoff.usecases.attachments import content_of, text_for

# 新增临时素材: what may be uploaded as what, and how large it may be. There is no kind for documents.
_CARRIED = {
    "image/jpeg": ("image", 10 * 2**20),
    "image/png": ("image", 10 * 2**20),
    "image/gif": ("image", 10 * 2**20),
    "audio/amr": ("voice", 2 * 2**20),
    "audio/mpeg": ("voice", 2 * 2**20),
}
# The platform forgets an upload after three days; a little earlier it is uploaded anew.
UPLOAD_TTL_S = int(2.9 * 24 * 3600)
ATTACHMENTS_PATH = "/api/v1/attachments/"


def kind_of(attachment: Attachment) -> str | None:
    """`image` or `voice`; None when it must go as a link."""
    kind, limit_bytes = _CARRIED.get(attachment.content_type, ("", 0))
    return kind if attachment.size_bytes <= limit_bytes and kind else None


UrlOf = Callable[[Attachment], str]


def url_of(services: Services) -> UrlOf:
    """Where customers have attachments: at addresses that last as long as a link in a chat can be expected to."""
    own_url, addresses = services.settings.own_url, services.addresses
    return lambda one: f"{own_url}{ATTACHMENTS_PATH}{addresses.address(one.id, Audience.CUSTOMER, LETTER_DAYS)}"


def pieces(message: Message, url_of: UrlOf, before: Sequence[Message] = ()) -> list[str | Attachment]:
    """What a message with attachments becomes, in order: texts (words, links, files as links), then what is carried.

    `before`: notices that go out with its first words.
    """
    carried = [each for each in message.attachments if kind_of(each)]
    linked = [each for each in message.attachments if not kind_of(each)]
    said = "" if message.text == text_for("", list(message.attachments)) else message.text
    links = [Link(title=label(each.content_type, each.name)[:100], url=url_of(each)) for each in linked]
    words = message.model_copy(update={"text": said, "links": [*message.links, *links]})
    own = as_text(words) if said or words.links or words.buttons else ""
    text = JOINT.join(each for each in (*(as_text(notice) for notice in before), own) if each)
    texts = split(text) if text else []
    return [*texts, *carried]


async def media_id_of(parts: Parts, account: Account, attachment: Attachment) -> str:
    """The platform's id of an attachment; uploaded once in its life there. NotFound when the file is gone."""
    redis = parts.services.redis
    key = Keys(parts.services.settings.redis_prefix)("wechat_uploaded", f"{account.app_id}:{attachment.id}")
    known = await wait(redis.get(key))
    if known:
        return str(known)
    _, content = await content_of(parts.services, attachment.id)
    kind = kind_of(attachment) or "image"
    media_id = await parts.client.upload_media(account, kind, attachment.name, content, attachment.content_type)
    await wait(redis.set(key, media_id, ex=UPLOAD_TTL_S))
    return media_id


async def forget(parts: Parts, account: Account, attachment: Attachment) -> None:
    """The platform no longer knows the upload."""
    key = Keys(parts.services.settings.redis_prefix)("wechat_uploaded", f"{account.app_id}:{attachment.id}")
    await wait(parts.services.redis.delete(key))
