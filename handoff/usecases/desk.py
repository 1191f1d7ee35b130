"""What a wait in a skill group looks like right now: who could end it, and who goes first."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from handoff import clock, hours, rules
from handoff.schemas.common import QueueView
from handoff.services import Services


@dataclass(frozen=True)
class Desk:
    """A skill group as it is now: the lines in which its requests are reached and how long a service takes."""

    lines: list[rules.Line]
    agents_online: int  # who serve this group
    handling_s: float

    @property
    def skill_groups(self) -> frozenset[str]:
        """The groups whose requests may be served before one of this group."""
        return frozenset().union(*(line.skill_groups for line in self.lines))

    def view(self, ahead: Mapping[str, int]) -> QueueView:
        """What a wait behind so many requests of each group looks like."""
        position, wait_s = rules.place(self.lines, ahead, self.handling_s)
        return QueueView(position=position, estimated_wait_s=wait_s, agents_online=self.agents_online)


async def desk_of(services: Services, skill_group: str) -> Desk:
    """The desk of a skill group."""
    online, samples, overflows = await asyncio.gather(
        services.agents.online(),
        services.queue.handling_samples_s([skill_group]),
        overflows_now(services),
    )
    agents = [rules.Candidate(a.id, tuple(a.skill_groups), a.capacity, a.active, 0) for a in online]
    return Desk(
        lines=rules.lines(agents, skill_group, services.reference.skill_groups, overflows),
        agents_online=sum(agent.serves(skill_group) for agent in online),
        handling_s=rules.handling_time_s(samples[skill_group]),
    )


async def overflows_now(services: Services) -> dict[str, rules.Overflow]:
    """Who helps out each group now; nobody is made to help outside the working hours of their own group."""
    working, groups = await services.hours.working(), await services.groups.all()
    now = clock.local(services.settings.time_zone)
    after_s = services.settings.overflow_after_s
    return {
        group: rules.Overflow(plan.overflow, plan.overflow_after_s or after_s)
        for group, plan in groups.items()
        if plan.overflow and working.is_open(plan.overflow, now)
    }


async def opening(services: Services, skill_group: str) -> str | None:
    """When the group works next, in words; None while it works, or when no opening is known."""
    now = clock.local(services.settings.time_zone)
    opens = (await services.hours.working()).next_opening(skill_group, now)
    return None if opens is None or opens == now else hours.opening_words(opens, now)
