"""Reads data/skill_groups.yml."""

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from handoff.errors import StartupError
from handoff.skill_groups import NOBODY, GroupsPlan, SkillGroup, plan_of_file


def load_skill_groups(path: Path) -> GroupsPlan:
    """The groups in the order of the file; StartupError says what is wrong in it."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["skill_groups"]
        groups = TypeAdapter(list[SkillGroup]).validate_python(rows)
    except FileNotFoundError as error:
        raise StartupError(f"{path} is missing: start in the project's root or set XIAOQIAO_REFERENCE_DIR.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StartupError(f"{path}: skill_groups.{where}: {first['msg']}; correct it as its comments say.") from error
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise StartupError(f"{path} is not a list of {{id, name}} under 'skill_groups': correct it.") from error
    _check(path, groups)
    return plan_of_file({group.id: group for group in groups})


def _check(path: Path, groups: Sequence[SkillGroup]) -> None:
    ids = [group.id for group in groups]
    names = [group.name.casefold() for group in groups]
    twice = sorted({each for each in ids if ids.count(each) > 1} | {each for each in names if names.count(each) > 1})
    if twice:
        raise StartupError(f"{path}: twice: {', '.join(twice)}.")
    for group in groups:
        if "overflow" in group.model_fields_set and group.overflow not in {*ids, NOBODY}:
            raise StartupError(f"{path}: the overflow of {group.id} is no skill group: {group.overflow}.")
        if "overflow" in group.model_fields_set and group.overflow == group.id:
            raise StartupError(f"{path}: {group.id} cannot be its own overflow; write none.")
