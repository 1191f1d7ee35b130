"""The HTTP face of the sandbox operator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from sandbox.operator import months, shapes, verification
from sandbox.operator.store import Store

Json = dict[str, Any]


class Faults(BaseModel):
    """How badly the operator behaves: every TM Forum call waits `delay_ms`, then answers `status` instead of data."""

    delay_ms: int = Field(default=0, ge=0, le=60_000)
    status: int | None = Field(default=None, ge=400, le=599)


class Page:
    """`fields`, `offset` and `limit` as in the TM Forum design guidelines (TMF630)."""

    def __init__(
        self,
        response: Response,
        fields: Annotated[str | None, Query(max_length=500)] = None,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=100)] = 100,
    ) -> None:
        self._response, self._fields, self._offset, self._limit = response, fields, offset, limit

    def of(self, resources: list[Json]) -> list[Json]:
        """The asked-for part of `resources`; the counts go into the headers."""
        page = resources[self._offset : self._offset + self._limit]
        self._response.headers["X-Total-Count"] = str(len(resources))
        self._response.headers["X-Result-Count"] = str(len(page))
        if self._fields is None:
            return page
        kept = {"id", "href", *(name.strip() for name in self._fields.split(","))}
        return [{key: value for key, value in resource.items() if key in kept} for resource in page]


CustomerId = Annotated[str, Query(alias="relatedParty.id", min_length=1, max_length=64)]
Pages = Annotated[Page, Depends()]


async def _misbehave(request: Request) -> None:
    faults: Faults = request.app.state.faults
    if faults.delay_ms:
        await asyncio.sleep(faults.delay_ms / 1000)
    if faults.status is not None:
        raise HTTPException(faults.status, "fault set for this demonstration")


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


Database = Annotated[Store, Depends(_store)]
tmf = APIRouter(dependencies=[Depends(_misbehave)])
sandbox = APIRouter(prefix="/sandbox")


@tmf.get(f"{shapes.BALANCE}/bucket")
def list_buckets(store: Database, customer: CustomerId, page: Pages, usageType: str | None = None) -> list[Json]:
    """TMF654 Prepay Balance Management: the buckets of a customer."""
    rows = [row for row in store.buckets(customer) if usageType in (None, row["usage_type"])]
    return page.of([shapes.balance_bucket(row) for row in rows])


@tmf.get(f"{shapes.BALANCE}/accumulatedBalance")
def list_accumulated_balances(store: Database, customer: CustomerId, page: Pages) -> list[Json]:
    """TMF654 Prepay Balance Management: all monetary buckets of a customer added up."""
    rows = [row for row in store.buckets(customer) if row["usage_type"] == "monetary"]
    return page.of([shapes.accumulated_balance(customer, rows)] if rows else [])


@tmf.get(f"{shapes.USAGE}/usageConsumptionReport")
def list_usage_reports(store: Database, customer: CustomerId, page: Pages) -> list[Json]:
    """TMF677 Usage Consumption: the running month's report of a customer."""
    rows = [row for row in store.buckets(customer) if row["usage_type"] != "monetary"]
    return page.of([shapes.usage_report(customer, rows)] if rows else [])


@tmf.get(f"{shapes.BILLS}/customerBill")
def list_bills(
    store: Database,
    customer: CustomerId,
    page: Pages,
    since: Annotated[datetime | None, Query(alias="billingPeriod.startDateTime.gte")] = None,
    before: Annotated[datetime | None, Query(alias="billingPeriod.startDateTime.lt")] = None,
) -> list[Json]:
    """TMF678 Customer Bill Management: bills of a customer, newest first, by the start of their billing period."""
    bills = [shapes.customer_bill(row) for row in store.bills(customer)]
    return page.of([bill for bill in bills if _starts_within(bill, since, before)])


@tmf.get(f"{shapes.BILLS}/appliedCustomerBillingRate")
def list_billing_rates(
    store: Database, page: Pages, bill: Annotated[str, Query(alias="bill.id", min_length=1, max_length=64)]
) -> list[Json]:
    """TMF678 Customer Bill Management: the lines of one bill."""
    owner = store.bill_owner(bill) or ""
    return page.of([shapes.billing_rate(row, owner) for row in store.charges(bill)])


@sandbox.get("/customers")
def list_customers(store: Database) -> list[Json]:
    """The seeded customers, for demonstrations and tests; no TM Forum API."""
    return [{**row, "vip": bool(row["vip"]), "elderly": bool(row["elderly"])} for row in store.customers()]


@sandbox.get("/faults")
def get_faults(request: Request) -> Faults:
    """How the TM Forum calls misbehave now."""
    faults: Faults = request.app.state.faults
    return faults


@sandbox.put("/faults")
def put_faults(request: Request, faults: Faults) -> Faults:
    """Make the TM Forum calls slow or failing from now on; `{}` makes them behave again."""
    request.app.state.faults = faults
    return faults


def create_app(database: Path | str, today: Callable[[], date] = months.today) -> FastAPI:
    """The sandbox operator over `database` (a path or ":memory:"); `today` is the day its data is relative to."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.store = Store(database, today)
        yield
        app.state.store.close()

    app = FastAPI(title="Sandbox operator", lifespan=lifespan)
    app.state.faults = Faults()
    app.add_exception_handler(HTTPException, _error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.include_router(tmf)
    app.include_router(sandbox)
    app.include_router(verification.router)
    return app


def _starts_within(bill: Json, since: datetime | None, before: datetime | None) -> bool:
    start = datetime.fromisoformat(bill["billingPeriod"]["startDateTime"])
    aware = [moment.replace(tzinfo=moment.tzinfo or months.CHINA) if moment else None for moment in (since, before)]
    return (aware[0] is None or start >= aware[0]) and (aware[1] is None or start < aware[1])


async def _error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    body = {"code": str(error.status_code), "reason": str(error.detail), "status": str(error.status_code)}
    return JSONResponse(body, status_code=error.status_code)


async def _bad_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    where = ", ".join(".".join(str(part) for part in problem["loc"]) for problem in error.errors())
    return JSONResponse({"code": "400", "reason": f"invalid: {where}", "status": "400"}, status_code=400)
