"""查话费余额: what is left on the account, or owed."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events
from actions.customer_task import CustomerTask
from actions.formats import yuan
from actions.turn import Turn


class ActionQueryBalance(CustomerTask):
    """Balance, given money, or what is owed."""

    action_name = "action_query_balance"

    async def query(self, dispatcher: CollectingDispatcher, turn: Turn, customer_id: str) -> Events:
        """Say the balance of the customer."""
        balance = await self.services.operator.balance.of(customer_id)
        if balance is None:
            return self.nothing_found(dispatcher)
        if balance.total_yuan < 0:
            dispatcher.utter_message(response="utter_balance_owed", owed=yuan(-balance.total_yuan))
        elif balance.gift_yuan:
            dispatcher.utter_message(
                response="utter_balance_with_gift", balance=yuan(balance.total_yuan), gift=yuan(balance.gift_yuan)
            )
        else:
            dispatcher.utter_message(response="utter_balance", balance=yuan(balance.total_yuan))
        return []
