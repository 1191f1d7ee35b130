"""Whatever an operator's brand colour is, everything in the widget can be read, in light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.axe import AXE, SETTLED
from tests.web.conftest import StartService

COLOURS = ("#ffe600", "#7fffd4", "#ffffff", "#001a40", "#000000")
CONTRAST = "axe.run('xiaoqiao-chat', {runOnly: ['color-contrast']})"
# The texts that stand on the brand colour or are written in it.
IN_BRAND = (".customer .bubble", "header .status", ".bot .avatar", ".choices .chosen", "[data-helpful=true]")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_brand_can_be_read(service: StartService, new_page: Callable[..., Page], theme: str) -> None:
    page = new_page(viewport={"width": 480, "height": 1400})
    page.goto(service(waiting=0, mine=0))
    page.locator("xiaoqiao-chat").evaluate("(chat, theme) => chat.setAttribute('theme', theme)", theme)
    page.get_by_test_id("xq-launcher").click()
    for text, shown in (("怎么开通国际漫游", "xq-helpful"), ("随便问问", "xq-button"), ("转人工", "xq-queue")):
        page.get_by_test_id("xq-input").fill(text)
        page.keyboard.press("Enter")
        page.get_by_test_id(shown).first.wait_for()
    page.get_by_test_id("xq-helpful").click()
    page.locator("[data-helpful=true][aria-pressed=true]").wait_for()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for colour in COLOURS:
        page.locator("xiaoqiao-chat").evaluate("(chat, colour) => chat.setAttribute('brand-color', colour)", colour)
        page.evaluate(SETTLED)
        found: dict[str, list[dict[str, Any]]] = page.evaluate(CONTRAST)
        assert (colour, found["violations"]) == (colour, [])
        read = " ".join(str(node["target"]) for one in found["passes"] for node in one["nodes"])
        for part in IN_BRAND:
            assert page.locator(f"xiaoqiao-chat {part}").count(), part
        assert len(read.split("xiaoqiao-chat")) > 15, f"{colour}: axe could judge too little: {read}"
