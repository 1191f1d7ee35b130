"""The Official Accounts the stand-in knows: the same file as the channel's, secrets written out."""

from __future__ import annotations

import os
import secrets
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEMO_NAME = "demo"


@dataclass(frozen=True)
class SandboxAccount:
    """One Official Account. Without `encoding_aes_key` callbacks are plain."""

    name: str
    app_id: str
    token: str
    app_secret: str
    encoding_aes_key: str | None
    callback_url: str

    @property
    def own_id(self) -> str:
        """The account's own id (gh_…), which callbacks are addressed to."""
        return f"gh_{self.app_id}"


def load_accounts(path: Path, service_url: str) -> list[SandboxAccount]:
    """The accounts of a file; their callbacks go to `service_url`."""
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["accounts"]
    return [
        SandboxAccount(
            name=row["name"],
            app_id=row["app_id"],
            token=row["token"],
            app_secret=row["app_secret"],
            encoding_aes_key=row.get("encoding_aes_key") if row.get("mode", "encrypted") == "encrypted" else None,
            callback_url=f"{service_url}/channels/wechat/{row['name']}",
        )
        for row in rows
    ]


def menu_of(path: Path) -> dict[str, Any]:
    """The menu file in the platform's form, as an account has it whose menu was created before."""
    return {"button": [_button(row) for row in yaml.safe_load(path.read_text(encoding="utf-8"))["menu"]]}


def _button(row: dict[str, Any]) -> dict[str, Any]:
    if "entries" in row:
        return {"name": row["name"], "sub_button": [_button(entry) for entry in row["entries"]]}
    if "url" in row:
        return {"type": "view", "name": row["name"], "url": row["url"]}
    kind = "intent" if "intent" in row else "action"
    return {"type": "click", "name": row["name"], "key": f"{kind}:{row[kind]}"}


def make_demo_file(path: Path) -> None:
    """Write a file with one invented account, readable by its owner alone; leaves one that is there."""
    letters = string.ascii_letters + string.digits
    account = {
        "name": DEMO_NAME,
        "app_id": "wx" + secrets.token_hex(8),
        "mode": "encrypted",
        "token": secrets.token_hex(12),
        "encoding_aes_key": "".join(secrets.choice(letters) for _ in range(43)),
        "app_secret": secrets.token_hex(16),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yaml.safe_dump({"accounts": [account]}, file, sort_keys=False)
