"""查剩余短信条数: what is left of this month's messages."""

from __future__ import annotations

from actions.allowance_task import AllowanceTask


class ActionQuerySmsUsage(AllowanceTask):
    """What is left of this month's messages."""

    action_name = "action_query_sms_usage"
    usage_type = "sms"
    response = "utter_sms"

    @staticmethod
    def amount(number: float) -> str:
        """(see parent class for full docstring)"""
        return f"{number:.0f} 条"
