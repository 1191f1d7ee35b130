from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.line import Line
from tests.e2e.staff import Staff
from tools.run.product import CHROMIUM, CHROMIUM_FLAGS, Product


@pytest.fixture(scope="session")
def product(tmp_path_factory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("data"), always_open=True)
    yield running
    processes = running.processes()
    running.stop()
    assert not [process for process in processes if process.is_running()], "processes were left behind"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def http(product: Product) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=product.url, timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture
def staff(product: Product, http: httpx.Client) -> Staff:
    return Staff(product, http)


@pytest.fixture
def line(product: Product) -> Iterator[Line]:
    port = urlsplit(product.url).port
    assert port is not None
    line = Line(port)
    yield line
    line.close()
