"""YAML files as nodes that know their line, so that every complaint can name one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.knowledge.errors import Problem

# libyaml where the wheel has it: a tenth of the time of the Python parser.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_SYNTAX_HINTS = (
    ("tab character", "缩进请用空格，不能用制表符（Tab）", "indent with spaces, not tabs"),
    ("found character '\\t'", "缩进请用空格，不能用制表符（Tab）", "indent with spaces, not tabs"),
    (
        "cannot start any token",
        "有一个字符要用引号括起来（例如以 @、%、`、| 或制表符开头的文字）",
        "a character needs quotes",
    ),
    (
        "mapping values are not allowed",
        "冒号用法不对：含有“: ”的文字请用引号括起来",
        "text containing ': ' needs quotes",
    ),
    ("could not find expected ':'", "少了冒号", "a colon is missing"),
    ("while scanning a quoted scalar", "引号没有成对", "a quotation mark is not closed"),
    ("found unexpected end of stream", "引号或括号没有成对", "a quotation mark or bracket is not closed"),
    (
        "did not find expected key",
        "缩进没有对齐，或者引号、括号没有成对",
        "indentation is uneven, or a quote is not closed",
    ),
    ("did not find expected '-' indicator", "列表缩进没有对齐", "the list is indented unevenly"),
    ("found undefined alias", "以 * 开头的文字请用引号括起来", "text beginning with * needs quotes"),
)


class LineNumbers:
    """Where a node stands in its file."""

    def __init__(self, file: str) -> None:
        self.file = file

    def problem(self, node: yaml.Node | None, chinese: str, english: str) -> Problem:
        """A problem at the node's line; at the first line without a node."""
        return Problem(self.file, node.start_mark.line + 1 if node is not None else 1, chinese, english)


def read_document(path: str | Path) -> tuple[yaml.Node | None, list[Problem]]:
    """Parse one YAML file: its root node (None when empty or broken) and the problems of its syntax."""
    name = str(path)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return None, [Problem(name, 0, f"文件读不出来（{reason}）", f"cannot read the file ({reason})")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Problem(name, line, "文件不是 UTF-8 编码，请另存为 UTF-8", "the file is not UTF-8")]
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        return None, [_syntax_problem(name, error)]
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return None, [Problem(name, line, "文件里有不可见的控制字符，请删掉", "the file holds a control character")]
    except yaml.YAMLError as error:
        return None, [Problem(name, 1, "YAML 格式不对", f"invalid YAML: {_one_line(error)}")]
    except RecursionError:
        return None, [Problem(name, 1, "嵌套太深", "nested too deeply")]
    return root, list(_repeated_keys(root, LineNumbers(name)))


def _syntax_problem(file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark is not None else 1
    detail = _one_line(f"{error.context or ''} {error.problem or ''}")
    for sign, chinese, english in _SYNTAX_HINTS:
        if sign in detail:
            return Problem(file, line, f"YAML 格式不对：{chinese}", f"invalid YAML: {english} ({detail})")
    return Problem(file, line, "YAML 格式不对，请检查缩进、冒号和引号", f"invalid YAML: {detail}")


def _repeated_keys(root: yaml.Node | None, lines: LineNumbers) -> Iterator[Problem]:
    """YAML readers keep the last of two equal keys in silence; here it is a mistake to be named."""
    waiting = [root] if root is not None else []
    visited: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in visited:  # an alias can make a node appear twice, or contain itself
            continue
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in keys:
                        yield lines.problem(key, f"“{key.value}”写了两次", f"the key '{key.value}' appears twice")
                    keys.add(key.value)
                waiting.append(value)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
