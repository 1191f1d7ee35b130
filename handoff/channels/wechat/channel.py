"""The channel as the application sees it: routes, and what runs beside them."""

import asyncio

from fastapi import APIRouter

from handoff.channels.courier import Courier
from handoff.channels.wechat import letters, media, typing, webhook
from handoff.channels.wechat.accounts import Accounts
from handoff.channels.wechat.outlet import WeChatOutlet
from handoff.channels.wechat.parts import Parts
from handoff.services import Services

STOP_WITHIN_S = 3.0


class WeChatChannel:
    """All configured Official Accounts."""

    def __init__(self, services: Services, accounts: Accounts) -> None:
        self.parts = Parts.build(services, accounts)
        self.courier = Courier(
            services, WeChatOutlet(self.parts), repeats_unanswered=services.settings.wechat_repeats_unanswered
        )

    @classmethod
    def configured(cls, services: Services) -> "WeChatChannel | None":
        """The channel if accounts are configured; StartupError when they are wrong."""
        path = services.settings.wechat_accounts
        return None if path is None else cls(services, Accounts.load(path))

    def routers(self) -> list[APIRouter]:
        """What the application serves for it."""
        return [webhook.router(self.parts), letters.router(self.parts)]

    async def run(self) -> None:
        """Carry messages out until cancelled."""
        tasks = {
            asyncio.create_task(typing.forward(self.parts), name="wechat-typing"),
            asyncio.create_task(self.courier.run(), name="wechat-courier"),
            asyncio.create_task(media.sweep(self.parts.services.settings.data_dir), name="wechat-media"),
        }
        try:
            await asyncio.wait(tasks)
        finally:
            self.courier.stop()
            for task in tasks:
                task.cancel()
            # Bounded: a client library that swallows a cancellation must not keep the service from ending.
            await asyncio.wait(tasks, timeout=STOP_WITHIN_S)

    async def close(self, grace_s: float) -> None:
        """End what is being sent and close the connections."""
        await self.courier.drain(grace_s)
        await self.parts.errands.end()
        await self.parts.client.close()
        await self.parts.codes.close()
