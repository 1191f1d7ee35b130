"""The file data/skill_groups.yml: what may stand in it, and what follows from it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from handoff.errors import StartupError
from handoff.models import SkillGroupId
from handoff.skill_groups import GENERAL, GroupName, GroupPlan, GroupsPlan, OverflowAfter, QueueLimit

NOBODY: Final = "none"


class SkillGroup(BaseModel):
    """One of them, as the file has it. What is left out is as the settings say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: SkillGroupId
    name: GroupName
    queue_limit: QueueLimit | None = None  # requests that may wait
    overflow: str = GENERAL  # the group that may serve what has waited too long; none: nobody
    overflow_after_s: OverflowAfter | None = None

    @property
    def helper(self) -> str | None:
        """The group that helps out."""
        return None if self.overflow in (NOBODY, self.id) else self.overflow


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
    return _plan({group.id: group for group in groups})


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


def _plan(groups: Mapping[str, SkillGroup]) -> GroupsPlan:
    return GroupsPlan(
        groups={
            group.id: GroupPlan(
                name=group.name,
                queue_limit=group.queue_limit,
                # The general group is who helps out unless somebody says otherwise; not every installation has it.
                overflow=group.helper if group.helper in groups else None,
                overflow_after_s=group.overflow_after_s,
            )
            for group in groups.values()
        }
    )
