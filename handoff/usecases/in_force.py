"""What is said of settings that a file gives until an administrator changes them."""

from typing import Any

from handoff.schemas.changeable import InForce
from handoff.stores.changeable import Held


def in_force(held: Held[Any]) -> InForce:
    """Which version holds, and whose it is."""
    return InForce(
        version=held.version,
        source="changed" if held.is_changed else "file",
        changed_by=held.changed_by,
        changed_at_ms=held.changed_at_ms,
    )
