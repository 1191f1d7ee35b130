"""Amounts as people read them."""

from __future__ import annotations

# Unlike a hyphen, no line is broken after it.
MINUS = "\N{MINUS SIGN}"


def yuan(amount: float) -> str:
    """¥32.50; a negative amount keeps its sign in front."""
    return f"{MINUS if amount < 0 else ''}¥{abs(amount):,.2f}"


def volume(megabytes: float) -> str:
    """11.65 GB, or 430 MB below one GB; no idle decimals."""
    if megabytes >= 1024:
        return f"{_short(megabytes / 1024)} GB"
    return f"{megabytes:.0f} MB"


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
