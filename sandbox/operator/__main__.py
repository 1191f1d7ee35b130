"""`python -m sandbox.operator --port 8090`: the sandbox operator on loopback."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import uvicorn

from sandbox.operator.app import create_app


def main() -> int:
    """Serve until interrupted; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.operator", description="Sandbox operator systems")
    parser.add_argument("--port", type=int, default=int(os.environ.get("XIAOQIAO_OPERATOR_PORT") or 8090))
    data_dir = Path(os.environ.get("XIAOQIAO_DATA_DIR") or ".data")
    parser.add_argument("--database", type=Path, default=data_dir / "operator.sqlite")
    options = parser.parse_args()
    # Invented customers without any login: never anywhere but on this machine.
    uvicorn.run(create_app(options.database), host="127.0.0.1", port=options.port, log_level="warning")
    return 0


if __name__ == "__main__":
    sys.exit(main())
