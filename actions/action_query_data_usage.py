"""查剩余流量: what is left of this month's data."""

from __future__ import annotations

from actions.allowance_task import AllowanceTask
from actions.formats import volume


class ActionQueryDataUsage(AllowanceTask):
    """What is left of this month's data."""

    action_name = "action_query_data_usage"
    usage_type = "data"
    response = "utter_data"

    @staticmethod
    def amount(number: float) -> str:
        """(see parent class for full docstring)"""
        return volume(number)
