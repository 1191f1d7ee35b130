"""What goes wrong again and again in work that never ends: told when it changes, and not in every round."""

LIMIT = 1000  # things remembered; with more at once, some are told again


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
