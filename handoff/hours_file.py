"""Reads data/working_hours.yml."""

from collections.abc import Iterable
from pathlib import Path

import yaml
from pydantic import ValidationError

from handoff.errors import StartupError
from handoff.hours_plan import HoursPlan


def load_hours(path: Path, skill_groups: Iterable[str]) -> HoursPlan:
    """The working hours; no file means always. StartupError says what is wrong in it."""
    if not path.exists():
        return HoursPlan()
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        # Who writes a file means to write the hours of all: only a missing file means always.
        plan = HoursPlan.model_validate({"default": None, **data})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StartupError(f"{path}: {where}: {first['msg']}; correct it as its comments say.") from error
    except (yaml.YAMLError, TypeError) as error:
        raise StartupError(f"{path}: {type(error).__name__}: {error}; correct it as its comments say.") from error
    unknown = plan.unknown_groups(skill_groups)
    if unknown:
        raise StartupError(f"{path}: no such skill group: {', '.join(unknown)}.")
    return plan
