"""The skill groups of data/skill_groups.yml: what they are called, how many may wait there, and who helps out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from handoff.errors import StartupError
from handoff.models import SkillGroupId

GENERAL: Final = "general"  # takes what belongs nowhere else, and helps out where nobody else is named
NOBODY: Final = "none"


class SkillGroup(BaseModel):
    """One of them. What is left out is as the settings say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: SkillGroupId
    name: str = Field(min_length=1, max_length=50)
    queue_limit: int | None = Field(default=None, ge=1)  # requests that may wait
    overflow: str = GENERAL  # the group that may serve what has waited too long; none: nobody
    overflow_after_s: Annotated[float, Field(gt=0)] | None = None

    @property
    def helper(self) -> str | None:
        """The group that helps out."""
        return None if self.overflow in (NOBODY, self.id) else self.overflow


def load_skill_groups(path: Path) -> dict[str, SkillGroup]:
    """The groups by id, in the order of the file; StartupError says what is wrong in it."""
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
    return {group.id: group for group in groups}


def _check(path: Path, groups: Iterable[SkillGroup]) -> None:
    ids = [group.id for group in groups]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise StartupError(f"{path}: twice: {', '.join(twice)}.")
    for group in groups:
        # The general group is who helps out unless somebody says otherwise; not every installation has it.
        if "overflow" in group.model_fields_set and group.overflow not in {*ids, NOBODY}:
            raise StartupError(f"{path}: the overflow of {group.id} is no skill group: {group.overflow}.")
        if "overflow" in group.model_fields_set and group.overflow == group.id:
            raise StartupError(f"{path}: {group.id} cannot be its own overflow; write none.")
