"""Starts the product, has customers and agents play in it, and writes the pictures."""

import os
import sys
import tempfile
import time
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright

from tools.run.product import CHROMIUM, CHROMIUM_FLAGS, Product, free_ports
from tools.screenshots import pages, service, tickets, wechat
from tools.screenshots.stage import Stage

# In the pictures it is between ten and eleven in the morning, whenever they are taken.
MORNING = 10
# The widest offset of a time zone to the west, in hours.
WEST = 12


def main() -> int:
    """Takes all pictures, in the order of one working day."""
    zone = _morning_zone(time.gmtime().tm_hour)
    with tempfile.TemporaryDirectory(prefix="xiaoqiao-") as folder, sync_playwright() as playwright:
        print("screenshots: starting the product …", flush=True)
        os.environ |= {"XIAOQIAO_TIME_ZONE": zone, **_a_deaf_desk(Path(folder))}
        product = Product(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            with Stage(product, browser, zone) as stage:
                _play(stage)
                stage.camera.finish()
            browser.close()
        finally:
            product.stop()
    return 0


def _play(stage: Stage) -> None:
    password = stage.hire("linjing", "林静")
    colleagues = {"chenhao": stage.hire("chenhao", "陈浩", "network", "bills")}
    colleagues["zhaolei"] = stage.hire("zhaolei", "赵磊", role="supervisor")
    stage.hire("sunyue", "孙悦", role="trainer")
    for username, its_password in colleagues.items():
        stage.console(username, its_password)
    front = stage.login()
    stage.camera.both(front, "console-login")
    console = stage.console("linjing", password, front)
    customers = service.play(stage, console, password)
    tickets.play(stage, console, customers)
    wechat.play(stage, console)
    stage.judging(
        "C1005", ("怎么查流量", True), ("副卡怎么办理", False), ("流量用完了会断网吗", False), ("怎么开发票", True)
    )
    pages.play(stage, stage.administration())


def _morning_zone(hour_utc: int) -> str:
    """A zone in which it is morning now."""
    ahead = MORNING - hour_utc
    if ahead < -WEST:
        ahead += 24
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _a_deaf_desk(folder: Path) -> dict[str, str]:
    """Settings of a desk elsewhere that takes nothing, so that the page of what was not taken has something on it."""
    path = folder / "webhooks.yml"
    target = {
        "name": "crm",
        "url": f"http://127.0.0.1:{free_ports(1)[0]}/xiaoqiao",
        "secret": "a-secret-of-the-pictures",
    }
    path.write_text(yaml.safe_dump({"webhooks": [target]}), encoding="utf-8")
    return {
        "XIAOQIAO_WEBHOOKS": str(path),
        "XIAOQIAO_WEBHOOK_HOSTS": "127.0.0.1",
        "XIAOQIAO_WEBHOOK_RETRY_S": "1",
        "XIAOQIAO_WEBHOOK_GIVE_UP_S": "1",
    }


if __name__ == "__main__":
    sys.exit(main())
