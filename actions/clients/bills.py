"""TMF678 Customer Bill Management API v4: `customerBill` and its `appliedCustomerBillingRate` lines."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from actions.clients.errors import TooSlow
from actions.clients.fields import money_yuan, reading, text
from actions.clients.http import JsonClient
from actions.months import Month

BILLS = "/tmf-api/customerBillManagement/v4/customerBill"
RATES = "/tmf-api/customerBillManagement/v4/appliedCustomerBillingRate"


@dataclass(frozen=True)
class BillItem:
    """One line; `amount_yuan` is negative for a credit."""

    name: str
    amount_yuan: float


@dataclass(frozen=True)
class Bill:
    """A month's bill, its lines largest first; `final` is false while the month is still running."""

    number: str
    month: Month
    final: bool
    amount_yuan: float
    items: tuple[BillItem, ...]


class BillClient:
    """`customerBill` of one month with its lines."""

    def __init__(self, http: JsonClient, budget_s: float) -> None:
        self._http = http
        self._budget_s = budget_s

    async def of(self, customer_id: str, month: Month) -> Bill | None:
        """The customer's bill of a month, None when there is none. Raises ClientError.

        Two calls, but one time budget for both together.
        """
        try:
            async with asyncio.timeout(self._budget_s):
                return await self._of(customer_id, month)
        except TimeoutError as e:
            raise TooSlow("operator", f"no bill within {self._budget_s} s") from e

    async def _of(self, customer_id: str, month: Month) -> Bill | None:
        found = await self._http.get(
            BILLS,
            **{
                "relatedParty.id": customer_id,
                "billingPeriod.startDateTime.gte": month.start,
                "billingPeriod.startDateTime.lt": month.next().start,
            },
        )
        with reading("operator"):
            # Some operators ignore the filter; what lies outside the month is left out here.
            bills = [bill for bill in found if _month(bill["billingPeriod"]["startDateTime"]) == month]
        if not bills:
            return None
        with reading("operator"):
            number = text(bills[0]["id"])
            final = bills[0].get("category") != "interim"
            amount = money_yuan(bills[0]["amountDue"])
        rates = await self._http.get(RATES, **{"bill.id": number})
        with reading("operator"):
            items = [BillItem(text(rate["name"]), money_yuan(rate["taxIncludedAmount"])) for rate in rates]
        items.sort(key=lambda item: item.amount_yuan, reverse=True)
        return Bill(number, month, final, amount, tuple(items))


def _month(moment: str) -> Month:
    start = datetime.fromisoformat(moment)
    return Month(start.year, start.month)
