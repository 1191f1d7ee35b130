"""What becomes of a single character: its one-form spelling, a space, or nothing."""

import unicodedata

# Punctuation that carries meaning inside a number, a code or an address (5.5, 4g/5g, a-b, x@y); `tidy` in
# normalize.py drops it anywhere else.
INNER_PUNCTUATION = frozenset(".,+-/:@_&%")

# Customers answer with these alone; as words they can be understood. All other emoji only decorate.
EMOJI_WORDS = {"👌": "好的", "👍": "好的", "🆗": "好的", "🙏": "谢谢", "👋": "再见"}

# The currency sign stands before the number and 元 after it; numbers.py turns it round.
KEPT_SYMBOLS = frozenset("¥")

# Marks that sit on other characters: accents put on to decorate, emoji selectors.
_COMBINING = ((0x0300, 0x036F), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0x1F3FB, 0x1F3FF))


def _spelling(character: str) -> str:
    """Full-width and compatibility forms to the plain one, lower case."""
    for _ in range(4):  # lower-casing can make room for another compatibility mapping; two rounds are the most seen
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).lower())
        if plain == character:
            break
        character = plain
    return character


def _keep(character: str) -> str:
    if character in INNER_PUNCTUATION or character in KEPT_SYMBOLS:
        return character
    point = ord(character)
    if any(low <= point <= high for low, high in _COMBINING):
        return ""
    category = unicodedata.category(character)
    if category in ("Cf", "Cs", "Co", "Cn"):
        return ""
    if category == "Cc":
        return " " if character in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85" else ""
    if category[0] in "PSZ":
        return " "
    return character


class CharacterTable(dict[str, str]):
    """Maps a character to what normalised text holds in its place; fills itself as characters come."""

    # Unicode has 150,000 characters; a busy service sees a few thousand. The bound is against floods of rare ones.
    MAXIMUM = 20_000

    def __missing__(self, character: str) -> str:
        word = EMOJI_WORDS.get(character)
        mapped = word if word is not None else "".join(_keep(c) for c in _spelling(character))
        if len(self) < self.MAXIMUM:
            self[character] = mapped
        return mapped
