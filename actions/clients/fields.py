"""Reading TM Forum values out of JSON that another system sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from actions.clients.errors import BadAnswer


@contextmanager
def reading(system: str) -> Iterator[None]:
    """Turns anything that is missing or of the wrong type in an answer into BadAnswer."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as e:
        raise BadAnswer(system, f"answer lacks or garbles a field ({type(e).__name__}: {e})") from e


def text(value: Any) -> str:
    """The value, if it is a text."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def quantity(value: Any) -> float:
    """The number of a TMF `Quantity` {amount, units}."""
    return float(value["amount"])


def money_yuan(value: Any) -> float:
    """The number of a TMF `Money` {unit, value}; only yuan is understood."""
    if value.get("unit", "CNY") != "CNY":
        raise ValueError("not in CNY")
    return float(value["value"])
