"""Half characters: JSON can spell a lone surrogate ("\\ud83d", a cut-off emoji), UTF-8 cannot store one."""

from typing import Any


def repaired(value: Any) -> Any:
    """The value with every lone surrogate, wherever it is, replaced by U+FFFD."""
    match value:
        case str():
            return value if value.isascii() else _repaired_text(value)
        case list():
            return [repaired(item) for item in value]
        case dict():
            return {repaired(key): repaired(item) for key, item in value.items()}
        case _:
            return value


def _repaired_text(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
