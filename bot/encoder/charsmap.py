"""SentencePiece's ``precompiled_charsmap``: a double-array trie from byte strings to their replacements.

The tokenizers library reads a normaliser only in this form: the trie's size in bytes, its units (darts-clone layout,
one little-endian uint32 each), then the replacements, each closed by a zero byte.
"""

import struct

import numpy as np

_LEAF = 1 << 31
_HAS_LEAF = 1 << 8
_OFFSET_SHIFT = 10
_MAX_OFFSET = 1 << 21
_UNITS_A_BLOCK = 256

_Node = dict[int, "_Node | int"]


def precompiled_charsmap(char_map: dict[str, str]) -> bytes:
    """The compiled form of ``char_map`` (one character -> its replacement, which may be empty or longer)."""
    replacements = bytearray()
    positions: dict[bytes, int] = {}
    root: _Node = {}
    for character, replacement in char_map.items():
        value = replacement.encode() + b"\0"
        if value not in positions:
            positions[value] = len(replacements)
            replacements += value
        _insert(root, character.encode(), positions[value])
    units = _double_array(root)
    return struct.pack("<I", units.nbytes) + units.tobytes() + bytes(replacements)


def _insert(root: _Node, key: bytes, value: int) -> None:
    node = root
    for byte in key:
        child = node.setdefault(byte, {})
        assert isinstance(child, dict)
        node = child
    node[0] = value  # label 0 marks the end of a key


def _double_array(root: _Node) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    """Units of the trie: the child of unit ``p`` over label ``l`` lies at ``p ^ offset(p) ^ l``."""
    units: dict[int, int] = {0: 0}
    bases: set[int] = set()
    pending: list[tuple[int, _Node, int]] = [(0, root, 0)]
    while pending:
        position, node, label = pending.pop()
        offset = next(
            offset
            for offset in range(1, _MAX_OFFSET)
            if position ^ offset not in bases and all(position ^ offset ^ child not in units for child in node)
        )
        base = position ^ offset
        bases.add(base)
        units[position] = (offset << _OFFSET_SHIFT) | label | (_HAS_LEAF if 0 in node else 0)
        for child_label, child in node.items():
            if isinstance(child, int):
                units[base] = child | _LEAF
            else:
                units[base ^ child_label] = 0  # the place is taken; filled when the child is laid out
                pending.append((base ^ child_label, child, child_label))
    length = -(-(max(units) + 1) // _UNITS_A_BLOCK) * _UNITS_A_BLOCK
    array = np.zeros(length, "<u4")
    for position, unit in units.items():
        array[position] = unit
    return array
