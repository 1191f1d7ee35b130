"""``make api``: the pages' API types, generated from the service's own description (no server needed)."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from handoff.app import create_app
from handoff.services import Services
from handoff.settings import Settings
from tools.run.settings import ROOT

TYPES = ROOT / "web" / "shared" / "openapi.ts"
GENERATOR = ROOT / "web" / "node_modules" / ".bin" / "openapi-typescript"
_SECRET = SecretStr("describes only, serves nobody: 0123456789")


def description() -> dict[str, Any]:
    """The OpenAPI description of the service as it is in the code, whatever this machine's environment says."""
    with tempfile.TemporaryDirectory(prefix="xiaoqiao-api-") as folder:
        settings = Settings.model_construct(
            data_dir=Path(folder), reference_dir=ROOT / "data", service_token=_SECRET, identity_secret=_SECRET
        )
        return create_app(Services.build(settings)).openapi()


def generate() -> str:
    """The TypeScript of the present description."""
    with tempfile.TemporaryDirectory(prefix="xiaoqiao-api-") as folder:
        source, target = Path(folder) / "openapi.json", Path(folder) / "openapi.ts"
        source.write_text(json.dumps(description(), ensure_ascii=False), encoding="utf-8")
        command = [str(GENERATOR), str(source), "--output", str(target), "--default-non-nullable", "true"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return target.read_text(encoding="utf-8")


def main() -> int:
    """Writes web/shared/openapi.ts."""
    TYPES.write_text(generate(), encoding="utf-8")
    print(f"api: {TYPES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
