"""From `data/knowledge/*.yml` to articles, naming every mistake with its file and line.

`check_articles` is for tools that print problems; `load_articles` for programs that need articles or an error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.knowledge.article import Answer, Article, Button, Conditions, Link
from bot.knowledge.documents import read_document
from bot.knowledge.errors import KnowledgeError, Problem
from bot.knowledge.fields import MAX_ANSWER_CHARS, FieldReader
from bot.knowledge.wording import question_key

DEFAULT_SKILL_GROUPS = Path(__file__).resolve().parents[2] / "data" / "skill_groups.yml"
_REQUIRED = ("id", "title", "question", "answer", "skill_group")
_OPTIONAL = ("similar", "human_only", "valid_from", "valid_until", "conditions")


def load_articles(*paths: str | Path, skill_groups: str | Path | None = None) -> list[Article]:
    """All articles of the given files and folders (a folder's `*.yml`, sorted by name).

    Raises KnowledgeError with every problem if there is any. `skill_groups` names the file that lists
    the skill groups; by default `skill_groups.yml` beside the first folder, or `data/skill_groups.yml`.
    """
    articles, problems = check_articles(*paths, skill_groups=skill_groups)
    if problems:
        raise KnowledgeError(problems)
    return articles


def check_articles(
    *paths: str | Path, skill_groups: str | Path | None = None, intents: Collection[str] | None = None
) -> tuple[list[Article], list[Problem]]:
    """Like `load_articles`, but hands back what could be read together with the problems.

    With `intents` given, a button that starts another one is a problem too.
    """
    groups_file = Path(skill_groups) if skill_groups is not None else skill_groups_beside(paths)
    groups, problems = _read_skill_groups(groups_file)
    files, missing = article_files(paths)
    problems += missing
    known = _Known(groups, intents)
    articles: list[Article] = []
    for file in files:
        read, found = _read_file(file, known)
        articles += read
        problems += found
    return articles, sorted(problems)


def article_files(paths: Iterable[str | Path]) -> tuple[list[Path], list[Problem]]:
    """The YAML files behind files and folders, and a problem for each path that is not there."""
    files: list[Path] = []
    problems: list[Problem] = []
    for path in map(Path, paths):
        if path.is_dir():
            files += sorted({*path.glob("*.yml"), *path.glob("*.yaml")})
        elif path.exists():
            files.append(path)
        else:
            problems.append(Problem(str(path), 0, "没有这个文件或文件夹", "no such file or folder"))
    return list(dict.fromkeys(files)), problems


@dataclass
class _Known:
    """What articles may refer to, and where each id and each question was first seen, over all files."""

    groups: tuple[str, ...]
    intents: Collection[str] | None
    ids: dict[str, str] = field(default_factory=dict)
    questions: dict[str, tuple[str, str, str]] = field(default_factory=dict)


def _read_file(file: Path, known: _Known) -> tuple[list[Article], list[Problem]]:
    root, problems = read_document(file)
    if root is None:
        if not problems:
            problems = [Problem(str(file), 1, "文件是空的，要有“articles:”", "the file is empty, it needs 'articles:'")]
        return [], problems
    reader = FieldReader(str(file), known.intents)
    top = reader.mapping(root, "知识文件", "the file", required=("articles",))
    articles = []
    for node in reader.items((top or {}).get("articles"), "articles", "'articles'"):
        article = _read_article(node, reader, known)
        if article is not None:
            articles.append(article)
    return articles, problems + reader.problems


def _read_article(node: yaml.Node, reader: FieldReader, known: _Known) -> Article | None:
    values = reader.mapping(node, "知识条目", "the article", required=_REQUIRED, optional=_OPTIONAL)
    if values is None:
        return None
    identifier = reader.identifier(values.get("id"))
    if identifier is not None:
        _register_id(identifier, values["id"], reader, known)
    title = reader.text(values.get("title"), "标题 title", "the title", limit=60)
    question = _read_question(values.get("question"), "标准问题 question", identifier, reader, known)
    similar = [
        _read_question(item, "相似问题 similar", identifier, reader, known)
        for item in reader.items(values.get("similar"), "相似问题 similar", "'similar'")
    ]
    answer = _read_answer(values.get("answer"), reader)
    group = (
        reader.choice(values.get("skill_group"), "技能组 skill_group", "skill group", known.groups)
        if known.groups
        else reader.text(values.get("skill_group"), "技能组 skill_group", "skill group")
    )
    valid_from = reader.day(values.get("valid_from"), "valid_from")
    valid_until = reader.day(values.get("valid_until"), "valid_until")
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        reader.complain(
            values["valid_until"],
            f"有效期写反了：valid_until（{valid_until}）早于 valid_from（{valid_from}）",
            f"valid_until ({valid_until}) is before valid_from ({valid_from})",
        )
    human_only = reader.flag(values.get("human_only"), "human_only")
    conditions = _read_conditions(values.get("conditions"), reader)
    if identifier is None or title is None or question is None or answer is None or group is None:
        return None
    return Article(
        id=identifier,
        title=title,
        question=question,
        similar=tuple(text for text in similar if text is not None),
        answer=answer,
        skill_group=group,
        human_only=human_only,
        valid_from=valid_from,
        valid_until=valid_until,
        conditions=conditions,
    )


def _register_id(identifier: str, node: yaml.Node, reader: FieldReader, known: _Known) -> None:
    if identifier not in known.ids:
        known.ids[identifier] = _place(node, reader)
        return
    first = known.ids[identifier]
    reader.complain(
        node, f"条目编号“{identifier}”重复，{first} 已经用过", f"duplicate id '{identifier}', first used at {first}"
    )


def _place(node: yaml.Node, reader: FieldReader) -> str:
    return f"{reader.lines.file}:{node.start_mark.line + 1}"


def _read_question(
    node: yaml.Node | None, what: str, identifier: str | None, reader: FieldReader, known: _Known
) -> str | None:
    text = reader.text(node, what, "the question")
    if text is None or node is None:
        return None
    key = question_key(text)
    if not key:
        reader.complain(node, f"{what}“{text}”里没有实际内容", f"the question '{text}' has no words in it")
        return None
    if key not in known.questions:
        known.questions[key] = _place(node, reader), identifier or "?", text
        return text
    place, owner, written = known.questions[key]
    other = "" if written == text else f"，那里写作“{written}”，整理后相同"
    reader.complain(
        node,
        f"问法“{text}”重复：条目 {owner}（{place}{other}）已经有了，请只留一处",
        f"the question '{text}' is already in article '{owner}' at {place}",
    )
    return None


def _read_answer(node: yaml.Node | None, reader: FieldReader) -> Answer | None:
    if node is None:
        return None
    if isinstance(node, yaml.ScalarNode):
        if node.value.strip():
            reader.complain(node, "答案 answer 下面要写“text: 答案内容”", "'answer' must be a mapping with 'text'")
        else:
            reader.complain(node, "答案 answer 是空的", "the answer is empty")
        return None
    values = reader.mapping(node, "答案 answer", "the answer", required=("text",), optional=("buttons", "links"))
    if values is None:
        return None
    text = reader.text(values.get("text"), "答案内容 text", "the answer", limit=MAX_ANSWER_CHARS)
    buttons = reader.pairs(values.get("buttons"), "按钮 buttons", "buttons", "payload", reader.payload)
    links = reader.pairs(values.get("links"), "链接 links", "links", "url", reader.url)
    if text is None:
        return None
    return Answer(
        text=text,
        buttons=tuple(Button(title, payload) for title, payload in buttons),
        links=tuple(Link(title, url) for title, url in links),
    )


def _read_conditions(node: yaml.Node | None, reader: FieldReader) -> Conditions:
    if node is None:
        return Conditions()
    values = reader.mapping(node, "条件 conditions", "conditions", required=(), optional=("region", "plan", "segment"))
    if not values:
        return Conditions()
    segment = values.get("segment")
    return Conditions(
        region=reader.texts(values.get("region"), "地区 region", "region"),
        plan=reader.texts(values.get("plan"), "套餐 plan", "plan"),
        segment=reader.choice(segment, "付费类型 segment", "segment", ("prepaid", "postpaid")),
    )


def skill_groups_beside(paths: Sequence[str | Path]) -> Path:
    """The file that lists the skill groups: `skill_groups.yml` beside the first knowledge folder, or the project's."""
    for path in map(Path, paths):
        folder = path if path.is_dir() else path.parent
        beside = folder.parent / "skill_groups.yml"
        if beside.exists():
            return beside
    return DEFAULT_SKILL_GROUPS


# Read by the handoff service alone, which checks them.
_GROUP_OPTIONS = ("queue_limit", "overflow", "overflow_after_s")


def _read_skill_groups(path: Path) -> tuple[tuple[str, ...], list[Problem]]:
    root, problems = read_document(path)
    if root is None:
        return (), problems
    reader = FieldReader(str(path))
    top = reader.mapping(root, "技能组文件", "the file", required=("skill_groups",))
    groups = []
    for node in reader.items((top or {}).get("skill_groups"), "skill_groups", "'skill_groups'"):
        values = reader.mapping(node, "技能组", "the skill group", required=("id", "name"), optional=_GROUP_OPTIONS)
        name = reader.text((values or {}).get("id"), "技能组 id", "the skill group's id")
        if name:
            groups.append(name)
    return tuple(groups), problems + reader.problems
