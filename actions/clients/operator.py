"""The operator's systems, reached through TM Forum Open APIs version 4.

Balance, usage and bills are three APIs behind one base URL (`XIAOQIAO_OPERATOR_URL`); the sandbox operator serves
them in development, an operator's gateway in production.
"""

from __future__ import annotations

from actions.clients.balance import BalanceClient
from actions.clients.bills import BillClient
from actions.clients.http import JsonClient
from actions.clients.usage import UsageClient

# A turn has 2.5 s in all; Rasa, the decision and the way back need their part of it.
OPERATOR_BUDGET_S = 1.2


class OperatorClient:
    """All operator APIs over one connection pool. Every call raises a ClientError when it cannot be answered."""

    def __init__(self, base_url: str, budget_s: float = OPERATOR_BUDGET_S) -> None:
        self._http = JsonClient("operator", base_url, budget_s)
        self.balance = BalanceClient(self._http)
        self.usage = UsageClient(self._http)
        self.bills = BillClient(self._http, budget_s)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
