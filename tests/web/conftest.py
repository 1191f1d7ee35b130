"""The built pages in a real Chromium against the pages' own stand-in service: fast, and every state can be seeded."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tools.run.product import CHROMIUM, CHROMIUM_FLAGS

WEB = Path(__file__).parents[2] / "web"
BUILT = (WEB / "dist/widget/xiaoqiao-chat.js", WEB / "dist/console/index.html", WEB / "dist/demo/index.html")
START_WITHIN_S = 20

StartService = Callable[..., str]


@pytest.fixture(scope="module", autouse=True)
def _needs() -> None:
    if not all(path.exists() for path in BUILT) or shutil.which("node") is None or not Path(CHROMIUM).exists():
        pytest.skip("needs `make web chromium`")


@pytest.fixture(scope="module")
def service() -> Iterator[StartService]:
    """Starts a stand-in service with so many waiting requests, own conversations and messages; answers its address."""
    running: list[subprocess.Popen[str]] = []

    def start(waiting: int = 4, mine: int = 1, messages: int = 8) -> str:
        seeds = ["--port", "0", "--waiting", str(waiting), "--mine", str(mine), "--messages", str(messages)]
        process = subprocess.Popen(["node", "mock/server.js", *seeds], cwd=WEB, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        return process.stdout.readline().split()[0].rstrip("/")

    yield start
    for process in running:
        process.terminate()
        process.wait(START_WITHIN_S)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Module scope: Playwright's loop must be gone before asynchronous tests of other modules run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in browsers of their own; any script error or dialog on them fails the test."""
    contexts = []
    troubles: list[str] = []

    def open_page(**options: object) -> Page:
        context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: (troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: "Content Security" in message.text and troubles.append(message.text))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []
