"""Accounts file and menu file: mistakes are named in one line, secrets never shown."""

import pytest
import yaml

from handoff.channels.wechat.accounts import Accounts
from handoff.channels.wechat.menu import Menu
from handoff.errors import StartupError
from sandbox.wechat.accounts import menu_of
from tests.handoff.servers import ROOT

ROW = {
    "name": "main",
    "app_id": "wx1",
    "token": "the-token",
    "encoding_aes_key": "a" * 43,
    "app_secret": "the-secret",
}


def write(tmp_path, *rows):
    path = tmp_path / "accounts.yml"
    path.write_text(yaml.safe_dump({"accounts": list(rows)}), encoding="utf-8")
    return path


def test_secrets_from_environment_and_file(tmp_path, monkeypatch):
    monkeypatch.setenv("WECHAT_TOKEN", "from-environment")
    (tmp_path / "key").write_text("b" * 43 + "\n")
    row = {**ROW, "token": "env:WECHAT_TOKEN", "previous_encoding_aes_key": "file:key"}
    account = Accounts.load(write(tmp_path, row)).by_name["main"]
    assert account.token.get_secret_value() == "from-environment"
    assert len(account.aes_keys()) == 2
    assert "the-secret" not in repr(account)
    assert "from-environment" not in repr(account)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"token": "env:NOT_SET_ANYWHERE"}, "NOT_SET_ANYWHERE"),
        ({"app_secret": "file:missing"}, "missing"),
        ({"encoding_aes_key": "short-the-secret"}, "encoding_aes_key"),
        ({"encoding_aes_key": None}, "encrypted mode needs encoding_aes_key"),
        ({"name": "Main!"}, "name"),
        ({"mode": "open"}, "mode"),
        ({"app_secrets": "the-secret"}, "app_secrets"),
        ({"app_id": None}, "app_id"),
        ({"bind_url": "javascript:alert(1)"}, "bind_url"),
        ({"notice": {"template_id": ""}}, "notice.template_id"),
    ],
)
def test_mistakes_in_an_account_are_named(tmp_path, change, named):
    with pytest.raises(StartupError) as caught:
        Accounts.load(write(tmp_path, {**ROW, **change}))
    assert named in caught.value.message
    assert "the-secret" not in caught.value.message
    assert "\n" not in caught.value.message


def test_two_accounts_of_one_name_or_app(tmp_path):
    for other in ({**ROW, "app_id": "wx2"}, {**ROW, "name": "other"}):
        with pytest.raises(StartupError, match="two accounts"):
            Accounts.load(write(tmp_path, ROW, other))


@pytest.mark.parametrize("text", ["", "[", "accounts: 1", "accounts: [1]", "other: []", "\x00"])
def test_no_list_of_accounts(tmp_path, text):
    path = tmp_path / "accounts.yml"
    path.write_text(text)
    with pytest.raises(StartupError, match=r"accounts\.yml"):
        Accounts.load(path)
    with pytest.raises(StartupError, match="XIAOQIAO_WECHAT_ACCOUNTS"):
        Accounts.load(tmp_path / "nothing.yml")


def test_the_menu_file_means_intents_the_assistant_has():
    menu = Menu.load(ROOT / "data" / "wechat_menu.yml")
    known = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    known = {name if isinstance(name, str) else next(iter(name)) for name in known}
    entries = [sub for top in menu.menu for sub in (top.entries or [top])]
    used = {
        entry.intent for entry in [*entries, *menu.welcome, *menu.scenes.values()] if getattr(entry, "intent", None)
    }
    assert used - known == set()
    assert menu.for_platform() == menu_of(ROOT / "data" / "wechat_menu.yml")


@pytest.mark.parametrize(
    ("menu", "named"),
    [
        ([], "menu"),
        ([{"name": "查"}], "exactly one"),
        ([{"name": "查", "intent": "a", "url": "https://e.com"}], "exactly one"),
        ([{"name": "一二三四五六", "intent": "a"}], "16 bytes"),
        ([{"name": "查", "entries": [{"name": "二", "entries": [{"name": "三", "intent": "a"}]}]}], "entries"),
        ([{"name": "查", "intent": "a"}] * 4, "menu"),
        ([{"name": "查", "url": "ftp://e.com"}], "url"),
        ([{"name": "查", "intent": "a", "colour": "red"}], "colour"),
    ],
)
def test_mistakes_in_the_menu_are_named(tmp_path, menu, named):
    path = tmp_path / "menu.yml"
    path.write_text(yaml.safe_dump({"menu": menu}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(StartupError) as caught:
        Menu.load(path)
    assert named in caught.value.message
