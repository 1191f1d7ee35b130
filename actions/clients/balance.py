"""TMF654 Prepay Balance Management API v4: `bucket` and what is left in it."""

from __future__ import annotations

from dataclasses import dataclass

from actions.clients.fields import quantity, reading
from actions.clients.http import JsonClient

BUCKETS = "/tmf-api/prepayBalanceManagement/v4/bucket"


@dataclass(frozen=True)
class Balance:
    """Money left on a customer's account; negative when money is owed. `gift_yuan` is part of `total_yuan`."""

    total_yuan: float
    gift_yuan: float


class BalanceClient:
    """`bucket` of usage type monetary."""

    def __init__(self, http: JsonClient) -> None:
        self._http = http

    async def of(self, customer_id: str) -> Balance | None:
        """The balance of a customer, None for a customer the operator does not know. Raises ClientError."""
        buckets = await self._http.get(BUCKETS, **{"relatedParty.id": customer_id, "usageType": "monetary"})
        with reading("operator"):
            amounts = [quantity(bucket["remainingValue"]) for bucket in buckets]
            # Given money runs out one day; the account proper does not.
            gifts = [quantity(bucket["remainingValue"]) for bucket in buckets if bucket["validFor"].get("endDateTime")]
        if not amounts:
            return None
        return Balance(total_yuan=round(sum(amounts), 2), gift_yuan=round(sum(gifts), 2))
