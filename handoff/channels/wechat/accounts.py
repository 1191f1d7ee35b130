"""The configured Official Accounts.

A YAML (or JSON) file, named by `XIAOQIAO_WECHAT_ACCOUNTS`::

    accounts:
      - name: main                       # in the callback's address: /channels/wechat/main
        app_id: wx1234567890abcdef
        mode: encrypted                  # 安全模式; or plain, 明文模式
        token: env:WECHAT_TOKEN          # a secret is env:NAME, file:PATH (from this file's folder), or the text itself
        encoding_aes_key: file:secrets/wechat_aes_key
        previous_encoding_aes_key: ...   # optional: while the key is changed
        app_secret: env:WECHAT_SECRET
        notice: {template_id: ..., field: thing1}         # optional: template message, "you have a reply"
        subscription: {template_id: ..., field: thing1}   # optional: one-time subscription message
        bind_url: https://example.com/bind                # optional: the operator's page that signs who the customer is
"""

import base64
import binascii
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator

from handoff.errors import StartupError

AES_KEY_LENGTH = 43


def _app_id(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class NoticeTemplate(BaseModel):
    """A template of the platform that says "a reply is waiting"; `field` is its data field for that text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template_id: str = Field(min_length=1)
    field: str = Field(default="thing1", pattern=r"^[A-Za-z0-9_]+$")


class Account(BaseModel):
    """One Official Account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    app_id: Annotated[str, BeforeValidator(_app_id), Field(min_length=1, max_length=64)]
    mode: Literal["encrypted", "plain"] = "encrypted"
    token: SecretStr
    encoding_aes_key: SecretStr | None = None
    previous_encoding_aes_key: SecretStr | None = None
    app_secret: SecretStr
    notice: NoticeTemplate | None = None
    subscription: NoticeTemplate | None = None
    bind_url: str | None = Field(default=None, pattern=r"^https?://\S+$")

    @field_validator("encoding_aes_key", "previous_encoding_aes_key")
    @classmethod
    def _is_aes_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            aes_key(value.get_secret_value())
        return value

    def aes_keys(self) -> list[bytes]:
        """The present key and the one before it."""
        given = (self.encoding_aes_key, self.previous_encoding_aes_key)
        return [aes_key(each.get_secret_value()) for each in given if each is not None]


class Accounts:
    """All accounts, by name and by app id."""

    def __init__(self, accounts: list[Account]) -> None:
        self.by_name = {account.name: account for account in accounts}
        self.by_app_id = {account.app_id: account for account in accounts}

    @classmethod
    def load(cls, path: Path) -> "Accounts":
        """Read the file; StartupError names the mistake in one line, and never a secret."""
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise StartupError(f"cannot read {path}: {error.strerror}. Set XIAOQIAO_WECHAT_ACCOUNTS.") from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise StartupError(f"{path} is not valid YAML: correct it.") from error
        rows = document.get("accounts") if isinstance(document, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise StartupError(f"{path} must hold a list under 'accounts' (docs/wechat-setup.md).")
        accounts = [_account(row, path) for row in rows]
        for field in ("name", "app_id"):
            values = [getattr(account, field) for account in accounts]
            if len(set(values)) < len(values):
                raise StartupError(f"{path}: two accounts have the same {field}.")
        return cls(accounts)


def aes_key(text: str) -> bytes:
    """The 32 key bytes of an EncodingAESKey; ValueError when it is none."""
    if len(text) != AES_KEY_LENGTH:
        raise ValueError(f"an EncodingAESKey has {AES_KEY_LENGTH} characters")
    try:
        # Not strict: the platform's own keys may end in a character whose last bits are not zero.
        key = base64.b64decode(text + "=")
    except binascii.Error as error:
        raise ValueError("an EncodingAESKey has only letters and digits") from error
    if len(key) != 32:
        raise ValueError("an EncodingAESKey has only letters and digits")
    return key


def _account(row: dict[str, Any], path: Path) -> Account:
    name = row.get("name", "?")
    secrets = ("token", "encoding_aes_key", "previous_encoding_aes_key", "app_secret")
    values = {key: _secret(key, value, path) if key in secrets else value for key, value in row.items()}
    values = {key: value for key, value in values.items() if value not in (None, "")}
    try:
        account = Account.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StartupError(f"{path}: account {name}: {where}: {first['msg']}.") from None  # the cause shows the input
    if account.mode == "encrypted" and account.encoding_aes_key is None:
        raise StartupError(f"{path}: account {name}: encrypted mode needs encoding_aes_key.")
    return account


def _secret(key: str, value: Any, path: Path) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith("env:"):
        found = os.environ.get(value[4:])
        if found is None:
            raise StartupError(f"{path}: {key}: the environment has no {value[4:]}.")
        return found.strip()
    if value.startswith("file:"):
        try:
            return (path.parent / value[5:]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise StartupError(f"{path}: {key}: cannot read {value[5:]}.") from error
    return value
