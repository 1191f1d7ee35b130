"""What goes wrong, and how the log tells of it: its kind and place, and not what it says, which may quote a customer.

In work that never ends, what goes wrong again and again is told when it changes, and not in every round.
"""

import traceback

LIMIT = 1000  # things remembered; with more at once, some are told again


def described(error: BaseException) -> dict[str, str]:
    """Fields of a log entry about an error nobody foresaw: kind and place, its cause's too."""
    fields = {"error": type(error).__name__, "where": _place(error)}
    if error.__cause__ is not None:
        fields |= {"cause": type(error.__cause__).__name__, "cause_where": _place(error.__cause__)}
    return fields


def _place(error: BaseException) -> str:
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return "".join([*traceback.format_tb(error.__traceback__), *(type(e).__name__ + "\n" + _place(e) for e in inner)])


class Troubles:
    """What is wrong with each thing, as far as it was told."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def is_news(self, what: str, error: BaseException) -> bool:
        """Whether this kind of error was not what was wrong with it the last time."""
        kind = type(error).__name__
        if self._known.get(what) == kind:
            return False
        if len(self._known) >= LIMIT:
            self._known.clear()
        self._known[what] = kind
        return True

    def is_over(self, what: str) -> bool:
        """It went well; whether something had been wrong with it."""
        return self._known.pop(what, None) is not None
