"""No page without its picture, no picture without its place in a guide."""

import re

import pytest

from tools.run.settings import ROOT
from tools.screenshots import catalogue
from tools.screenshots.camera import LARGEST_BYTES

IMAGES = ROOT / "docs" / "images"
ALL_TOGETHER_BYTES = 6_000_000
PLACE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)]+\.png)\)")


def _places() -> dict[str, list[tuple[str, str]]]:
    """Picture by name -> who shows it: document and alternative text."""
    places: dict[str, list[tuple[str, str]]] = {}
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for place in PLACE.finditer(document.read_text(encoding="utf-8")):
            path = (document.parent / place["path"]).resolve()
            assert path.parent == IMAGES, f"{document.name} shows {place['path']}"
            places.setdefault(path.stem, []).append((document.name, place["alt"]))
    return places


def test_every_page_and_state_has_its_pictures_and_no_picture_is_left_over():
    assert {path.stem for path in IMAGES.iterdir()} == catalogue.pictures()


def test_every_picture_stands_in_a_guide_with_words_for_who_does_not_see_it():
    places = _places()
    assert set(places) == catalogue.pictures()
    silent = [(name, document) for name, shown in places.items() for document, alt in shown if not alt.strip()]
    assert silent == []


def test_pictures_are_small():
    sizes = {path.name: path.stat().st_size for path in IMAGES.iterdir()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_BYTES} == {}
    assert sum(sizes.values()) < ALL_TOGETHER_BYTES


def test_a_new_page_wants_its_pictures(tmp_path, monkeypatch):
    rows = catalogue.TABLE.read_text(encoding="utf-8")
    new = "  { name: 'shiftPlans', path: '/shifts', icon: 'clock', role: 'agent', component: () => import('./X.vue') },"
    table = tmp_path / "table.ts"
    table.write_text(rows.replace("\n]\n", f"\n{new}\n]\n", 1), encoding="utf-8")
    before = catalogue.pictures()
    monkeypatch.setattr(catalogue, "TABLE", table)
    assert catalogue.pictures() - before == {"console-shift-plans", "console-shift-plans-phone"}


def test_a_table_that_cannot_be_read_is_said(tmp_path, monkeypatch):
    table = tmp_path / "table.ts"
    table.write_text("export const PAGES = [\n  { path: '/', name: 'desk', component: one },\n]\n", encoding="utf-8")
    monkeypatch.setattr(catalogue, "TABLE", table)
    with pytest.raises(ValueError, match="0 rows can be read of 1"):
        catalogue.console_pages()
