"""Settings of a run: addresses, folders and secrets, handed to every process as environment variables."""

import os
from dataclasses import dataclass
from pathlib import Path

from dotenv import load_dotenv

from handoff.errors import StartupError
from handoff.secret_files import load_or_make

ROOT = Path(__file__).resolve().parents[2]
SECRET_NAMES = ("XIAOQIAO_SERVICE_TOKEN", "XIAOQIAO_IDENTITY_SECRET")
PORT_DEFAULTS = {
    "XIAOQIAO_PORT": 8000,
    "XIAOQIAO_RASA_PORT": 5005,
    "XIAOQIAO_ACTIONS_PORT": 5055,
    "XIAOQIAO_OPERATOR_PORT": 8090,
    "XIAOQIAO_REDIS_PORT": 6390,
    "XIAOQIAO_WECHAT_PORT": 8095,
}


class SettingsError(Exception):
    """A setting cannot be used; the text says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """What a run needs to know.

    Attributes:
        redis_url: empty when the embedded Valkey is to be used.
        variables: further environment variables of every process, the secrets among them.
        plays_wechat: whether a stand-in for the WeChat platform runs too.
    """

    host: str
    ports: dict[str, int]
    redis_url: str
    data_dir: Path
    variables: dict[str, str]
    plays_wechat: bool = False

    def url(self, port_name: str) -> str:
        """The HTTP address of the process that listens on the port named ``port_name``."""
        return f"http://{self.host}:{self.ports[port_name]}"

    def environment(self) -> dict[str, str]:
        """The environment of every process: what this one has, the addresses, the secrets, and telemetry off."""
        port = self.ports["XIAOQIAO_REDIS_PORT"]
        addresses = {
            "XIAOQIAO_HOST": self.host,
            "XIAOQIAO_DATA_DIR": str(self.data_dir),
            "XIAOQIAO_RASA_URL": os.environ.get("XIAOQIAO_RASA_URL") or self.url("XIAOQIAO_RASA_PORT"),
            "XIAOQIAO_HANDOFF_URL": os.environ.get("XIAOQIAO_HANDOFF_URL") or self.url("XIAOQIAO_PORT"),
            "XIAOQIAO_ACTIONS_URL": os.environ.get("XIAOQIAO_ACTIONS_URL") or self.url("XIAOQIAO_ACTIONS_PORT"),
            "XIAOQIAO_OPERATOR_URL": os.environ.get("XIAOQIAO_OPERATOR_URL") or self.url("XIAOQIAO_OPERATOR_PORT"),
            "REDIS_URL": self.redis_url or f"redis://{self.host}:{port}/0",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
            "RASA_TELEMETRY_ENABLED": "false",
            "SANIC_HOST": self.host,
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        }
        if self.plays_wechat:
            addresses["XIAOQIAO_WECHAT_ACCOUNTS"] = str(self.data_dir / "wechat" / "accounts.yml")
            addresses["XIAOQIAO_WECHAT_API_URL"] = self.url("XIAOQIAO_WECHAT_PORT")
        ports = {name: str(port) for name, port in self.ports.items()}
        return {**os.environ, **ports, **addresses, **self.variables}


def load_settings() -> Settings:
    """Settings from the environment and ``.env``; makes the data folder and, at first start, the secrets.

    Raises:
        SettingsError: a port is no port, or the data folder cannot be made.
    """
    load_dotenv(ROOT / ".env")
    data_dir = ROOT / os.environ.get("XIAOQIAO_DATA_DIR", ".data")
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise SettingsError(f"cannot make the data folder {data_dir}: {e.strerror}. Set XIAOQIAO_DATA_DIR.") from e
    return Settings(
        host=os.environ.get("XIAOQIAO_HOST", "127.0.0.1"),
        ports={name: _port(name, default) for name, default in PORT_DEFAULTS.items()},
        redis_url=_given_secret("REDIS_URL"),
        data_dir=data_dir,
        variables={name: _given_secret(name) or _kept_secret(data_dir, name) for name in SECRET_NAMES},
        plays_wechat=not os.environ.get("XIAOQIAO_WECHAT_ACCOUNTS") and os.environ.get("XIAOQIAO_ENV") != "production",
    )


def _port(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SettingsError(f"{name}={value!r} is no port: give a number from 1 to 65535")
    return int(value)


def _given_secret(name: str) -> str:
    """The variable ``name``, or what stands in the file that ``<name>_FILE`` names; empty when there is neither."""
    path = os.environ.get(f"{name}_FILE", "")
    if os.environ.get(name) or not path:
        return os.environ.get(name, "")
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as e:
        raise SettingsError(f"{name}_FILE: cannot read {path}: check the path and who may read it") from e
    if not value:
        raise SettingsError(f"{name}_FILE: {path} is empty: write the secret into it")
    return value


def _kept_secret(data_dir: Path, name: str) -> str:
    """The secret ``name`` of this data folder; made at first use."""
    try:
        return load_or_make(data_dir / "secrets" / name.lower())
    except StartupError as e:
        raise SettingsError(e.message) from e
