"""Secrets that the operator of the service did not set: made at first start in development, refused in production."""

import contextlib
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from handoff.errors import StartupError
from handoff.settings import Settings

MINIMUM_LENGTH = 16  # characters; HS256 keys and bearer tokens shorter than this can be guessed


def with_secrets(settings: Settings) -> Settings:
    """The settings with both secrets present. StartupError when production lacks one or one is too short."""
    return settings.model_copy(
        update={
            "service_token": _secret(settings, "service_token"),
            "identity_secret": _secret(settings, "identity_secret"),
        }
    )


def _secret(settings: Settings, name: str) -> SecretStr:
    given: SecretStr = getattr(settings, name)
    variable = f"XIAOQIAO_{name.upper()}"
    if given.get_secret_value():
        if settings.is_production and len(given.get_secret_value()) < MINIMUM_LENGTH:
            raise StartupError(f"{variable} is shorter than {MINIMUM_LENGTH} characters: set a longer one.")
        return given
    if settings.is_production:
        raise StartupError(f"{variable} is not set: in production set it to a long random text.")
    return SecretStr(load_or_make(path_of(settings, name)))


def path_of(settings: Settings, name: str) -> Path:
    """Where a secret is that this installation makes itself."""
    return settings.data_dir / "secrets" / name


def load_or_make(path: Path, length: int = 32) -> str:
    """The secret in a file that only its owner can read; made of `length` random bytes if it is not there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Put into its place whole: of two processes that start together one makes it, and neither reads half of it.
        own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(length))
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    value = path.read_text(encoding="utf-8").strip()
    if not value:
        raise StartupError(f"{path} is empty: delete it, and a new secret is made.")
    return value
