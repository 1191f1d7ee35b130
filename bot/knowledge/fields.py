"""Reads the fields of an article from YAML nodes; every mistake becomes a Problem and reading goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from datetime import date

import yaml

from bot.knowledge.documents import LineNumbers
from bot.knowledge.errors import Problem

ID_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_ID_CHARS = 80
MAX_QUESTION_CHARS = 200
MAX_ANSWER_CHARS = 4000
_PAYLOAD_PATTERN = re.compile(r"/[a-z][a-z0-9_]*(\{.*\})?", re.DOTALL)
_LINK_PATTERN = re.compile(r"https://[^\s/]+\S*|tel:[+0-9][0-9-]{1,19}")


class FieldReader:
    """Reads typed fields and collects what is wrong with them.

    Readers return None for what is missing or unusable, after having noted a problem, so that one
    run names every mistake of a file.
    """

    def __init__(self, file: str, intents: Collection[str] | None = None) -> None:
        """Read `file`; payloads must start one of `intents`, if these are given."""
        self._intents = intents
        self.lines = LineNumbers(file)
        self.problems: list[Problem] = []

    def complain(self, node: yaml.Node | None, chinese: str, english: str) -> None:
        """Notes a problem at the line of `node`."""
        self.problems.append(self.lines.problem(node, chinese, english))

    def mapping(
        self, node: yaml.Node, what: str, english: str, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node] | None:
        """The values of a mapping by key; unknown and missing keys are problems."""
        if not isinstance(node, yaml.MappingNode):
            self.complain(node, f"{what}要写成“键: 值”的形式", f"{english} must be a mapping")
            return None
        values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name not in required and name not in optional:
                allowed = ", ".join((*required, *optional))
                self.complain(
                    key, f"{what}里不认识的键“{name}”，可用的有：{allowed}", f"unknown key '{name}' in {english}"
                )
                continue
            values[name] = value
        for name in required:
            if name not in values:
                self.complain(node, f"{what}少了“{name}”", f"{english} lacks '{name}'")
        return values

    def text(self, node: yaml.Node | None, what: str, english: str, *, limit: int = MAX_QUESTION_CHARS) -> str | None:
        """A non-empty text. Numbers and words such as `yes` count as the text that was written."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.complain(node, f"{what}应该是一段文字", f"{english} must be text")
            return None
        value = str(node.value).strip()
        if not value or node.tag == "tag:yaml.org,2002:null":
            self.complain(node, f"{what}是空的", f"{english} is empty")
            return None
        if len(value) > limit:
            self.complain(
                node,
                f"{what}太长：{len(value)} 个字，最多 {limit} 个",
                f"{english} is too long: {len(value)} characters, at most {limit}",
            )
            return None
        return value

    def items(self, node: yaml.Node | None, what: str, english: str) -> Iterator[yaml.Node]:
        """The nodes of a list; nothing for an absent or empty one."""
        if node is None or (isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"):
            return
        if not isinstance(node, yaml.SequenceNode):
            self.complain(node, f"{what}应该是列表（每行以“- ”开头）", f"{english} must be a list")
            return
        yield from node.value

    def texts(self, node: yaml.Node | None, what: str, english: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        if isinstance(node, yaml.ScalarNode) and node.tag != "tag:yaml.org,2002:null":
            single = self.text(node, what, english)
            return (single,) if single else ()
        values = (self.text(item, what, english) for item in self.items(node, what, english))
        return tuple(value for value in values if value)

    def identifier(self, node: yaml.Node | None) -> str | None:
        """An article id: lower-case words joined by hyphens."""
        value = self.text(node, "条目编号 id", "the id", limit=MAX_ID_CHARS)
        if value is not None and not ID_PATTERN.fullmatch(value):
            self.complain(
                node,
                f"条目编号“{value}”不合规：只能用小写字母、数字和连字符，例如 bill-why-higher",
                f"bad id '{value}': use lower-case letters, digits and single hyphens",
            )
            return None
        return value

    def flag(self, node: yaml.Node | None, what: str) -> bool:
        """true or false; false when absent."""
        if node is None:
            return False
        if isinstance(node, yaml.ScalarNode) and node.value in ("true", "false"):
            return bool(node.value == "true")
        self.complain(node, f"“{what}”只能是 true 或 false", f"'{what}' must be true or false")
        return False

    def day(self, node: yaml.Node | None, what: str) -> date | None:
        """A date written as 2026-01-31."""
        if node is None:
            return None
        value = node.value if isinstance(node, yaml.ScalarNode) else ""
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.complain(
                node,
                f"“{what}”的日期不对，请写成 2026-01-31 的形式",
                f"'{what}' is not a date, write it as 2026-01-31",
            )
            return None

    def choice(self, node: yaml.Node | None, what: str, english: str, allowed: tuple[str, ...]) -> str | None:
        """One of the `allowed` texts."""
        value = self.text(node, what, english)
        if value is not None and value not in allowed:
            choices = ", ".join(allowed)
            self.complain(
                node,
                f"{what}“{value}”不存在，可用的有：{choices}",
                f"unknown {english} '{value}', choose from: {choices}",
            )
            return None
        return value

    def payload(self, node: yaml.Node | None) -> str | None:
        """A Rasa intent payload: `/intent` or `/intent{"entity": "value"}`."""
        value = self.text(node, "按钮的 payload", "the payload")
        if value is None:
            return None
        match = _PAYLOAD_PATTERN.fullmatch(value)
        if match is None or (match.group(1) and not _is_json_object(match.group(1))):
            self.complain(
                node,
                f"按钮的 payload“{value}”不合规：要写成 /意图名，例如 /query_bill",
                f'bad payload \'{value}\': write /intent or /intent{{"entity": "value"}}',
            )
            return None
        intent = value[1:].partition("{")[0]
        if self._intents is not None and intent not in self._intents:
            self.complain(
                node,
                f"按钮的 payload“{value}”：domain.yml 里没有意图“{intent}”",
                f"the payload '{value}' names no intent of domain.yml",
            )
            return None
        return value

    def url(self, node: yaml.Node | None) -> str | None:
        """A link that may be shown to customers: https or tel."""
        value = self.text(node, "链接地址", "the url", limit=500)
        if value is not None and not _LINK_PATTERN.fullmatch(value):
            self.complain(
                node,
                f"链接“{value}”不合规：只接受 https:// 网址或 tel: 电话",
                f"bad link '{value}': only https:// and tel: are accepted",
            )
            return None
        return value

    def pairs(
        self,
        node: yaml.Node | None,
        what: str,
        english: str,
        second: str,
        read_second: Callable[[yaml.Node | None], str | None],
    ) -> list[tuple[str, str]]:
        """A list of `{title, <second>}`: buttons and links."""
        found = []
        for item in self.items(node, what, english):
            values = self.mapping(item, what, english, required=("title", second))
            if values is None:
                continue
            title = self.text(values.get("title"), f"{what}的标题", f"the title of {english}", limit=30)
            target = read_second(values.get(second))
            if title and target:
                found.append((title, target))
        return found


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (json.JSONDecodeError, RecursionError):
        return False
