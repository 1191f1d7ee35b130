"""All settings of the service, read once from the environment (docs/architecture.md, "Settings")."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Seconds = Annotated[float, Field(gt=0)]


def _env(name: str) -> AliasChoices:
    return AliasChoices(name, name.lower())


class Settings(BaseSettings):
    """Read from `XIAOQIAO_*` variables and `REDIS_URL`; secrets never print."""

    model_config = SettingsConfigDict(env_prefix="XIAOQIAO_", extra="ignore", populate_by_name=True)

    env: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    data_dir: Path = Path(".data")
    web_dir: Path = Path("web/dist")
    reference_dir: Path = Path("data")  # skill_groups.yml and dispositions.yml

    redis_url: str = Field(default="", validation_alias=_env("REDIS_URL"))
    redis_port: int = Field(default=6390, ge=1, le=65535)
    redis_prefix: str = "xq:"  # two installations may share one Redis under different prefixes
    redis_timeout_s: Seconds = 2.0

    rasa_port: int = Field(default=5005, ge=1, le=65535)
    rasa_url: str = ""
    operator_port: int = Field(default=8090, ge=1, le=65535)
    operator_url: str = ""

    service_token: SecretStr = SecretStr("")
    identity_secret: SecretStr = SecretStr("")

    # One budget for the whole turn, retries included: apology and offer of a person reach the customer within 3 s.
    assistant_timeout_s: Seconds = 2.5
    # A turn whose worker is gone is taken over after this; longer than any living worker needs for one.
    turn_takeover_s: Seconds = 6.0
    turn_concurrency: int = Field(default=32, ge=1)

    text_limit: int = Field(default=2000, ge=1)  # characters
    body_limit_bytes: int = Field(default=64 * 1024, ge=1024)
    messages_per_minute: int = Field(default=60, ge=1)  # a visitor; a person cannot type faster
    visitors_per_minute: int = Field(default=600, ge=1)  # an address; many customers share one behind a carrier's NAT

    queue_limit: int = Field(default=200, ge=1)  # waiting requests a skill group, then availability says queue_full
    heartbeat_s: Seconds = 45.0  # an agent heard of within this counts as there
    session_hours: Seconds = 12.0  # one shift
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    shutdown_grace_s: Seconds = 8.0

    @field_validator("redis_url", "rasa_url", "operator_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def storage_url(self) -> str:
        """Where Redis is: `REDIS_URL`, or the embedded Valkey's port on this machine."""
        return self.redis_url or f"redis://127.0.0.1:{self.redis_port}/0"

    @property
    def assistant_url(self) -> str:
        """Where Rasa is."""
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"

    @property
    def customers_url(self) -> str:
        """Where the operator's systems are."""
        return self.operator_url or f"http://127.0.0.1:{self.operator_port}"

    @property
    def is_production(self) -> bool:
        """Production refuses missing secrets and hides the demo."""
        return self.env == "production"
