"""Settings of the action server, from environment variables (docs/architecture.md lists them all)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.knowledge.live import DEFAULT_FOLDER


class SettingsError(ValueError):
    """A setting has a value that cannot be used."""


@dataclass(frozen=True)
class Settings:
    """`service_token` never prints."""

    host: str
    port: int
    operator_url: str
    handoff_url: str
    service_token: str = field(repr=False)
    knowledge: Path = DEFAULT_FOLDER

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; raises SettingsError that names the variable."""
        port = _port(environ, "XIAOQIAO_ACTIONS_PORT", 5055)
        operator_port = _port(environ, "XIAOQIAO_OPERATOR_PORT", 8090)
        handoff_port = _port(environ, "XIAOQIAO_PORT", 8000)
        token = environ.get("XIAOQIAO_SERVICE_TOKEN") or _by_file(environ, "XIAOQIAO_SERVICE_TOKEN_FILE")
        if not token:
            raise SettingsError("XIAOQIAO_SERVICE_TOKEN is not set: the handoff service would refuse every request")
        return cls(
            host=environ.get("XIAOQIAO_HOST") or "127.0.0.1",
            port=port,
            operator_url=environ.get("XIAOQIAO_OPERATOR_URL") or f"http://127.0.0.1:{operator_port}",
            handoff_url=environ.get("XIAOQIAO_HANDOFF_URL") or f"http://127.0.0.1:{handoff_port}",
            service_token=token,
        )


def _by_file(environ: Mapping[str, str], name: str) -> str:
    """What stands in the file that the variable names; empty without the variable."""
    path = environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{name}: cannot read {path}: check the path and who may read it") from error


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingsError(f"{name} must be a port number, not {value!r}")
    return int(value)
