"""How a message is given to the scripts that store it."""

from typing import Any

from handoff import texts
from handoff.models import Draft
from handoff.vocabulary import Sender
from privacy.numbers import shortened

PREVIEW_LENGTH = 100  # characters of the last text shown in lists


def script_message(draft: Draft) -> dict[str, Any]:
    """A message as the scripts take it; what people say becomes the preview in lists."""
    is_said = draft.sender in (Sender.CUSTOMER, Sender.AGENT)
    # In a list of people who all asked for a person, what each said before tells more.
    is_wish = draft.sender == Sender.CUSTOMER and draft.text.strip() == texts.TRANSFER.title
    return {
        "body": draft.model_dump_json(),
        "payloads": draft.payloads(),
        **({"text": shortened(draft.text, PREVIEW_LENGTH), "is_wish": is_wish} if is_said else {}),
    }
