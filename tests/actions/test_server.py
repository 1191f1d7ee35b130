"""The server as it is started: settings, refusals with one line, and an action over HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from actions.settings import Settings, SettingsError
from bot.encoder import Encoder, EncoderMissing

ROOT = Path(__file__).parents[2]


def test_settings_from_ports() -> None:
    settings = Settings.from_environment({"XIAOQIAO_SERVICE_TOKEN": "s", "XIAOQIAO_OPERATOR_PORT": "24011"})
    assert (settings.host, settings.port) == ("127.0.0.1", 5055)
    assert (settings.operator_url, settings.handoff_url) == ("http://127.0.0.1:24011", "http://127.0.0.1:8000")
    assert "'s'" not in repr(settings)


def test_given_addresses_win() -> None:
    given = {"XIAOQIAO_OPERATOR_URL": "https://tmf.example", "XIAOQIAO_HANDOFF_URL": "http://handoff.example"}
    settings = Settings.from_environment(given | {"XIAOQIAO_SERVICE_TOKEN": "s", "XIAOQIAO_ACTIONS_PORT": "24012"})
    assert (settings.operator_url, settings.handoff_url, settings.port) == (*given.values(), 24012)


@pytest.mark.parametrize("port", ["x", "0", "70000", "-1"])
def test_bad_port_is_named(port: str) -> None:
    with pytest.raises(SettingsError, match="XIAOQIAO_ACTIONS_PORT must be a port number"):
        Settings.from_environment({"XIAOQIAO_SERVICE_TOKEN": "s", "XIAOQIAO_ACTIONS_PORT": port})


def test_missing_token_is_named() -> None:
    with pytest.raises(SettingsError, match="XIAOQIAO_SERVICE_TOKEN"):
        Settings.from_environment({})


def test_help_needs_no_settings() -> None:
    process = _start("--help")
    told, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert "XIAOQIAO_SERVICE_TOKEN" in told


def _start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("XIAOQIAO_")}
    return subprocess.Popen(
        [sys.executable, "-m", "actions", *arguments],
        cwd=ROOT,
        env=clean | {"OMP_NUM_THREADS": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({}, "actions: XIAOQIAO_SERVICE_TOKEN is not set"),
        (
            {"XIAOQIAO_SERVICE_TOKEN": "s", "XIAOQIAO_ENCODER": "no-such-model"},
            "actions: sentence encoder not",
        ),
    ],
)
def test_cannot_start_says_why_in_one_line(environment: dict[str, str], line: str) -> None:
    process = _start(**environment)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith(line)
    assert errors.count("\n") == 1


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    try:
        Encoder.load()
    except EncoderMissing:
        pytest.skip("the sentence encoder is not exported here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = _start(XIAOQIAO_SERVICE_TOKEN="s", XIAOQIAO_ACTIONS_PORT=str(port))
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _wait_for(url: str, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 100
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"{url}/health", trust_env=False).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("action server did not start")


def _call(url: str, action: str, **tracker: object) -> httpx.Response:
    latest = {
        "text": "携号转网怎么办",
        "intent": {"name": "other_telecom", "confidence": 0.9},
        "intent_ranking": [{"name": "other_telecom", "confidence": 0.9}],
        "entities": [],
        "metadata": {"conversation_id": "c-9", "turn_seq": 3, "channel": "web", "customer": None},
    }
    whole = {"sender_id": "c-9.1", "slots": {}, "latest_message": latest, "events": [], "paused": False} | tracker
    whole |= {"followup_action": None, "active_loop": {}, "latest_action_name": "action_listen"}
    body = {"next_action": action, "tracker": whole, "domain": {}, "version": "3.6.21", "sender_id": "c-9.1"}
    return httpx.post(f"{url}/webhook", json=body, trust_env=False)


def test_decide_over_http_finds_the_shipped_article(server: str) -> None:
    answer = _call(server, "action_decide").json()
    slots = {event["name"]: event["value"] for event in answer["events"]}
    assert slots["next_step"] == "answer"
    assert slots["offered_articles"][0]["id"] == "mnp-how"
    assert answer["responses"][0]["custom"]["turn"]["outcome"]["article_id"] == "mnp-how"


def _search(url: str, token: str = "s", **query: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}".encode()}
    return httpx.get(f"{url}/knowledge/search", params=query, headers=headers, trust_env=False)


def test_desk_search_finds_articles_with_their_text(server: str) -> None:
    found = _search(server, q="携号转网怎么办", limit="3").json()["articles"]
    assert found[0]["article_id"] == "mnp-how"
    assert found[0]["text"]
    assert len(found) <= 3
    assert found == sorted(found, key=lambda one: -one["score"])
    assert _search(server, q="  ").json() == {"articles": []}
    assert _search(server, q="流量" * 250, limit="x").status_code == 200


def test_desk_search_is_for_our_own_processes(server: str) -> None:
    for token in ("x", "ß"):
        answer = _search(server, q="话费", token=token)
        assert (answer.status_code, "articles" in answer.json()) == (401, False)


def test_unknown_action_is_refused(server: str) -> None:
    assert _call(server, "action_fly").status_code == 404


def test_every_action_of_the_domain_is_served(server: str) -> None:
    import yaml

    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    served = {action["name"] for action in httpx.get(f"{server}/actions", trust_env=False).json()}
    assert served == set(domain["actions"])
