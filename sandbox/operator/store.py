"""The sandbox's SQLite database: seeded anew at every start and whenever a new month begins."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.operator.bills import bills_of
from sandbox.operator.customers import CUSTOMERS, SandboxCustomer
from sandbox.operator.months import first_day

SCHEMA = """
CREATE TABLE customer (id TEXT PRIMARY KEY, name TEXT, phone TEXT UNIQUE, region TEXT, plan TEXT, segment TEXT,
                       vip INTEGER, elderly INTEGER);
CREATE TABLE bucket (id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customer, name TEXT, usage_type TEXT,
                     remaining REAL, used REAL, unit TEXT, valid_from TEXT, valid_until TEXT);
CREATE TABLE bill (number TEXT PRIMARY KEY, customer_id TEXT REFERENCES customer, month TEXT, final INTEGER,
                   total REAL);
CREATE TABLE charge (id TEXT PRIMARY KEY, bill_number TEXT REFERENCES bill, name TEXT, rate_type TEXT, amount REAL);
"""

Row = dict[str, Any]


class Store:
    """Read access to the seeded customers. One connection behind a lock: requests come from several threads."""

    def __init__(self, path: Path | str, today: Callable[[], date]) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._today = today
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._seeded_for: date | None = None

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def customers(self) -> list[Row]:
        """All customers."""
        return self._rows("SELECT * FROM customer ORDER BY id")

    def buckets(self, customer_id: str) -> list[Row]:
        """Balance and usage buckets of one customer; [] for a customer nobody knows."""
        return self._rows("SELECT * FROM bucket WHERE customer_id = ? ORDER BY id", customer_id)

    def bills(self, customer_id: str) -> list[Row]:
        """Bills of one customer, newest first; `month` is the first day of the month, ISO."""
        return self._rows("SELECT * FROM bill WHERE customer_id = ? ORDER BY month DESC", customer_id)

    def charges(self, bill_number: str) -> list[Row]:
        """The lines of one bill, in the order they were charged."""
        return self._rows("SELECT * FROM charge WHERE bill_number = ? ORDER BY rowid", bill_number)

    def bill_owner(self, bill_number: str) -> str | None:
        """The id of the customer whose bill it is, None for an unknown number."""
        rows = self._rows("SELECT customer_id FROM bill WHERE number = ?", bill_number)
        return str(rows[0]["customer_id"]) if rows else None

    def _rows(self, query: str, *values: str) -> list[Row]:
        with self._lock:
            month = first_day(self._today())
            if self._seeded_for != month:
                self._seed()
                self._seeded_for = month
            return [dict(row) for row in self._connection.execute(query, values)]

    def _seed(self) -> None:
        today = self._today()
        for table in ("charge", "bill", "bucket", "customer"):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        self._connection.executescript(SCHEMA)
        for customer in CUSTOMERS:
            self._add_customer(customer)
            self._add_buckets(customer, today)
            self._add_bills(customer, today)
        self._connection.commit()

    def _add_customer(self, c: SandboxCustomer) -> None:
        values = (c.id, c.name, c.phone, c.region, c.plan.name, c.segment, int(c.vip), int(c.elderly))
        self._connection.execute("INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def _add_buckets(self, c: SandboxCustomer, today: date) -> None:
        start, end = first_day(today).isoformat(), first_day(today, -1).isoformat()
        quarter = first_day(today, -3).isoformat()
        minutes = round(c.plan.voice_minutes * min(1.0, c.used_data_gb / c.plan.data_gb * 0.6))
        # id suffix, name, usage type, remaining, used, unit, valid from, valid until ("" = no end)
        rows: list[tuple[str, str, str, float, float, str, str, str]] = [
            ("main", "话费账户", "monetary", c.balance_yuan, 0, "CNY", start, ""),
            ("data", "套餐内国内流量", "data", *_split(c.plan.data_gb * 1024, c.used_data_gb * 1024), "MB", start, end),
            ("voice", "套餐内国内语音", "voice", *_split(c.plan.voice_minutes, minutes), "min", start, end),
            ("sms", "套餐内短信", "sms", *_split(c.plan.messages, c.plan.messages // 10), "sms", start, end),
        ]
        if c.gift_yuan:
            rows.append(("gift", "赠送话费", "monetary", c.gift_yuan, 0, "CNY", start, quarter))
        if c.data_pack_gb:
            rows.append(("pack", "流量加油包", "data", c.data_pack_gb * 1024, 0, "MB", start, end))
        for suffix, *rest in rows:
            values = (f"{c.id}-{suffix}", c.id, *rest)
            self._connection.execute("INSERT INTO bucket VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def _add_bills(self, c: SandboxCustomer, today: date) -> None:
        for bill in bills_of(c, today):
            self._connection.execute(
                "INSERT INTO bill VALUES (?, ?, ?, ?, ?)",
                (bill.number, c.id, bill.month.isoformat(), int(bill.final), bill.total_yuan),
            )
            for position, charge in enumerate(bill.charges):
                self._connection.execute(
                    "INSERT INTO charge VALUES (?, ?, ?, ?, ?)",
                    (f"{bill.number}-{position}", bill.number, charge.name, charge.rate_type, charge.amount_yuan),
                )


def _split(included: float, used: float) -> tuple[float, float]:
    """(remaining, used) of an allowance; what was used beyond it is billed, not negative."""
    used = min(used, included)
    return round(included - used, 2), round(used, 2)
