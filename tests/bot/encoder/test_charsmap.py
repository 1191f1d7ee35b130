from hypothesis import given
from hypothesis import strategies as st
from tokenizers import normalizers

from bot.encoder.charsmap import precompiled_charsmap

CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0")


@given(st.dictionaries(CHARACTERS, st.text(CHARACTERS, max_size=3), min_size=1, max_size=40))
def test_the_compiled_map_replaces_each_character_as_told(char_map):
    normalizer = normalizers.Precompiled(precompiled_charsmap(char_map))
    for character, replacement in char_map.items():
        assert normalizer.normalize_str(character) == replacement


def test_characters_outside_the_map_stay():
    normalizer = normalizers.Precompiled(precompiled_charsmap({"Ａ": "A", "㎡": "m2"}))
    assert normalizer.normalize_str("Ａ流量㎡") == "A流量m2"
