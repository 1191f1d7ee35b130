import stat

import pytest

from tools.run.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def data_dir(monkeypatch, tmp_path):
    monkeypatch.setenv("XIAOQIAO_DATA_DIR", str(tmp_path / "data"))
    for name in ("REDIS_URL", "XIAOQIAO_SERVICE_TOKEN", "XIAOQIAO_IDENTITY_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "data"


def test_secrets_are_made_once_and_readable_by_their_owner_alone(data_dir):
    first = load_settings().variables
    assert load_settings().variables == first
    assert len(set(first.values())) == 2
    for file in (data_dir / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_that_is_set_wins(monkeypatch):
    monkeypatch.setenv("XIAOQIAO_SERVICE_TOKEN", "given")
    assert load_settings().variables["XIAOQIAO_SERVICE_TOKEN"] == "given"


def test_processes_learn_each_other_and_send_no_telemetry(monkeypatch):
    monkeypatch.setenv("XIAOQIAO_RASA_PORT", "15005")
    environment = load_settings().environment()
    assert environment["XIAOQIAO_RASA_URL"] == "http://127.0.0.1:15005"
    assert environment["REDIS_URL"] == "redis://127.0.0.1:6390/0"
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "abc", "80.5", ""])
def test_a_port_that_is_none_is_named(monkeypatch, port):
    monkeypatch.setenv("XIAOQIAO_PORT", port)
    with pytest.raises(SettingsError, match="XIAOQIAO_PORT"):
        load_settings()
