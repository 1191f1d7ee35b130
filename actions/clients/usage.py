"""TMF677 Usage Consumption API v4: `usageConsumptionReport`, its buckets and counters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from actions.clients.fields import quantity, reading, text
from actions.clients.http import JsonClient

REPORT = "/tmf-api/usageConsumption/v4/usageConsumptionReport"

# Data volumes arrive in any of these units and are kept in MB.
_MB = {"KB": 1 / 1024, "MB": 1.0, "GB": 1024.0}


@dataclass(frozen=True)
class UsageBucket:
    """One allowance: what is left and what was used, data in MB, voice in minutes, messages in pieces."""

    name: str
    usage_type: str  # "data", "voice" or "sms"
    remaining: float
    used: float


class UsageClient:
    """`usageConsumptionReport` of the running month."""

    def __init__(self, http: JsonClient) -> None:
        self._http = http

    async def of(self, customer_id: str, usage_type: str) -> list[UsageBucket]:
        """The customer's allowances of one usage type; [] when there is none. Raises ClientError."""
        reports = await self._http.get(REPORT, **{"relatedParty.id": customer_id})
        with reading("operator"):
            buckets = [_bucket(bucket) for report in reports for bucket in report["bucket"]]
        return [bucket for bucket in buckets if bucket.usage_type == usage_type]


def _bucket(bucket: Any) -> UsageBucket:
    used = [counter["value"] for counter in bucket.get("bucketCounter", []) if counter.get("counterType") == "used"]
    remaining = [balance["remainingValue"] for balance in bucket["bucketBalance"]]
    return UsageBucket(
        name=text(bucket["name"]),
        usage_type=text(bucket["usageType"]),
        remaining=sum(_amount(value) for value in remaining),
        used=sum(_amount(value) for value in used),
    )


def _amount(value: Any) -> float:
    return quantity(value) * _MB.get(str(value.get("units", "")).upper(), 1.0)
