"""`python -m sandbox.wechat --port 8095`: the stand-in for the WeChat platform on loopback."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import uvicorn

from sandbox.wechat.accounts import load_accounts, make_demo_file, menu_of
from sandbox.wechat.app import create_app
from sandbox.wechat.platform import Platform


def main() -> int:
    """Serve until interrupted; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.wechat", description="Sandbox WeChat platform")
    parser.add_argument("--port", type=int, default=int(os.environ.get("XIAOQIAO_WECHAT_PORT") or 8095))
    data_dir = Path(os.environ.get("XIAOQIAO_DATA_DIR") or ".data")
    accounts = Path(os.environ.get("XIAOQIAO_WECHAT_ACCOUNTS") or data_dir / "wechat" / "accounts.yml")
    parser.add_argument("--accounts", type=Path, default=accounts, help="made with one invented account if missing")
    service = os.environ.get("XIAOQIAO_HANDOFF_URL") or "http://127.0.0.1:8000"
    parser.add_argument("--service", default=service, help="where callbacks go")
    parser.add_argument("--menu", type=Path, default=Path("data/wechat_menu.yml"), help="the menu accounts begin with")
    options = parser.parse_args()
    make_demo_file(options.accounts)
    platform = Platform(load_accounts(options.accounts, options.service.rstrip("/")))
    if options.menu.is_file():
        platform.menus = dict.fromkeys((a.app_id for a in platform.accounts), menu_of(options.menu))
    # Anybody who reaches it can play any user: never anywhere but on this machine.
    uvicorn.run(create_app(platform), host="127.0.0.1", port=options.port, log_level="warning")
    return 0


if __name__ == "__main__":
    sys.exit(main())
