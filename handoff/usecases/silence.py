"""A customer who no longer answers the person who serves them: reminded once, then taken leave of politely."""

import structlog

from handoff import drafts, texts
from handoff.services import Services

log = structlog.get_logger(__name__)

BATCH = 100  # conversations a round
DISPOSITION = "customer_left"


async def look_after(services: Services) -> None:
    """One round over the conversations in which something is due."""
    for conversation_id in await services.service_ends.silent(BATCH):
        reminder = drafts.system(texts.STILL_THERE)
        if not await services.service_ends.remind(conversation_id, reminder, services.settings.silent_close_s):
            continue
        message = drafts.system(texts.FINISHED_SILENT, buttons=texts.SATISFACTION)
        result = await services.served.finish(
            conversation_id,
            "",  # nobody's doing
            may_all=True,
            disposition=DISPOSITION,
            summary=None,
            resolved=False,
            message=message,
            only_if_silent=True,
        )
        if result.get("finished"):
            log.info("finished_silent", conversation_id=conversation_id)
