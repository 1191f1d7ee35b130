"""`data/wechat_menu.yml`: the account's menu, what its keys mean, and what a new follower is offered."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from handoff.errors import StartupError
from handoff.models import Button

Intent = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
TOP_NAME_BYTES = 16  # the platform cuts longer names
SUB_NAME_BYTES = 60
KEY_BYTES = 128


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(_Part):
    """Something to press: an intent of the assistant, an action of the channel, a page, or more entries."""

    name: str = Field(min_length=1)
    intent: Intent | None = None
    action: Literal["bind"] | None = None
    url: str | None = Field(default=None, pattern=r"^https?://\S+$", max_length=1024)
    entries: list[Self] = Field(default=[], max_length=5)

    @model_validator(mode="after")
    def _means_one_thing(self) -> Self:
        given = [self.intent, self.action, self.url, self.entries or None]
        if sum(value is not None for value in given) != 1:
            raise ValueError("give exactly one of intent, action, url, entries")
        if any(entry.entries for entry in self.entries):
            raise ValueError("entries cannot hold entries that hold entries")
        if any(len(entry.name.encode()) > SUB_NAME_BYTES for entry in self.entries):
            raise ValueError(f"a name in entries has at most {SUB_NAME_BYTES} bytes")
        return self

    @property
    def key(self) -> str:
        """What the platform sends when it is pressed."""
        return f"intent:{self.intent}" if self.intent else f"action:{self.action}"


class Scene(_Part):
    """What scanning a QR code with this scene means."""

    name: str = Field(min_length=1)
    intent: Intent


class Menu(_Part):
    """The whole file."""

    menu: list[Entry] = Field(min_length=1, max_length=3)
    welcome: list[Entry] = Field(default=[], max_length=9)
    scenes: dict[str, Scene] = {}

    @field_validator("menu")
    @classmethod
    def _short_names(cls, entries: list[Entry]) -> list[Entry]:
        if any(len(entry.name.encode()) > TOP_NAME_BYTES for entry in entries):
            raise ValueError(f"a name in the menu has at most {TOP_NAME_BYTES} bytes")
        return entries

    @field_validator("welcome")
    @classmethod
    def _intents_only(cls, entries: list[Entry]) -> list[Entry]:
        if any(entry.intent is None for entry in entries):
            raise ValueError("each entry of welcome has an intent")
        return entries

    @classmethod
    def load(cls, path: Path) -> "Menu":
        """Read the file; StartupError names the mistake in one line."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise StartupError(f"cannot read {path}: {error.strerror}. Set XIAOQIAO_WECHAT_MENU.") from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise StartupError(f"{path} is not valid YAML: correct it.") from error
        except ValidationError as error:
            first = error.errors()[0]
            raise StartupError(f"{path}: {'.'.join(str(p) for p in first['loc'])}: {first['msg']}.") from error

    def entry(self, key: str) -> Entry | None:
        """The entry with this key."""
        entries = [sub for top in self.menu for sub in (top.entries or [top])]
        return next((entry for entry in entries if entry.url is None and entry.key == key), None)

    def welcome_buttons(self) -> list[Button]:
        """What a new follower is offered."""
        return [Button(title=entry.name, payload=f"/{entry.intent}") for entry in self.welcome]

    def for_platform(self) -> dict[str, Any]:
        """The body of the platform's call 创建自定义菜单."""
        return {"button": [_button(entry) for entry in self.menu]}


def _button(entry: Entry) -> dict[str, Any]:
    if entry.entries:
        return {"name": entry.name, "sub_button": [_button(sub) for sub in entry.entries]}
    if entry.url:
        return {"type": "view", "name": entry.name, "url": entry.url}
    return {"type": "click", "name": entry.name, "key": entry.key}
