"""Rows of the store in the shapes of the TM Forum Open APIs, version 4."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sandbox.operator.months import CHINA, first_day, last_moment_before, start_of
from sandbox.operator.store import Row

BALANCE = "/tmf-api/prepayBalanceManagement/v4"
USAGE = "/tmf-api/usageConsumption/v4"
BILLS = "/tmf-api/customerBillManagement/v4"

Json = dict[str, Any]


def balance_bucket(row: Row) -> Json:
    """TMF654 `Bucket`."""
    return {
        "id": row["id"],
        "href": f"{BALANCE}/bucket/{row['id']}",
        "name": row["name"],
        "usageType": row["usage_type"],
        "status": "active",
        "isShared": False,
        "remainingValue": {"amount": row["remaining"], "units": row["unit"]},
        "validFor": _period(row["valid_from"], row["valid_until"]),
        "relatedParty": [_customer(row["customer_id"])],
        "@type": "Bucket",
    }


def accumulated_balance(customer_id: str, rows: list[Row]) -> Json:
    """TMF654 `AccumulatedBalance`: all monetary buckets of a customer together."""
    total = round(sum(row["remaining"] for row in rows), 2)
    return {
        "id": f"{customer_id}-monetary",
        "href": f"{BALANCE}/accumulatedBalance/{customer_id}-monetary",
        "name": "话费余额",
        "totalBalance": {"amount": total, "units": "CNY"},
        "bucket": [{"id": row["id"], "name": row["name"]} for row in rows],
        "relatedParty": [_customer(customer_id)],
        "@type": "AccumulatedBalance",
    }


def usage_report(customer_id: str, rows: list[Row]) -> Json:
    """TMF677 `UsageConsumptionReport`: each bucket with what remains (bucketBalance) and was used (bucketCounter)."""
    return {
        "id": f"{customer_id}-report",
        "href": f"{USAGE}/usageConsumptionReport/{customer_id}-report",
        "name": "本月使用量",
        "effectiveDate": datetime.now(CHINA).isoformat(timespec="seconds"),
        "bucket": [_usage_bucket(row) for row in rows],
        "relatedParty": _customer(customer_id),
        "@type": "UsageConsumptionReport",
    }


def _usage_bucket(row: Row) -> Json:
    period = _period(row["valid_from"], row["valid_until"])
    return {
        "id": row["id"],
        "name": row["name"],
        "usageType": row["usage_type"],
        "isShared": False,
        "bucketBalance": [{"remainingValue": {"amount": row["remaining"], "units": row["unit"]}, "validFor": period}],
        "bucketCounter": [
            {
                "counterType": "used",
                "level": "global",
                "value": {"amount": row["used"], "units": row["unit"]},
                "consumptionPeriod": period,
            }
        ],
    }


def customer_bill(row: Row) -> Json:
    """TMF678 `CustomerBill`. The running month's bill has category `interim` and is not due yet."""
    month = date.fromisoformat(row["month"])
    next_month = first_day(month, -1)
    amount = {"unit": "CNY", "value": row["total"]}
    return {
        "id": row["number"],
        "href": f"{BILLS}/customerBill/{row['number']}",
        "billNo": row["number"],
        "billDate": start_of(next_month),
        "category": "normal" if row["final"] else "interim",
        "runType": "onCycle",
        "state": "settled" if row["final"] else "new",
        "billingPeriod": {"startDateTime": start_of(month), "endDateTime": last_moment_before(next_month)},
        "amountDue": amount,
        "taxIncludedAmount": amount,
        "remainingAmount": {"unit": "CNY", "value": 0.0 if row["final"] else row["total"]},
        "relatedParty": [_customer(row["customer_id"])],
        "@type": "CustomerBill",
    }


def billing_rate(row: Row, customer_id: str) -> Json:
    """TMF678 `AppliedCustomerBillingRate`: one line of a bill."""
    return {
        "id": row["id"],
        "href": f"{BILLS}/appliedCustomerBillingRate/{row['id']}",
        "name": row["name"],
        "rateType": row["rate_type"],
        "isBilled": True,
        "taxIncludedAmount": {"unit": "CNY", "value": row["amount"]},
        "bill": {"id": row["bill_number"], "href": f"{BILLS}/customerBill/{row['bill_number']}"},
        "relatedParty": [_customer(customer_id)],
        "@type": "AppliedCustomerBillingRate",
    }


def _customer(customer_id: str) -> Json:
    return {"id": customer_id, "role": "customer", "@referredType": "Customer"}


def _period(valid_from: str, valid_until: str) -> Json:
    period = {"startDateTime": start_of(date.fromisoformat(valid_from))}
    if valid_until:
        period["endDateTime"] = last_moment_before(date.fromisoformat(valid_until))
    return period
