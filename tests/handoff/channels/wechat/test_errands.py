"""What goes on beside the answers ends before the connections it uses are closed."""

import asyncio

from handoff.channels.wechat import acquaintance, errands
from handoff.channels.wechat.accounts import Accounts
from handoff.channels.wechat.channel import WeChatChannel
from handoff.channels.wechat.errands import Errands
from handoff.stores.deliveries import Address
from handoff.vocabulary import Channel


async def test_what_is_nearly_done_finishes_and_the_rest_is_ended(monkeypatch):
    monkeypatch.setattr(errands, "FINISH_WITHIN_S", 0.2)
    done, ended = asyncio.Event(), asyncio.Event()

    async def short() -> None:
        await asyncio.sleep(0.01)
        done.set()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    under_way = Errands()
    under_way.start(short())
    under_way.start(endless())
    await under_way.end()
    assert done.is_set()
    assert ended.is_set()
    await under_way.end()  # nothing is left to wait for


async def test_a_first_acquaintance_ends_before_the_connections_of_the_channel(wechat, monkeypatch):
    """A new user's unionid is asked for beside the answer; a platform that is slow to tell it leaves nothing open."""
    monkeypatch.setattr(errands, "FINISH_WITHIN_S", 0.05)
    channel = WeChatChannel(wechat.services, Accounts.load(wechat.accounts_file))
    account = channel.parts.accounts.by_app_id["wxmain0000000001"]
    happened: list[str] = []

    async def slow(*_arguments: object) -> dict[str, str]:
        try:
            await asyncio.Event().wait()
        finally:
            happened.append("ended")
        return {}

    async def closed() -> None:
        happened.append("closed")

    monkeypatch.setattr(channel.parts.client, "user_info", slow)
    monkeypatch.setattr(channel.parts.codes, "close", closed)
    acquaintance.make(channel.parts, account, Address(Channel.WECHAT, account.app_id, "openid-of-wang"))
    await channel.close(0)
    assert happened == ["ended", "closed"]
