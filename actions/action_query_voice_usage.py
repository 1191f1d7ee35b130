"""查剩余通话分钟: what is left of this month's voice minutes."""

from __future__ import annotations

from actions.allowance_task import AllowanceTask


class ActionQueryVoiceUsage(AllowanceTask):
    """What is left of this month's voice minutes."""

    action_name = "action_query_voice_usage"
    usage_type = "voice"
    response = "utter_voice"

    @staticmethod
    def amount(number: float) -> str:
        """(see parent class for full docstring)"""
        return f"{number:.0f} 分钟"
