"""Canned replies as a file, in the form of data/canned_replies.yml: trainers take it out and bring it back. Pure."""

from collections.abc import Container, Iterable
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.vocabulary import CannedScope

MOST_ROWS = 2000


class FileReply(BaseModel):
    """One row of the file, `id` left aside: what is the same is found by its text."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, from_attributes=True)

    scope: CannedScope = CannedScope.SHARED
    skill_group: str | None = None
    keyword: str = Field(default="", max_length=20)
    text: str = Field(min_length=1, max_length=2000)


class Problem(BaseModel):
    """A mistake in the file."""

    row: int = Field(description="Which reply, counted from 1; 0: the file as a whole.")
    message: str


class _PlainLoader(yaml.SafeLoader):
    """Without anchors: a few lines of them can stand for millions."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("no aliases, please")
        return super().compose_node(parent, index)


def written(replies: Iterable[Any]) -> str:
    """The file of these replies."""
    rows = [FileReply.model_validate(reply).model_dump(mode="json", exclude_defaults=True) for reply in replies]
    return yaml.safe_dump({"canned_replies": rows}, allow_unicode=True, sort_keys=False, width=1000)


def read_replies(text: str, skill_groups: Container[str]) -> tuple[list[FileReply], list[Problem]]:
    """What the file holds, and every mistake in it."""
    try:
        content = yaml.load(text, _PlainLoader)  # noqa: S506 - a safe loader, made stricter
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "文件"
        return [], [Problem(row=0, message=f"{where}不是正确的 YAML。")]
    rows = content.get("canned_replies") if isinstance(content, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        return [], [
            Problem(row=0, message=f"文件要以 canned_replies: 开头，下面是快捷回复的列表，最多 {MOST_ROWS} 条。")
        ]
    replies: list[FileReply] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        try:
            reply = FileReply.model_validate(row)
        except ValidationError as error:
            fields = "、".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})) or "整条"
            problems.append(
                Problem(row=number, message=f"{fields} 不对：text 要有内容且不超过 2000 字，keyword 不超过 20 字。")
            )
            continue
        why = _misplaced(reply, skill_groups)
        if why is None:
            replies.append(reply)
        else:
            problems.append(Problem(row=number, message=why))
    return replies, problems


def _misplaced(reply: FileReply, skill_groups: Container[str]) -> str | None:
    if reply.scope == CannedScope.PERSONAL:
        return "个人的快捷回复不能导入。"
    if (reply.scope == CannedScope.GROUP) != (reply.skill_group is not None):
        return "scope 是 group 时要写 skill_group，其他时候不要写。"
    if reply.skill_group is not None and reply.skill_group not in skill_groups:
        return f"没有技能组 {reply.skill_group}。"
    return None
