"""查月账单: one month's bill with its largest items; asks for the month when none was named."""

from __future__ import annotations

from datetime import date

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events
from actions.clients.bills import Bill
from actions.customer_task import CustomerTask
from actions.formats import yuan
from actions.months import Month, find_month, find_months, names_no_month, offered_months, today
from actions.turn import Turn
from bot.decision import Pending

ITEMS_SHOWN = 4
# More than two bills in one answer would be hard to read, and each costs the operator's time.
MONTHS_SHOWN = 2


class ActionQueryBill(CustomerTask):
    """One month's bill."""

    action_name = "action_query_bill"

    async def query(self, dispatcher: CollectingDispatcher, turn: Turn, customer_id: str) -> Events:
        """Say the bills of the months asked for, or ask which month.

        The slot `month` keeps the one shown last: 再上个月 counts from it.
        """
        decided = find_month(turn.slot("month") or "", today())
        if decided is None:
            # The slot `pending` already says that a month is waited for.
            response = "utter_no_such_month" if names_no_month(turn.text) else "utter_ask_month"
            dispatcher.utter_message(response=response, buttons=_month_buttons(today()))
            return []
        more = [found.month for found in find_months(turn.text, today())]
        months = list(dict.fromkeys([decided.month, *more[1:]]))[:MONTHS_SHOWN]
        for month in months:
            await self._show(dispatcher, customer_id, month)
        asks_again = months[-1] > _running()
        return [SlotSet("month", str(months[-1])), SlotSet("pending", Pending.MONTH.value if asks_again else None)]

    async def _show(self, dispatcher: CollectingDispatcher, customer_id: str, month: Month) -> None:
        title = month.title(today())
        if month > _running():
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


def _running() -> Month:
    return Month(today().year, today().month)


def _month_buttons(today: date) -> list[dict[str, str]]:
    names = ("上个月（{}月）", "这个月（{}月）", "{}月")
    return [
        {"title": name.format(month.month), "payload": f'/query_bill{{"month": "{month}"}}'}
        for name, month in zip(names, offered_months(today), strict=True)
    ]
