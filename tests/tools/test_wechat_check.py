"""`make wechat-check` against the stand-in, with an account that is right and with wrong ones."""

import sys

import pytest
import yaml

from handoff.settings import Settings
from tests.handoff.servers import ROOT
from tools import wechat_check, wechat_demo


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("XIAOQIAO_WECHAT_ACCOUNTS", "XIAOQIAO_WECHAT_API_URL", "XIAOQIAO_PUBLIC_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(wechat_check, "load_dotenv", lambda _path: None)
    monkeypatch.setattr(wechat_check.logs, "configure", lambda _level: None)
    monkeypatch.setattr(sys, "argv", ["wechat_check"])


def test_without_accounts_the_stand_in_is_checked(capsys):
    assert wechat_check.main() == 0
    said = capsys.readouterr().out
    assert said.count("✓") == 3
    assert "全部通过" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"app_secret": "wrong"}, "AppSecret 不对"),
        ({"token": "another-token"}, "没有得到 echostr"),
        ({"encoding_aes_key": "Z" * 43}, "检查 EncodingAESKey"),
    ],
)
async def test_a_wrong_account_is_told_what_to_do(tmp_path, capsys, change, said):
    async with wechat_demo.running_demo(tmp_path, Settings()) as demo:
        rows = yaml.safe_load(demo.wechat_accounts.read_text())["accounts"]
        wrong = tmp_path / "wrong.yml"
        wrong.write_text(yaml.safe_dump({"accounts": [{**rows[0], **change}]}))
        settings = demo.model_copy(update={"wechat_accounts": wrong})
        menu = wechat_check.Menu.load(settings.wechat_menu)
        assert await wechat_check._check_all(settings, menu, None, keep_menu=False) == 1
    shown = capsys.readouterr().out
    assert "✗" in shown
    assert said in shown
