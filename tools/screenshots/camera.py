"""The camera: takes a picture once nothing moves any more, and knows which are still to be taken."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

from tools.run.settings import ROOT
from tools.screenshots.catalogue import ON_PHONE, pictures

IMAGES = ROOT / "docs" / "images"
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
# Dots a pixel on phones: sharp beside text, and small enough for a page with four of them.
PHONE_SCALE = 1.5
TOASTS_END_MS = 10_000
TRANSITIONS_END_MS = 450
LARGEST_BYTES = 300_000
# Around the chat window, so that its shadow is seen.
MARGIN_PX = 24
PALETTE, KEPT_COLOURS = 256, 96
WITHOUT_SITE = "body > :not(xiaoqiao-chat) { visibility: hidden }"


class Camera:
    """Writes pictures into a folder."""

    def __init__(self, folder: Path = IMAGES) -> None:
        self._folder = folder
        self._wanted = pictures()
        self._taken: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether this picture was taken."""
        return name in self._taken

    def keep(self, page: Page, name: str, *, clip: Any = None) -> None:
        """Takes the picture ``name`` once nothing moves any more; of the part ``clip`` of the page when it is given."""
        options = {"clip": clip, "style": WITHOUT_SITE} if clip else {}
        self._keep(page, name, lambda: page.screenshot(animations="disabled", **options))

    def _keep(self, page: Page, name: str, shoot: Callable[[], bytes]) -> None:
        if name not in self._wanted or name in self._taken:
            raise RuntimeError(f"{name} is no picture of the catalogue, or was taken before")
        expect(page.locator(".n-message")).to_have_count(0, timeout=TOASTS_END_MS)
        expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=TOASTS_END_MS)
        # Nothing is pointed at: no tooltip, no colour of its own.
        page.mouse.move(0, 0)
        page.wait_for_timeout(TRANSITIONS_END_MS)
        picture = _smaller(shoot())
        self._taken.add(name)
        place = f"{len(self._taken)} of {len(self._wanted)}"
        print(f"screenshots: {place}, {name}.png, {len(picture) // 1000} kB", flush=True)
        if len(picture) > LARGEST_BYTES:
            raise RuntimeError(f"{name} is too large for a picture in the guides; take less of the page")
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{name}.png").write_bytes(picture)

    def both(self, page: Page, name: str) -> None:
        """A page of the console on a desktop, then as the same page is on a phone; it is left on a desktop."""
        self.keep(page, name)
        page.set_viewport_size(PHONE)
        session = page.context.new_cdp_session(page)
        sharper = {**PHONE, "deviceScaleFactor": PHONE_SCALE, "mobile": False}
        session.send("Emulation.setDeviceMetricsOverride", sharper)
        still = page.add_style_tag(content="* { caret-color: transparent !important }")
        # By the browser itself, because the library's own pictures know only the sharpness the page was opened with.
        self._keep(page, name + ON_PHONE, lambda: base64.b64decode(session.send("Page.captureScreenshot")["data"]))
        still.evaluate("style => style.remove()")
        session.send("Emulation.clearDeviceMetricsOverride")
        session.detach()
        page.set_viewport_size(DESKTOP)

    def window(self, page: Page, state: str) -> None:
        """A state of the chat window: the whole screen of a phone; on a desktop the window, without the site behind."""
        if page.viewport_size == PHONE:
            return self.keep(page, f"widget-{state}{ON_PHONE}")
        page.wait_for_timeout(TRANSITIONS_END_MS)
        box = page.get_by_test_id("xq-panel").bounding_box()
        if box is None:
            raise RuntimeError("the chat window is not open")
        right = min(DESKTOP["width"], box["x"] + box["width"] + MARGIN_PX)
        bottom = min(DESKTOP["height"], box["y"] + box["height"] + MARGIN_PX)
        x, y = box["x"] - MARGIN_PX, box["y"] - MARGIN_PX
        return self.keep(page, f"widget-{state}", clip={"x": x, "y": y, "width": right - x, "height": bottom - y})

    def finish(self) -> None:
        """Throws away pictures of what is no longer there.

        Raises:
            RuntimeError: a picture was not taken.
        """
        missing = self._wanted - self._taken
        if missing:
            raise RuntimeError(f"not taken: {', '.join(sorted(missing))}")
        for path in self._folder.glob("*.png"):
            if path.stem not in self._taken:
                path.unlink()


def _smaller(png: bytes) -> bytes:
    """With a palette: the commonest colours, which are the pages' own, as they are; the others by the nearest."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    values, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    colours = np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1).astype(np.uint8)
    common = np.argsort(-counts)[:KEPT_COLOURS]
    rare = np.delete(colours, common, axis=0)
    blends = np.empty((0, 3), np.uint8)
    if len(rare):
        row = Image.fromarray(rare[np.newaxis])
        reduced = row.quantize(PALETTE - KEPT_COLOURS, Image.Quantize.MAXCOVERAGE).convert("RGB")
        blends = np.unique(np.asarray(reduced).reshape(-1, 3), axis=0)
    palette = np.concatenate([colours[common], blends])
    distances = ((colours[:, np.newaxis].astype(int) - palette[np.newaxis]) ** 2).sum(axis=2)
    indices = distances.argmin(axis=1)[where].reshape(packed.shape)
    flat = Image.fromarray(indices.astype(np.uint8))
    flat.putpalette(palette.tobytes())
    small = io.BytesIO()
    flat.save(small, "PNG", optimize=True)
    return min(png, small.getvalue(), key=len)
