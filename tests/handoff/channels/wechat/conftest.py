from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from handoff.app import create_app
from handoff.services import Services
from handoff.settings import Settings
from sandbox.wechat import callbacks
from sandbox.wechat.accounts import SandboxAccount, load_accounts
from sandbox.wechat.app import create_app as create_platform
from sandbox.wechat.platform import Platform
from sandbox.wechat.users import User
from tests.handoff.conftest import SERVICE_TOKEN, World
from tests.handoff.people import client, until
from tests.handoff.servers import ROOT, free_port, serve

ACCOUNTS = [
    {
        "name": "main",
        "app_id": "wxmain0000000001",
        "mode": "encrypted",
        "token": "tokenOfTheMainAccount",
        "encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        "app_secret": "secret-of-the-main-account",
    },
    {
        "name": "second",
        "app_id": "wxsecond00000002",
        "mode": "plain",
        "token": "tokenOfTheSecondAccount",
        "app_secret": "secret-of-the-second-account",
        "bind_url": "https://operator.example/sign-in?from=wechat",
    },
]


@dataclass
class WeChatWorld(World):
    """A running service, its Rasa, and a WeChat platform whose users write to it."""

    platform: Platform = None  # type: ignore[assignment]
    accounts_file: Path = Path()

    def user(self, openid: str = "openid-of-wang", account: str = "main") -> User:
        """A follower."""
        app_id = next(a.app_id for a in self.platform.accounts if a.name == account)
        user = self.platform.user(openid, app_id)
        user.follows = True
        return user

    async def say(self, user: User, text: str) -> None:
        """Type, and wait until the platform has delivered it."""
        await callbacks.text(self.platform, user.openid, text)

    async def conversation_id(self, user: User) -> str:
        found = await self.services.redis.get(f"xq:address:wechat:{user.app_id}:{user.openid}")
        assert found
        return str(found)

    async def transcript(self, user: User) -> list[tuple[str, str]]:
        messages = await self.services.conversations.messages(await self.conversation_id(user), 0, 10_000)
        return [(message.sender, message.text) for message in messages]

    async def shows(self, user: User, *texts: str) -> None:
        """Wait until the account has shown exactly these texts."""
        await until(lambda: user.texts("account") == list(texts))


@pytest.fixture
def wechat_values() -> dict[str, Any]:
    """More settings, for a module or test to change."""
    return {}


@pytest.fixture
def platform_values() -> dict[str, Any]:
    """How the platform behaves, for a module or test to change."""
    return {}


@pytest.fixture
async def wechat(
    settings: Settings, services: Services, rasa: Any, tmp_path: Path, wechat_values: dict[str, Any],
    platform_values: dict[str, Any],
) -> AsyncIterator[WeChatWorld]:  # fmt: skip
    accounts_file = tmp_path / "accounts.yml"
    accounts_file.write_text(yaml.safe_dump({"accounts": ACCOUNTS}))
    service_port = free_port()
    platform = Platform(load_accounts(accounts_file, f"http://127.0.0.1:{service_port}"), **platform_values)
    async with serve(create_platform(platform)) as platform_url:
        values = {
            "rasa_url": rasa.url,
            "wechat_accounts": accounts_file,
            "wechat_api_url": platform_url,
            "wechat_menu": ROOT / "data" / "wechat_menu.yml",
            "wechat_gather_s": 0.0,
            "port": service_port,
            **wechat_values,
        }
        running = Services.build(settings.model_copy(update=values))
        async with serve(create_app(running), service_port) as url, client(url) as http:
            rasa.handoff_url = url
            rasa.service_token = SERVICE_TOKEN
            yield WeChatWorld(url, running, rasa, http, platform=platform, accounts_file=accounts_file)


@pytest.fixture
def account_of(wechat: WeChatWorld) -> Callable[[str], SandboxAccount]:
    return lambda name: next(account for account in wechat.platform.accounts if account.name == name)
