"""Messages that the service itself writes to customers."""

from collections.abc import Sequence

from handoff import auth, texts
from handoff.models import Button, Draft, Outcome
from handoff.vocabulary import Sender


def system(text: str, *, buttons: Sequence[Button] = (), outcome: Outcome | None = None) -> Draft:
    """What the service says in its own name."""
    return Draft(
        id=auth.new_id("m"),
        sender=Sender.SYSTEM,
        sender_name=texts.SYSTEM_NAME,
        text=text,
        buttons=list(buttons),
        outcome=outcome,
    )
