"""XML of callbacks and passive replies. Document types and entities are refused: nothing is expanded or fetched."""

import re
import xml.etree.ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

# What XML 1.0 cannot carry at all, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadXml(Exception):
    """Not a flat message of the platform."""


def parse(body: bytes) -> dict[str, str]:
    """The fields of a message `<xml><Name>value</Name>…</xml>`; nested ones as `Outer.Inner`. BadXml otherwise."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadXml(type(error).__name__) from error
    if root.tag != "xml":
        raise BadXml("root")
    fields: dict[str, str] = {}
    for element in root:
        fields.setdefault(element.tag, element.text or "")
        for inner in element.iter():
            if inner is not element:
                fields.setdefault(f"{element.tag}.{inner.tag}", inner.text or "")
    return fields


def render(fields: dict[str, str | int]) -> str:
    """A message with these fields. Texts are kept whole, `]]>` included; what XML cannot carry becomes `?`."""
    rows = []
    for name, value in fields.items():
        content = str(value) if isinstance(value, int) else f"<![CDATA[{_cdata(value)}]]>"
        rows.append(f"<{name}>{content}</{name}>")
    return "<xml>" + "".join(rows) + "</xml>"


def _cdata(text: str) -> str:
    # A parser turns \r\n and \r into \n; a carriage return only survives outside CDATA.
    clean = _FORBIDDEN.sub("?", text)
    return clean.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
