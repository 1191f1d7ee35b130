"""Served conversations: given back, passed on, ended."""

from typing import Any

from handoff.audit import AuditEntry
from handoff.keys import HANDLING_SAMPLES
from handoff.models import Agent, Draft, FollowUp
from handoff.stores.connection import Scripts
from handoff.stores.messages import script_message


class Served:
    """Moves conversations that an agent serves; each move is one step, and answers why it was not made."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def requeue(
        self,
        conversation_id: str,
        agent_id: str,
        *,
        skill_group: str | None,
        to_head: bool,
        message: Draft,
        why: str,
        transfer: tuple[str, str],
        request_id: str | None = None,
        audit: AuditEntry | None = None,
    ) -> dict[str, Any]:
        """Put a served conversation back into a queue; `transfer` (to whom, why) is for the next agent.

        Answers `requeued`, `missing`, `stale` (another request than `request_id`), `not_yours` or `illegal`.
        """
        return await self._scripts.run(
            "requeue",
            conversation=conversation_id,
            agent=agent_id,
            skill_group=skill_group,
            to_head=to_head,
            message=script_message(message),
            why=why,
            transfer={"to": transfer[0], "why": transfer[1]},
            request=request_id,
            audit=audit,
        )

    async def reassign(
        self,
        conversation_id: str,
        agent_id: str,
        to: Agent,
        *,
        message: Draft,
        why: str,
        request_id: str | None = None,
        audit: AuditEntry | None = None,
    ) -> dict[str, Any]:
        """Give a served conversation to another agent. Answers `reassigned`, or why not: see reassign.lua."""
        return await self._scripts.run(
            "reassign",
            conversation=conversation_id,
            agent=agent_id,
            to=to.id,
            to_name=to.name,
            capacity=to.capacity,
            message=script_message(message),
            why=why,
            request=request_id,
            audit=audit,
        )

    async def finish(
        self,
        conversation_id: str,
        agent_id: str,
        *,
        may_all: bool,
        disposition: str,
        summary: str | None,
        resolved: bool,
        message: Draft,
        follow_up: FollowUp | None = None,
        only_if_silent: bool = False,
        request_id: str | None = None,
        audit: AuditEntry | None = None,
    ) -> dict[str, Any]:
        """End the service; with `request_id`, that one only.

        Answers `finished`, `missing`, `stale`, `not_yours`, `not_silent`, `illegal` (the present state).
        """
        return await self._scripts.run(
            "finish",
            conversation=conversation_id,
            agent=agent_id,
            may_all=may_all,
            disposition=disposition,
            summary=summary,
            resolved=resolved,
            message=script_message(message),
            samples=HANDLING_SAMPLES,
            follow_up=follow_up.model_dump_json() if follow_up else None,
            follow_up_by=follow_up.by_id if follow_up else None,
            silent=only_if_silent or None,
            request=request_id,
            audit=audit,
        )
