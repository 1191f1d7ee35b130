"""Text that remembers where each of its characters came from."""

import re
from collections.abc import Callable


class SpannedText:
    """A text under change: `text[i]` came from the original's characters `starts[i] .. ends[i]` (end exclusive).

    Both lists have the text's length, and both never decrease, so that any slice of the text maps to one slice
    of the original.
    """

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str, starts: list[int], ends: list[int]) -> None:
        self.text = text
        self.starts = starts
        self.ends = ends

    def substitute(self, pattern: "re.Pattern[str]", replacement: "str | Callable[[re.Match[str]], str]") -> None:
        """Replaces every match; an unchanged replacement costs nothing and moves no offset."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            new = replacement if isinstance(replacement, str) else replacement(match)
            if start == end or new == match.group():
                continue
            pieces += (self.text[position:start], new)
            starts += self.starts[position:start]
            ends += self.ends[position:start]
            new_starts, new_ends = self._spread(start, end, len(new))
            starts += new_starts
            ends += new_ends
            position = end
        if position == 0:
            return
        self.text = "".join(pieces) + self.text[position:]
        self.starts = starts + self.starts[position:]
        self.ends = ends + self.ends[position:]

    def _spread(self, start: int, end: int, length: int) -> tuple[list[int], list[int]]:
        """Origins of a replacement of `length` characters for the slice start..end.

        Of equal length: character by character. Otherwise every new character stands for the whole slice
        (the "300" of 三百 is all of 三百), so half a number never maps to half of its words.
        """
        if length == end - start:
            return self.starts[start:end], self.ends[start:end]
        return [self.starts[start]] * length, [self.ends[end - 1]] * length

    def cut(self, limit: int) -> None:
        """Keeps the first `limit` characters."""
        if len(self.text) > limit:
            self.text = self.text[:limit]
            self.starts = self.starts[:limit]
            self.ends = self.ends[:limit]
