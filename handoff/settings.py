"""All settings of the service, read once from the environment (docs/architecture.md, "Settings")."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from handoff.errors import StartupError

Seconds = Annotated[float, Field(gt=0)]


def _env(name: str) -> AliasChoices:
    return AliasChoices(name, name.lower())


# Settings that may stand in a file which `<VARIABLE>_FILE` names, as container platforms hand out secrets.
SECRET_VARIABLES = {
    "service_token": "XIAOQIAO_SERVICE_TOKEN",
    "identity_secret": "XIAOQIAO_IDENTITY_SECRET",
    "redis_url": "REDIS_URL",
    "database_url": "XIAOQIAO_DATABASE_URL",
}


class SecretsByFile(PydanticBaseSettingsSource):
    """(pydantic-settings) Secrets from the files that the environment names. StartupError when one cannot be read."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """(pydantic-settings) The content of the field's file, None without one."""
        variable = SECRET_VARIABLES.get(field_name, "")
        path = os.environ.get(f"{variable}_FILE", "") if variable else ""
        return (_content(variable, path) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """(pydantic-settings)"""
        found = ((name, self.get_field_value(field, name)[0]) for name, field in self.settings_cls.model_fields.items())
        return {name: value for name, value in found if value is not None}


def _content(variable: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise StartupError(f"{variable}_FILE: cannot read {path}: check the path and who may read it.") from error
    if not value:
        raise StartupError(f"{variable}_FILE: {path} is empty: write the secret into it.")
    return value


class Settings(BaseSettings):
    """Read from `XIAOQIAO_*` variables and `REDIS_URL`; secrets never print.

    A secret may stand in a file that `<VARIABLE>_FILE` names; the variable itself goes before.
    """

    model_config = SettingsConfigDict(env_prefix="XIAOQIAO_", extra="ignore", populate_by_name=True)

    env: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    data_dir: Path = Path(".data")
    web_dir: Path = Path("web/dist")
    reference_dir: Path = Path("data")  # skill_groups.yml, dispositions.yml, tasks.yml

    redis_url: str = Field(default="", validation_alias=_env("REDIS_URL"), repr=False)  # may hold a password
    redis_port: int = Field(default=6390, ge=1, le=65535)
    redis_prefix: str = "xq:"  # two installations may share one Redis under different prefixes
    redis_timeout_s: Seconds = 2.0
    # Production refuses a Redis that keeps no log of what it is given, or evicts it, unless this accepts the loss.
    redis_may_lose: bool = False

    # The archive; empty: SQLite in the data folder. May hold a password.
    database_url: str = Field(default="", repr=False)
    # Changes of a conversation are gathered for this long and copied together: each copy reads it and writes to SQL.
    archive_settle_s: float = Field(default=2.0, ge=0, le=60)
    # A conversation quiet for this long keeps in Redis only what it needs to go on; its past is in the archive.
    trim_after_s: Seconds = 3600.0
    archive_days: int | None = Field(
        default=None, ge=1
    )  # older messages and services are deleted for good; empty: never

    reveals_per_minute: int = Field(default=20, ge=1)  # times an agent may ask for whole numbers
    audit_days: int = Field(default=365, ge=1)  # entries of the audit log are kept; Chinese law asks for six months

    rasa_port: int = Field(default=5005, ge=1, le=65535)
    rasa_url: str = ""
    actions_port: int = Field(default=5055, ge=1, le=65535)
    actions_url: str = ""  # the knowledge base for agents
    knowledge_timeout_s: Seconds = 1.5
    operator_port: int = Field(default=8090, ge=1, le=65535)
    operator_url: str = ""

    service_token: SecretStr = SecretStr("")
    identity_secret: SecretStr = SecretStr("")

    # One budget for the whole turn, retries included: apology and offer of a person reach the customer within 3 s.
    assistant_timeout_s: Seconds = 2.5
    # A turn whose worker is gone is taken over after this; longer than any living worker needs for one.
    turn_takeover_s: Seconds = 6.0
    turn_concurrency: int = Field(default=32, ge=1)

    # Where this service is reached from outside: in links that customers and agents open.
    public_url: str = ""
    wechat_accounts: Path | None = None  # YAML or JSON file, see handoff/channels/wechat/accounts.py
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_menu: Path = Path("data/wechat_menu.yml")
    # The platform waits 5 s for the answer; what is ready within this goes out in it, what is not, by another call.
    wechat_reply_s: Seconds = 4.0
    wechat_timestamp_leeway_s: Seconds = 300.0  # callbacks older (or newer) than this are refused
    wechat_gather_s: float = Field(default=3.0, ge=0)  # agent texts that come within this are one, when few are left
    # The platform knows no key by which a message sent twice is shown once. So often is one sent again of which nobody
    # knows whether it arrived; 0: never, a supervisor decides.
    wechat_repeats_unanswered: int = Field(default=2, ge=0, le=8)

    webhooks: Path | None = None  # YAML or JSON file, see handoff/webhook_targets.py
    webhook_hosts: str = ""  # hosts that may be told, by comma; a target elsewhere is refused at the start
    webhook_timeout_s: Seconds = 10.0
    webhook_retry_s: Seconds = 5.0  # before the second try; doubled each time, at most an hour
    webhook_give_up_s: Seconds = 24 * 3600.0  # then an event becomes a dead letter

    # Reverse proxies whose X-Forwarded-For is believed, by comma (addresses or networks). Without the right ones all
    # customers behind a proxy are one address to the rate limits.
    trusted_proxies: str = "127.0.0.1"

    # Sites that embed the widget, by comma: https://www.example.com,https://m.example.com. Our own pages need none.
    cors_origins: str = ""

    text_limit: int = Field(default=2000, ge=1)  # characters
    body_limit_bytes: int = Field(default=64 * 1024, ge=1024)
    # Files and pictures: a folder under data_dir, or an S3-compatible store: s3://bucket/prefix with AWS_… variables.
    attachments_url: str = ""
    attachment_limit_bytes: int = Field(default=10 * 2**20, ge=1024)
    attachment_kept_days: float = Field(default=0.0, ge=0)  # 0: always
    uploads_per_minute: int = Field(default=20, ge=1)  # a conversation
    uploads_per_minute_address: int = Field(default=200, ge=1)  # an address, however many conversations it opens
    messages_per_minute: int = Field(default=60, ge=1)  # a visitor; a person cannot type faster
    # An address, messages by HTTP and by stream together; many customers share one behind a carrier's NAT.
    messages_per_minute_address: int = Field(default=3000, ge=1)
    tickets_per_minute: int = Field(default=5, ge=1)  # a conversation
    calls_per_minute: int = Field(default=60, ge=1)  # a conversation: ratings, judged answers, leaving the queue
    frames_per_second: Seconds = 20.0  # a stream; what comes faster, after a burst, is read later
    streams_per_conversation: int = Field(default=10, ge=1)  # open at once, in one process; a customer's windows
    streams_per_address: int = Field(default=1000, ge=1)  # open at once, in one process
    visitors_per_minute: int = Field(default=600, ge=1)  # an address; many customers share one behind a carrier's NAT

    time_zone: str = "Asia/Shanghai"  # of data/working_hours.yml
    queue_limit: int = Field(default=200, ge=1)  # waiting requests a skill group; the next one is refused (queue_full)
    # So many more may wait if it is urgent, a complaint, or the customer comes back to who served them a moment ago.
    queue_reserve: int = Field(default=20, ge=0)
    position_notice_s: Seconds = 60.0  # a waiting customer who moves up is told at most so often; at once when first
    long_wait_s: Seconds = 600.0  # from here on a waiting customer is offered a call or a message instead
    ticket_due_s: Seconds = 4 * 3600.0  # a ticket is due this long after its group is next open
    # VIP, elderly and repeated contacts are looked up in the archive before a request is queued, for at most so long.
    lookup_timeout_s: Seconds = 0.3
    heartbeat_s: Seconds = 45.0  # an agent heard of within this counts as there
    # An agent with customers who is not heard of for this long is lost; the customers go back to the head of the queue.
    agent_lost_s: Seconds = 90.0
    routing: Literal["pull", "push"] = "pull"  # agents claim, or requests are assigned to them
    # A customer back within this is offered to the agent who served last, if there, for at most preferred_wait_s.
    return_within_s: Seconds = 1800.0
    preferred_wait_s: Seconds = 60.0
    # A customer who owes the agent an answer is reminded after the first, and taken leave of after the second.
    silent_remind_s: Seconds = 300.0
    silent_close_s: Seconds = 300.0
    service_level_s: Seconds = 60.0  # a request claimed within this counts as served in time
    overflow_after_s: Seconds = 180.0  # then agents of the group that helps out may serve a request too
    access_minutes: Seconds = 15.0  # an access token; consoles refresh it by themselves
    session_hours: Seconds = 12.0  # a refresh token: a session ends this long after it was last refreshed
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    shutdown_grace_s: Seconds = 8.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """(pydantic-settings) What is given goes before the environment, and that before files."""
        return init_settings, env_settings, SecretsByFile(settings_cls)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no time zone: {value}") from error
        return value

    @field_validator("redis_url", "rasa_url", "actions_url", "operator_url", "public_url", "wechat_api_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def storage_url(self) -> str:
        """Where Redis is: `REDIS_URL`, or the embedded Valkey's port on this machine."""
        return self.redis_url or f"redis://127.0.0.1:{self.redis_port}/0"

    @property
    def archive_url(self) -> str:
        """Where the archive is, as SQLAlchemy writes it."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'archive.db'}"

    @property
    def assistant_url(self) -> str:
        """Where Rasa is."""
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"

    @property
    def knowledge_url(self) -> str:
        """Where the action server is."""
        return self.actions_url or f"http://127.0.0.1:{self.actions_port}"

    @property
    def own_url(self) -> str:
        """Where this service is reached from outside."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def customers_url(self) -> str:
        """Where the operator's systems are."""
        return self.operator_url or f"http://127.0.0.1:{self.operator_port}"

    @property
    def allowed_origins(self) -> list[str]:
        """The sites that may call the customer API from a browser."""
        return [origin.strip().rstrip("/") for origin in self.cors_origins.split(",") if origin.strip()]

    @property
    def allowed_webhook_hosts(self) -> list[str]:
        """The hosts that webhooks may go to."""
        return [host.strip().lower() for host in self.webhook_hosts.split(",") if host.strip()]

    @property
    def is_production(self) -> bool:
        """Production refuses missing secrets and hides the demo."""
        return self.env == "production"
