"""What the console shows alike everywhere."""

from collections.abc import Mapping
from typing import Any

from handoff.schemas.reference import NamedChoice, ReferenceData
from handoff.services import Services
from handoff.vocabulary import REASON_NAMES


async def reference(services: Services, *, fresh: bool = False) -> ReferenceData:
    """Names as they are now; `fresh`: not those of half a second ago."""
    groups = (await services.groups.held(fresh=fresh)).plan
    return ReferenceData(
        skill_groups=_choices(groups.names),
        dispositions=_choices(services.reference.dispositions),
        tasks=_choices(services.reference.tasks),
        reasons=_choices(REASON_NAMES),
        service_level_s=services.settings.service_level_s,
        time_zone=services.settings.time_zone,
    )


def _choices(names: Mapping[Any, str]) -> list[NamedChoice]:
    return [NamedChoice(id=key, name=name) for key, name in names.items()]
