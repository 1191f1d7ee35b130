"""What a customer is charged in a month. The same customer and month always come to the same bill."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from sandbox.operator.customers import SandboxCustomer
from sandbox.operator.months import first_day


@dataclass(frozen=True)
class Charge:
    """One line of a bill. `rate_type` as in TMF678: appliedBillingCharge or appliedBillingCredit."""

    name: str
    rate_type: str
    amount_yuan: float


@dataclass(frozen=True)
class Bill:
    """A month's bill; `final` is false for the running month, whose charges are what came up so far."""

    customer_id: str
    month: date
    final: bool
    charges: tuple[Charge, ...]

    @property
    def number(self) -> str:
        """Unique over customers and months."""
        return f"{self.month:%Y%m}{self.customer_id[1:]}"

    @property
    def total_yuan(self) -> float:
        """All lines together."""
        return round(sum(charge.amount_yuan for charge in self.charges), 2)


def bills_of(customer: SandboxCustomer, today: date, months: int = 6) -> list[Bill]:
    """The running month and the `months` before it, newest first."""
    return [_bill(customer, first_day(today, back), final=back > 0) for back in range(months + 1)]


def _bill(customer: SandboxCustomer, month: date, final: bool) -> Bill:
    # Seeded by customer and month, so a bill stays the same however often and whenever it is asked for.
    chance = random.Random(f"{customer.id}:{month:%Y-%m}")
    charges = [Charge("套餐月费", "appliedBillingCharge", customer.plan.fee_yuan)]
    charges += [Charge(name, "appliedBillingCharge", price) for name, price in customer.extras]
    extra_data = chance.choice([0.0, 0.0, 0.0, 5.0, 10.0, 15.0])
    extra_calls = round(chance.choice([0.0, 0.0, 0.0, 1.0]) * chance.randint(10, 80) * 0.15, 2)
    if not final:
        extra_data, extra_calls = 0.0, round(extra_calls / 2, 2)
    if extra_data:
        charges.append(Charge("套餐外流量费", "appliedBillingCharge", extra_data))
    if extra_calls:
        charges.append(Charge("套餐外语音通话费", "appliedBillingCharge", extra_calls))
    if customer.vip:
        charges.append(Charge("星级客户优惠", "appliedBillingCredit", -10.0))
    return Bill(customer.id, month, final, tuple(charges))
