"""Who is told of what: the webhook targets, and the registry of events.

A YAML (or JSON) file, named by `XIAOQIAO_WEBHOOKS`::

    webhooks:
      - name: crm                                 # in logs, metrics and dead letters
        url: https://crm.example.com/xiaoqiao     # its host must be in XIAOQIAO_WEBHOOK_HOSTS
        secret: env:CRM_WEBHOOK_SECRET            # env:NAME, file:PATH (from this file's folder), or the text itself
        events: [handoff.requested]               # optional: all
        numbers: whole                            # optional: masked
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from handoff.errors import StartupError

EventName = Literal["handoff.requested", "handoff.claimed", "handoff.closed"]
ALL_EVENTS: tuple[EventName, ...] = get_args(EventName)
# Journal kind of a conversation -> what it is called outside. A new event: a kind that scripts write, a name, a row.
EVENTS: dict[str, EventName] = {
    "requested": "handoff.requested",
    "claimed": "handoff.claimed",
    "finished": "handoff.closed",  # an agent ended the service
    "left": "handoff.closed",  # the customer no longer waits
}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
SECRET_LENGTH = 16


class Target(BaseModel):
    """One desk that is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    url: str = Field(pattern=r"^https?://[^\s/@]+(/\S*)?$", max_length=2000)
    secret: SecretStr = Field(min_length=SECRET_LENGTH)
    events: frozenset[EventName] = frozenset(ALL_EVENTS)
    numbers: Literal["masked", "whole"] = "masked"  # phone, ID-card and bank-card numbers in what people wrote

    @property
    def host(self) -> str:
        """Where its events go."""
        return urlsplit(self.url).hostname or ""


def load(path: Path | None, allowed_hosts: Sequence[str], *, is_production: bool) -> list[Target]:
    """Read the file; StartupError names the mistake in one line, and never a secret."""
    if path is None:
        return []
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StartupError(f"cannot read {path}: {error.strerror}. Set XIAOQIAO_WEBHOOKS.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StartupError(f"{path} is not valid YAML: correct it.") from error
    rows = document.get("webhooks") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StartupError(f"{path} must hold a list under 'webhooks' (docs/integrations.md).")
    targets = [_target(row, path) for row in rows]
    if len({target.name for target in targets}) < len(targets):
        raise StartupError(f"{path}: two webhooks have the same name.")
    for target in targets:
        if target.host not in allowed_hosts:
            raise StartupError(f"{path}: webhook {target.name}: {target.host} is not in XIAOQIAO_WEBHOOK_HOSTS.")
        if is_production and not target.url.startswith("https://") and target.host not in LOOPBACK:
            raise StartupError(f"{path}: webhook {target.name}: production needs https.")
    return targets


def lua_table(targets: Sequence[Target]) -> str:
    """Targets and events as Lua source, for the head of every script."""
    events = ", ".join(f"['{kind}'] = '{name}'" for kind, name in EVENTS.items())
    rows = []
    for target in targets:
        wanted = ", ".join(f"['{name}'] = true" for name in sorted(target.events))
        rows.append(f"{{name = '{target.name}', events = {{{wanted}}}}}")
    return f"local webhooks = {{events = {{{events}}}, targets = {{{', '.join(rows)}}}}}\n"


def _target(row: dict[str, Any], path: Path) -> Target:
    name = row.get("name", "?")
    try:
        return Target.model_validate({**row, "secret": _secret(row.get("secret"), path)})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StartupError(f"{path}: webhook {name}: {where}: {first['msg']}.") from None  # the cause shows the input


def _secret(value: Any, path: Path) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith("env:"):
        found = os.environ.get(value[4:])
        if found is None:
            raise StartupError(f"{path}: secret: the environment has no {value[4:]}.")
        return found.strip()
    if value.startswith("file:"):
        try:
            return (path.parent / value[5:]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise StartupError(f"{path}: secret: cannot read {value[5:]}.") from error
    return value
