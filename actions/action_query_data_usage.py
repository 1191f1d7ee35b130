"""查剩余流量: what is left of this month's data."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events
from actions.clients.usage import UsageBucket
from actions.customer_task import CustomerTask
from actions.formats import volume
from actions.turn import Turn

# Below this part of the month's data the customer is shown how to buy more.
NEARLY_USED_UP = 0.1


class ActionQueryDataUsage(CustomerTask):
    """What is left of all data allowances together, and of each."""

    action_name = "action_query_data_usage"

    async def query(self, dispatcher: CollectingDispatcher, turn: Turn, customer_id: str) -> Events:
        """Say what is left and what was used."""
        buckets = await self.services.operator.usage.of(customer_id, "data")
        if not buckets:
            return self.nothing_found(dispatcher)
        remaining = sum(bucket.remaining for bucket in buckets)
        used = sum(bucket.used for bucket in buckets)
        scarce = remaining < NEARLY_USED_UP * (remaining + used)
        dispatcher.utter_message(
            response="utter_data_scarce" if scarce else "utter_data",
            remaining=volume(remaining),
            used=volume(used),
            details=_details(buckets),
        )
        return []


def _details(buckets: list[UsageBucket]) -> str:
    """（套餐内国内流量 921 MB，流量加油包 5 GB）when there is more than one; nothing otherwise."""
    if len(buckets) < 2:
        return ""
    return "（" + "，".join(f"{bucket.name} {volume(bucket.remaining)}" for bucket in buckets) + "）"
