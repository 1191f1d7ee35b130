"""`python -m tools.check [files and folders]`: what is wrong in the trainers' files, all of it at once.

Knowledge articles are checked in every field; the other YAML files (NLU data, rules, stories, domain, settings) for
their syntax, keys written twice, and examples that Rasa would silently leave out. One line a problem:
`file:line: 中文说明 / English`. Exit code 1 when there is any.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from bot.decision.intents import DEFAULT_FILE as DECISION_INTENTS
from bot.decision.intents import load_intents
from bot.knowledge import Problem, check_articles
from bot.knowledge.documents import LineNumbers, read_document
from handoff.errors import StartupError
from handoff.services import load_reference

ROOT = Path(__file__).resolve().parents[1]
KNOWLEDGE = "data/knowledge"
OTHERS = (
    "data/nlu",
    "data/rules",
    "data/stories",
    "data/skill_groups.yml",
    "data/dispositions.yml",
    "data/tasks.yml",
    "data/working_hours.yml",
    "data/nlu_labels.yml",
    "data/knowledge_calibration.yml",
    "tests/stories",
    "domain.yml",
    "config.yml",
    "endpoints.yml",
    "credentials.yml",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the given files and folders, or all of the project's; print the problems."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", help="files or folders; all of the project's when none is given")
    given: list[str] = parser.parse_args(arguments).paths
    knowledge, others, problems = _sort_out(given) if given else _project_files()
    articles = 0
    questions = 0
    if knowledge:
        read, found = check_articles(*knowledge, intents=_intents())
        articles, questions = len(read), sum(len(article.questions) for article in read)
        problems += found
        if not given:
            problems += _check_named_articles({article.id for article in read})
    for file in others:
        problems += _check_yaml(file)
    for problem in sorted(set(problems)):
        print(problem)
    if problems:
        print(f"共 {len(set(problems))} 处要改，改好后再运行 make check / {len(set(problems))} problem(s) to repair")
        return 1
    print(
        f"检查通过：{articles} 个知识条目（{questions} 个问法），另有 {len(others)} 个 YAML 文件 / "
        f"all good: {articles} articles ({questions} questions), {len(others)} other YAML files"
    )
    return 0


def _project_files() -> tuple[list[Path], list[Path], list[Problem]]:
    problems = []
    knowledge = _shown(ROOT / KNOWLEDGE)
    if not any(_yaml_files(knowledge)):
        problems.append(Problem(str(knowledge), 0, "没有任何知识文件（*.yml）", "no knowledge files (*.yml) here"))
    others = [file for name in OTHERS for file in _yaml_files(_shown(ROOT / name))]
    problems += _check_reference()
    return [knowledge], others, problems


def _check_reference() -> list[Problem]:
    """What would keep the handoff service from starting: working hours that are none, a group that does not exist."""
    try:
        load_reference(ROOT / "data")
    except StartupError as error:
        return [Problem("data", 0, "服务读不懂这里的设置，按说明改正", error.message)]
    return []


def _sort_out(paths: Iterable[str]) -> tuple[list[Path], list[Path], list[Problem]]:
    """Given paths as knowledge files, other YAML files and paths that are not there."""
    knowledge: list[Path] = []
    others: list[Path] = []
    problems: list[Problem] = []
    for path in map(Path, paths):
        files = _yaml_files(path)
        if not files:
            problems.append(
                Problem(str(path), 0, "没有这个文件，或文件夹里没有 *.yml", "no such file, or no *.yml in it")
            )
        for file in files:
            (knowledge if _holds_articles(file) else others).append(file)
    return knowledge, others, problems


def _yaml_files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in (".yml", ".yaml") and file.is_file())
    return [path] if path.is_file() else []


def _holds_articles(file: Path) -> bool:
    """Knowledge files lie in a folder `knowledge`, or say `articles:` at the beginning of a line."""
    folder = file.resolve().parent
    if folder.name == "knowledge" and folder != ROOT:  # the project may have been cloned into such a folder
        return True
    try:
        return any(line.startswith(b"articles:") for line in file.read_bytes().splitlines())
    except OSError:
        return False


def _intents() -> frozenset[str] | None:
    """The intents of the domain; None while there is no readable domain."""
    root, _ = read_document(ROOT / "domain.yml")
    if not isinstance(root, yaml.MappingNode):
        return None
    for key, value in root.value:
        if key.value == "intents" and isinstance(value, yaml.SequenceNode):
            # An intent is a name, or a mapping from its name to options.
            names = (item.value[0][0] if isinstance(item, yaml.MappingNode) else item for item in value.value)
            return frozenset(str(name.value) for name in names)
    return None


def _check_named_articles(known: set[str]) -> list[Problem]:
    """Articles that the decision's intents file names and nobody wrote: the assistant would not start."""
    name = str(_shown(DECISION_INTENTS))
    text = DECISION_INTENTS.read_text(encoding="utf-8")
    problems = []
    for article_id in sorted(load_intents().article_ids() - known):
        line = next((n for n, found in enumerate(text.splitlines(), 1) if article_id in found), 0)
        chinese = f"这里用到的知识条目 {article_id} 不存在（被删掉或改了名？）"
        problems.append(Problem(name, line, chinese, f"names the article {article_id}, which does not exist"))
    return problems


def _check_yaml(file: Path) -> list[Problem]:
    root, problems = read_document(file)
    if root is not None:
        problems += _lost_examples(root, LineNumbers(str(file)))
    return problems


def _lost_examples(root: yaml.Node, lines: LineNumbers) -> list[Problem]:
    """Lines of NLU examples that do not begin with "- ": Rasa leaves them out with no more than a warning."""
    problems = []
    for group in _children(root, "nlu"):
        for key, value in group.value if isinstance(group, yaml.MappingNode) else ():
            if key.value != "examples" or not isinstance(value, yaml.ScalarNode):
                continue
            # The text of a block begins on the line after its "|".
            first = value.start_mark.line + (2 if value.style in ("|", ">") else 1)
            for offset, text in enumerate(value.value.splitlines()):
                if text.strip() and not text.lstrip().startswith("- "):
                    problems.append(
                        Problem(
                            lines.file,
                            first + offset,
                            f"例句“{text.strip()}”前面要有“- ”，不然会被漏掉",
                            "an example must begin with '- '",
                        )
                    )
    return problems


def _children(root: yaml.Node, name: str) -> list[yaml.Node]:
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == name and isinstance(value, yaml.SequenceNode):
                return list(value.value)
    return []


def _shown(path: Path) -> Path:
    """The path as people write it: from the folder they are in, when it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


if __name__ == "__main__":
    sys.exit(main())
