"""The sandbox operator answers in TM Forum shapes, the same every time."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.operator.app import create_app
from sandbox.operator.customers import CUSTOMERS

TODAY = date(2026, 1, 15)
BALANCE = "/tmf-api/prepayBalanceManagement/v4"
USAGE = "/tmf-api/usageConsumption/v4"
BILLS = "/tmf-api/customerBillManagement/v4"


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(":memory:", lambda: TODAY)) as client:
        yield client


def _get(client: TestClient, path: str, **params: str) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_customers_differ(client: TestClient) -> None:
    customers = _get(client, "/sandbox/customers")
    assert len(customers) >= 8
    assert customers[0] == {
        "id": "C1001",
        "name": "王芳",
        "phone": "13900001001",
        "region": "广东",
        "plan": "小桥畅享59元套餐",
        "segment": "prepaid",
        "vip": False,
        "elderly": False,
    }
    for trait in ("region", "plan", "segment", "vip", "elderly"):
        assert len({customer[trait] for customer in customers}) > 1


def test_bucket(client: TestClient) -> None:
    buckets = _get(client, f"{BALANCE}/bucket", **{"relatedParty.id": "C1005", "usageType": "monetary"})
    assert buckets[0] == {
        "id": "C1005-gift",
        "href": f"{BALANCE}/bucket/C1005-gift",
        "name": "赠送话费",
        "usageType": "monetary",
        "status": "active",
        "isShared": False,
        "remainingValue": {"amount": 10.0, "units": "CNY"},
        "validFor": {"startDateTime": "2026-01-01T00:00:00+08:00", "endDateTime": "2026-03-31T23:59:59+08:00"},
        "relatedParty": [{"id": "C1005", "role": "customer", "@referredType": "Customer"}],
        "@type": "Bucket",
    }
    assert len(buckets) == 2


def test_accumulated_balance_adds_up(client: TestClient) -> None:
    (balance,) = _get(client, f"{BALANCE}/accumulatedBalance", **{"relatedParty.id": "C1005"})
    assert balance["totalBalance"] == {"amount": 13.2, "units": "CNY"}


def test_usage_report(client: TestClient) -> None:
    (report,) = _get(client, f"{USAGE}/usageConsumptionReport", **{"relatedParty.id": "C1001"})
    data = next(bucket for bucket in report["bucket"] if bucket["usageType"] == "data")
    assert data["bucketBalance"][0]["remainingValue"] == {"amount": 11929.6, "units": "MB"}
    assert data["bucketCounter"][0]["value"] == {"amount": 18790.4, "units": "MB"}
    assert {bucket["usageType"] for bucket in report["bucket"]} == {"data", "voice", "sms"}


def test_bills_reach_back_over_new_year(client: TestClient) -> None:
    bills = _get(client, f"{BILLS}/customerBill", **{"relatedParty.id": "C1004"})
    assert [bill["billNo"] for bill in bills[:3]] == ["2026011004", "2025121004", "2025111004"]
    assert [bill["category"] for bill in bills] == ["interim"] + ["normal"] * 6
    assert bills[1]["billingPeriod"] == {
        "startDateTime": "2025-12-01T00:00:00+08:00",
        "endDateTime": "2025-12-31T23:59:59+08:00",
    }


def test_bills_of_one_month(client: TestClient) -> None:
    month = {
        "relatedParty.id": "C1004",
        "billingPeriod.startDateTime.gte": "2025-12-01T00:00:00+08:00",
        "billingPeriod.startDateTime.lt": "2026-01-01T00:00:00+08:00",
    }
    assert [bill["billNo"] for bill in _get(client, f"{BILLS}/customerBill", **month)] == ["2025121004"]


@pytest.mark.parametrize("customer", [customer.id for customer in CUSTOMERS])
def test_lines_add_up_to_the_bill(client: TestClient, customer: str) -> None:
    for bill in _get(client, f"{BILLS}/customerBill", **{"relatedParty.id": customer}):
        rates = _get(client, f"{BILLS}/appliedCustomerBillingRate", **{"bill.id": bill["id"]})
        total = sum(rate["taxIncludedAmount"]["value"] for rate in rates)
        assert total == pytest.approx(bill["amountDue"]["value"])
        assert {rate["bill"]["id"] for rate in rates} == {bill["id"]}


def test_same_bills_after_a_restart(tmp_path: Path) -> None:
    def bills() -> Any:
        with TestClient(create_app(tmp_path / "operator.sqlite", lambda: TODAY)) as client:
            return _get(client, f"{BILLS}/customerBill", **{"relatedParty.id": "C1008"})

    assert bills() == bills()


def test_a_new_month_brings_new_data() -> None:
    day = [date(2026, 1, 31)]
    with TestClient(create_app(":memory:", lambda: day[0])) as client:
        day[0] = date(2026, 2, 1)
        bills = _get(client, f"{BILLS}/customerBill", **{"relatedParty.id": "C1001"})
    assert bills[0]["billNo"] == "2026021001"


@pytest.mark.parametrize("path", [f"{BALANCE}/bucket", f"{USAGE}/usageConsumptionReport", f"{BILLS}/customerBill"])
def test_unknown_customer_has_nothing(client: TestClient, path: str) -> None:
    assert _get(client, path, **{"relatedParty.id": "nobody"}) == []


def test_fields_and_paging(client: TestClient) -> None:
    answer = client.get(
        f"{BILLS}/customerBill", params={"relatedParty.id": "C1001", "fields": "billNo", "offset": 1, "limit": 2}
    )
    assert [bill["billNo"] for bill in answer.json()] == ["2025121001", "2025111001"]
    assert set(answer.json()[0]) == {"id", "href", "billNo"}
    assert (answer.headers["X-Total-Count"], answer.headers["X-Result-Count"]) == ("7", "2")


def test_fault_is_answered_until_taken_back(client: TestClient) -> None:
    query = {"relatedParty.id": "C1001"}
    assert client.put("/sandbox/faults", json={"status": 503}).status_code == 200
    failed = client.get(f"{BALANCE}/bucket", params=query)
    assert (failed.status_code, failed.json()["code"]) == (503, "503")
    client.put("/sandbox/faults", json={})
    assert client.get(f"{BALANCE}/bucket", params=query).status_code == 200


@pytest.mark.parametrize("faults", [{"delay_ms": -1}, {"status": 200}, {"delay_ms": "long"}])
def test_senseless_fault_is_refused(client: TestClient, faults: dict[str, object]) -> None:
    answer = client.put("/sandbox/faults", json=faults)
    assert answer.status_code == 400
    assert answer.json()["reason"].startswith("invalid: body.")


def test_missing_customer_is_a_bad_request(client: TestClient) -> None:
    answer = client.get(f"{BALANCE}/bucket")
    assert (answer.status_code, answer.json()["reason"]) == (400, "invalid: query.relatedParty.id")
