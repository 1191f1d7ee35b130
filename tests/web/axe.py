"""axe-core on a page as it is now."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
# Colours are judged when nothing moves any more; what moves for ever (typing dots) is not waited for. A document does
# not know of what moves in its shadow trees.
SETTLED = """() => Promise.all([document, ...[...document.querySelectorAll('*')].map((one) => one.shadowRoot)]
    .flatMap((root) => root?.getAnimations() ?? [])
    .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => undefined)))"""


def serious(page: Page) -> list[str]:
    """What axe calls serious or critical, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # What is found once may be a toast that began to fade just then; what is wrong is found again.
    return _found(page) and _found(page)


def _found(page: Page) -> list[str]:
    page.evaluate(SETTLED)
    found: list[dict[str, Any]] = page.evaluate("axe.run({resultTypes: ['violations']}).then(r => r.violations)")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
