"""The demo: pick a customer of the sandbox operator and be them. Development only."""

import time
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Path
from pydantic import BaseModel, ValidationError

from handoff import auth
from handoff.deps import ServicesDep
from handoff.errors import HandoffError, NotFound
from handoff.models import Customer
from handoff.schemas.common import error_responses
from handoff.services import Services

router = APIRouter(prefix="/demo", tags=["demo"])

IDENTITY_LIFETIME_S = 3600
OPERATOR_TIMEOUT_S = 3.0


class OperatorUnavailable(HandoffError):
    """The sandbox operator does not answer."""

    status = 503

    def __init__(self) -> None:
        super().__init__("operator_unavailable", "演示用的运营商系统没有响应，可以先不选客户直接试用。")


class DemoIdentity(BaseModel):
    """A customer to be."""

    id: str
    name: str
    phone_masked: str
    region: str | None
    plan: str | None
    segment: str | None
    vip: bool
    elderly: bool


class DemoIdentities(BaseModel):
    """Customers to choose from."""

    identities: list[DemoIdentity]


class SignedIdentity(BaseModel):
    """What the operator's app would hand over."""

    identity_token: str


@router.get("/identities", responses=error_responses(503))
async def identities(services: ServicesDep) -> DemoIdentities:
    """Demo customers."""
    return DemoIdentities(
        identities=[
            DemoIdentity(**customer.model_dump(exclude={"phone"}), phone_masked=customer.phone_masked)
            for customer in await _customers(services)
        ]
    )


@router.post("/identities/{identity_id}", responses=error_responses(404, 503))
async def sign(
    services: ServicesDep, identity_id: Annotated[str, Path(min_length=1, max_length=100)]
) -> SignedIdentity:
    """An identity token for a demo customer."""
    for customer in await _customers(services):
        if customer.id == identity_id:
            secret = services.settings.identity_secret.get_secret_value()
            expires_at_s = int(time.time()) + IDENTITY_LIFETIME_S
            return SignedIdentity(identity_token=auth.identity_token(customer, secret, expires_at_s))
    raise NotFound("identity_not_found", "没有这个演示客户。")


async def _customers(services: Services) -> list[Customer]:
    url = f"{services.settings.customers_url}/sandbox/customers"
    try:
        async with httpx.AsyncClient(timeout=OPERATOR_TIMEOUT_S, trust_env=False) as client:
            response = await client.get(url)
            response.raise_for_status()
            rows: list[dict[str, Any]] = response.json()
            return [Customer.model_validate(row) for row in rows]
    except (httpx.HTTPError, ValueError, ValidationError, TypeError) as error:
        raise OperatorUnavailable from error
