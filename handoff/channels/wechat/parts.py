"""The parts of the channel, put together once a process."""

from dataclasses import dataclass, field

from handoff.channels.wechat.accounts import Accounts
from handoff.channels.wechat.client import Client
from handoff.channels.wechat.errands import Errands
from handoff.channels.wechat.menu import Menu
from handoff.channels.wechat.operator_codes import OperatorCodes
from handoff.channels.wechat.people import People
from handoff.keys import Keys
from handoff.services import Services


@dataclass(frozen=True)
class Parts:
    """What the modules of the channel need."""

    services: Services
    accounts: Accounts
    menu: Menu
    client: Client
    people: People
    codes: OperatorCodes
    errands: Errands = field(default_factory=Errands)

    @classmethod
    def build(cls, services: Services, accounts: Accounts) -> "Parts":
        """Put the parts together; nothing connects yet."""
        keys = Keys(services.settings.redis_prefix)
        return cls(
            services=services,
            accounts=accounts,
            menu=Menu.load(services.settings.wechat_menu),
            client=Client(services),
            people=People(services.redis, keys),
            codes=OperatorCodes(services.settings.customers_url),
        )
