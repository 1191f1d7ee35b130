"""Reads utterances: one a line, or the first column of a table with a header."""

from collections.abc import Iterator
from pathlib import Path


class UtterancesError(Exception):
    """The file cannot be replayed; the text says why."""


def read_utterances(path: Path) -> list[str]:
    """The non-blank utterances of ``path`` in order; of a ``.tsv`` the first column below the header.

    Raises:
        UtterancesError: no such file, not UTF-8 text, or nothing in it.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as e:
        raise UtterancesError(f"cannot read {path}: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise UtterancesError(f"{path} is not UTF-8 text (byte {e.start}): save it as UTF-8") from e
    utterances = list(_first_column(lines[1:]) if path.suffix == ".tsv" else (line.strip() for line in lines))
    utterances = [text for text in utterances if text]
    if not utterances:
        raise UtterancesError(f"{path} holds no utterance")
    return utterances


def _first_column(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield line.split("\t", 1)[0].strip()
