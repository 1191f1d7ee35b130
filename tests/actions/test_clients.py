"""Clients against answers that no sandbox gives: garbled, foreign, too slow in parts."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from actions.clients.balance import Balance, BalanceClient
from actions.clients.bills import BillClient
from actions.clients.errors import BadAnswer, ClientError, Refused, TooSlow, Unreachable
from actions.clients.http import JsonClient
from actions.clients.usage import UsageBucket, UsageClient
from actions.months import Month


class Answering:
    """A client whose server is a function; `answer` is the JSON of the next answers."""

    def __init__(self) -> None:
        self.answer: Any = []
        self.seen: list[httpx.Request] = []
        self.client = JsonClient("operator", "http://operator.test", 1.0)
        self.client._http = httpx.AsyncClient(
            base_url="http://operator.test", transport=httpx.MockTransport(self._handle)
        )

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if isinstance(self.answer, httpx.Response) else httpx.Response(200, json=self.answer)


@pytest.fixture
async def operator() -> AsyncIterator[Answering]:
    answering = Answering()
    yield answering
    await answering.client.close()


def _bucket(amount: object, **more: object) -> dict[str, object]:
    return {"id": "b", "remainingValue": {"amount": amount, "units": "CNY"}, "validFor": {}} | more


async def test_balance_reads_strings_of_numbers(operator: Answering) -> None:
    operator.answer = [_bucket("10.50"), _bucket(2, validFor={"endDateTime": "2027-01-01T00:00:00+08:00"})]
    assert await BalanceClient(operator.client).of("C1") == Balance(12.5, 2.0)
    assert dict(operator.seen[0].url.params) == {"relatedParty.id": "C1", "usageType": "monetary"}


@pytest.mark.parametrize("answer", [{}, {"error": "x"}, [{}], [_bucket(None)], [_bucket("much")], ["x"], 7, None])
async def test_garbled_balance(operator: Answering, answer: object) -> None:
    operator.answer = answer
    if answer == {}:
        assert await BalanceClient(operator.client).of("C1") is None
    else:
        with pytest.raises(BadAnswer):
            await BalanceClient(operator.client).of("C1")


async def test_usage_in_gigabytes(operator: Answering) -> None:
    value = {"amount": 2, "units": "GB"}
    operator.answer = [
        {"bucket": [{"name": "流量", "usageType": "data", "bucketBalance": [{"remainingValue": value}]}]}
    ]
    assert await UsageClient(operator.client).of("C1", "data") == [UsageBucket("流量", "data", 2048.0, 0)]


async def test_bill_in_foreign_money_is_not_shown_as_yuan(operator: Answering) -> None:
    operator.answer = [
        {
            "id": "1",
            "amountDue": {"unit": "USD", "value": 5},
            "billingPeriod": {"startDateTime": "2026-10-01T00:00:00+08:00"},
        }
    ]
    with pytest.raises(BadAnswer):
        await BillClient(operator.client, 1.0).of("C1", Month(2026, 10))


async def test_bill_of_another_month_is_not_taken(operator: Answering) -> None:
    operator.answer = [{"id": "1", "billingPeriod": {"startDateTime": "2026-09-01T00:00:00+08:00"}}]
    assert await BillClient(operator.client, 1.0).of("C1", Month(2026, 10)) is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(200, text="<html>"), BadAnswer),
        (httpx.Response(404, json={"code": "404"}), Refused),
        (httpx.Response(503, text="down"), Refused),
        (httpx.ConnectError("refused"), Unreachable),
        (httpx.RemoteProtocolError("cut"), Unreachable),
        (httpx.ReadTimeout("slow"), TooSlow),
    ],
)
async def test_errors(operator: Answering, answer: object, error: type[ClientError]) -> None:
    operator.answer = answer
    with pytest.raises(error) as caught:
        await operator.client.get("/x")
    assert caught.value.system == "operator"


async def test_refusal_keeps_the_code(operator: Answering) -> None:
    operator.answer = httpx.Response(409, json={"error": {"code": "stale_turn", "message": "…"}})
    with pytest.raises(Refused) as caught:
        await operator.client.post("/x", {})
    assert (caught.value.status, caught.value.code) == (409, "stale_turn")


async def test_both_calls_of_a_bill_share_one_budget() -> None:
    class Slow:
        """Every call takes most of the budget."""

        async def get(self, path: str, **params: str) -> Any:
            await asyncio.sleep(0.06)
            return [
                {
                    "id": "1",
                    "name": "x",
                    "amountDue": {"value": 1},
                    "billingPeriod": {"startDateTime": "2026-10-01T00:00:00+08:00"},
                }
            ]

    with pytest.raises(TooSlow):
        await BillClient(Slow(), 0.1).of("C1", Month(2026, 10))  # type: ignore[arg-type]
