"""Which files are accepted, judged by their content. Pure.

What a sender says a file is counts for nothing: a page that calls itself a picture must never come back to a browser
as anything it runs. The name is kept for people to read, with the ending that its content has.
"""

import re
import unicodedata
from dataclasses import dataclass

import filetype

NAME_LIMIT = 80

# Content type -> the endings it may have, the usual one first.
_ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    "application/zip": ("zip",),
    "audio/amr": ("amr",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
    "audio/x-wav": ("wav",),
    "video/mp4": ("mp4",),
    "text/plain": ("txt", "log", "csv"),
}
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
# Office files are ZIP archives, the older ones one container too: only the ending tells them apart.
_BY_ENDING = {
    "application/zip": ("docx", "xlsx", "pptx"),
    "application/x-ole-storage": ("doc", "xls", "ppt"),
    "application/msword": ("xls", "ppt"),
}
_TYPE_OF = {ending: content_type for content_type, endings in _ENDINGS.items() for ending in endings}
_FORBIDDEN = re.compile(r'[\\/:*?"<>|%;\x00-\x1f\x7f]+')


@dataclass(frozen=True)
class Kind:
    """What a file is."""

    content_type: str
    name: str

    @property
    def is_picture(self) -> bool:
        """Whether it may be shown in the page."""
        return self.content_type in PICTURES


def recognise(name: str, content: bytes) -> Kind | None:
    """What a file really is, with a name that is safe to show and to store; None when such files are not accepted."""
    stem, ending = _parts(name)
    guess = filetype.guess(content)
    content_type = guess.mime if guess is not None else None
    if content_type is None and content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        content_type = "application/x-ole-storage"
    if content_type is None and _is_text(content) and ending in _ENDINGS["text/plain"]:
        content_type = "text/plain"
    if ending in _BY_ENDING.get(content_type or "", ()):
        content_type = _TYPE_OF[ending]
    endings = _ENDINGS.get(content_type or "")
    if content_type is None or endings is None:
        return None
    return Kind(content_type, f"{stem}.{ending if ending in endings else endings[0]}")


def label(content_type: str, name: str) -> str:
    """What stands for an attachment where only text is shown: "[图片]", "[文件] 账单.pdf"."""
    if content_type in PICTURES:
        return "[图片]"
    kind = {"audio": "语音", "video": "视频"}.get(content_type.partition("/")[0])
    return f"[{kind}]" if kind else f"[文件] {name}"


def _parts(name: str) -> tuple[str, str]:
    """Stem and ending of a name as it may be shown: no path, no control or direction signs, not too long."""
    plain = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    plain = _FORBIDDEN.sub("_", re.split(r"[\\/]", plain)[-1]).strip(" ._")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    return stem[:NAME_LIMIT].strip(" ._") or "file", ending.lower()


def _is_text(content: bytes) -> bool:
    """UTF-8, or the encoding that Chinese Windows writes; a program has bytes that no text has."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(unicodedata.category(c) == "Cc" and c not in "\t\r\n\f" for c in text)
    return False
