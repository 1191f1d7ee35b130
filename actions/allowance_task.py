"""What the queries of an allowance share: data, voice minutes or messages left this month."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import ClassVar

from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events
from actions.clients.usage import UsageBucket
from actions.customer_task import CustomerTask
from actions.months import Month, find_months, today
from actions.turn import Turn

# Below this part of the month's allowance the customer is shown how to get more.
NEARLY_USED_UP = 0.1

_DAY = re.compile(r"昨[天日晚]|前[天日晚]|今[天日早晚].{0,4}(用|花|耗)|上周|这周|本周|去年|前年|\d+[号日](?!码)")


class AllowanceTask(CustomerTask):
    """All buckets of one usage type together, and each of them when there are several."""

    usage_type: ClassVar[str]
    response: ClassVar[str]
    """The response to give; with `_scarce` after it when the allowance is nearly used up."""

    @staticmethod
    @abstractmethod
    def amount(number: float) -> str:
        """A number of this usage type as people read it."""

    async def query(self, dispatcher: CollectingDispatcher, turn: Turn, customer_id: str) -> Events:
        """Say what is left and what was used."""
        buckets = await self.services.operator.usage.of(customer_id, self.usage_type)
        if not buckets:
            return self.nothing_found(dispatcher)
        if _asks_of_another_time(turn.text):
            # Only the running month is known; without a word its figures would pass for those asked for.
            dispatcher.utter_message(response="utter_usage_this_month_only")
        remaining = sum(bucket.remaining for bucket in buckets)
        used = sum(bucket.used for bucket in buckets)
        scarce = remaining < NEARLY_USED_UP * (remaining + used)
        dispatcher.utter_message(
            response=f"{self.response}_scarce" if scarce else self.response,
            remaining=self.amount(remaining),
            used=self.amount(used),
            details=self._details(buckets),
        )
        return []

    def _details(self, buckets: list[UsageBucket]) -> str:
        """（套餐内国内流量 921 MB，流量加油包 5 GB）when there is more than one; nothing otherwise."""
        if len(buckets) < 2:
            return ""
        return "（" + "，".join(f"{bucket.name} {self.amount(bucket.remaining)}" for bucket in buckets) + "）"


def _asks_of_another_time(text: str) -> bool:
    """Whether the text asks of a day, or of another month than the running one."""
    running = Month(today().year, today().month)
    return bool(_DAY.search(text)) or any(found.month != running for found in find_months(text, today()))
