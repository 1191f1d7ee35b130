"""Settings from the environment and from files; nothing secret is printed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from handoff.errors import StartupError
from handoff.secret_files import load_or_make, with_secrets
from handoff.settings import SECRET_VARIABLES, Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for variable in SECRET_VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(f"{variable}_FILE", raising=False)


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value if isinstance(value, str) else value.get_secret_value()


@pytest.mark.parametrize("name", SECRET_VARIABLES)
def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path, name):
    file = tmp_path / name
    file.write_text("redis://:geheim@redis.example/0\n")
    monkeypatch.setenv(f"{SECRET_VARIABLES[name]}_FILE", str(file))
    assert _value(Settings(), name) == "redis://:geheim@redis.example/0"
    monkeypatch.setenv(SECRET_VARIABLES[name], "redis://of.the.variable/0")
    assert _value(Settings(), name) == "redis://of.the.variable/0"


def test_production_takes_its_secrets_from_files(monkeypatch, tmp_path):
    for name in ("service_token", "identity_secret"):
        (tmp_path / name).write_text(name + "-that-is-long-enough")
        monkeypatch.setenv(f"{SECRET_VARIABLES[name]}_FILE", str(tmp_path / name))
    settings = with_secrets(Settings.model_validate({"env": "production"}))
    assert settings.identity_secret.get_secret_value() == "identity_secret-that-is-long-enough"
    (tmp_path / "service_token").write_text("short")
    with pytest.raises(StartupError, match="XIAOQIAO_SERVICE_TOKEN is shorter"):
        with_secrets(Settings.model_validate({"env": "production"}))


def test_secrets_never_print():
    settings = Settings.model_validate(
        {
            "redis_url": "redis://:geheim@redis.example/0",
            "database_url": "postgresql+asyncpg://u:geheim@db.example/d",
            "service_token": "geheim-geheim-geheim",
            "identity_secret": "geheim-geheim-geheim",
        }
    )
    assert "geheim" not in repr(settings) + str(settings)


def test_a_secret_is_made_once_however_many_start_together(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: load_or_make(tmp_path / "secrets" / "service_token"), range(50)))
    assert len(made) == 1
    assert len(made.pop()) > 30
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["service_token"]
    (tmp_path / "secrets" / "service_token").write_text("")
    with pytest.raises(StartupError, match="is empty"):
        load_or_make(tmp_path / "secrets" / "service_token")
