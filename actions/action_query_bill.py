"""查月账单: one month's bill with its largest items; asks for the month when none was named."""

from __future__ import annotations

from datetime import date

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events
from actions.clients.bills import Bill
from actions.customer_task import CustomerTask
from actions.formats import yuan
from actions.months import Month, find_month, today
from actions.turn import Turn

ITEMS_SHOWN = 4


class ActionQueryBill(CustomerTask):
    """One month's bill."""

    action_name = "action_query_bill"

    async def query(self, dispatcher: CollectingDispatcher, turn: Turn, customer_id: str) -> Events:
        """Say the bill of the month in the slot, or ask which month."""
        found = find_month(turn.slot("month") or "", today())
        if found is None:
            # The slot `pending` already says that a month is waited for.
            dispatcher.utter_message(response="utter_ask_month", buttons=_month_buttons(today()))
            return []
        await self._show(dispatcher, customer_id, found.month)
        return [SlotSet("month", None)]

    async def _show(self, dispatcher: CollectingDispatcher, customer_id: str, month: Month) -> None:
        title = month.title(today())
        if month > Month(today().year, today().month):
            dispatcher.utter_message(response="utter_bill_future", month_title=title, buttons=_month_buttons(today()))
            return
        bill = await self.services.operator.bills.of(customer_id, month)
        if bill is None:
            dispatcher.utter_message(response="utter_bill_none", month_title=title)
            return
        dispatcher.utter_message(
            response="utter_bill" if bill.final else "utter_bill_so_far",
            month_title=title,
            amount=yuan(bill.amount_yuan),
            items=_items(bill),
        )


def _items(bill: Bill) -> str:
    """套餐月费 ¥59.00、套餐外流量费 ¥5.00 等 6 项."""
    named = "、".join(f"{item.name} {yuan(item.amount_yuan)}" for item in bill.items[:ITEMS_SHOWN])
    return named + (f" 等 {len(bill.items)} 项" if len(bill.items) > ITEMS_SHOWN else "")


def _month_buttons(today: date) -> list[dict[str, str]]:
    running = Month(today.year, today.month)
    return [
        {"title": title, "payload": f'/query_bill{{"month": "{month}"}}'}
        for title, month in (
            (f"上个月（{running.back(1).month}月）", running.back(1)),
            (f"这个月（{running.month}月）", running),
            (f"{running.back(2).month}月", running.back(2)),
        )
    ]
