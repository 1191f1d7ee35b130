"""The operator's verification codes: who has this phone number in hand is this customer."""

import httpx
from pydantic import ValidationError

from handoff.models import Customer

TIMEOUT_S = 2.5  # the customer waits, and the platform for us
SENT_A_MOMENT_AGO = 429


class OperatorUnavailable(Exception):
    """The operator's systems do not answer."""


class OperatorCodes:
    """Sends and checks codes at the operator."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, phone: str) -> None:
        """Have a code sent to this number.

        One that was sent a moment ago is as good: whoever asks twice, or in place of a delivery that died, gets on with
        it. Nor is it told apart, for only the numbers of customers are ever sent one.
        """
        response = await self._post("/verification/codes", {"phone": phone})
        if not response.is_success and response.status_code != SENT_A_MOMENT_AGO:
            raise OperatorUnavailable

    async def check(self, phone: str, code: str) -> Customer | None:
        """The customer with this number when the code is right, else None."""
        response = await self._post("/verification/checks", {"phone": phone, "code": code})
        if response.status_code == httpx.codes.FORBIDDEN:
            return None
        try:
            response.raise_for_status()
            return Customer.model_validate(response.json())
        except (httpx.HTTPError, ValueError, ValidationError):
            raise OperatorUnavailable from None

    async def _post(self, path: str, body: dict[str, str]) -> httpx.Response:
        try:
            return await self._http.post(path, json=body)
        except httpx.HTTPError:
            raise OperatorUnavailable from None  # the cause may show the number
