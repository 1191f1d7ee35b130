"""Starts the product, has customers and agents play in it, and writes the pictures."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.run.product import CHROMIUM, CHROMIUM_FLAGS, Product
from tools.screenshots import administration, service, tickets
from tools.screenshots.stage import Stage


def main() -> int:
    """Takes all pictures, in the order of one working day."""
    with tempfile.TemporaryDirectory(prefix="xiaoqiao-") as folder, sync_playwright() as playwright:
        print("screenshots: starting the product …", flush=True)
        product = Product(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            with Stage(product, browser) as stage:
                console = stage.console()
                phone = service.play(stage, console)
                tickets.play(stage, console, phone)
                administration.play(stage, console)
            browser.close()
        finally:
            product.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
