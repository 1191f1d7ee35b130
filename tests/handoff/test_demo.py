"""Demo identities come from the sandbox operator, and only in development."""

import httpx
import jwt
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from handoff.app import create_app
from handoff.services import Services
from tests.handoff.conftest import IDENTITY_SECRET
from tests.handoff.people import Visitor, client
from tests.handoff.servers import free_port, serve

CUSTOMER = {
    "id": "C1", "name": "王芳", "phone": "13900001111", "region": "四川", "plan": "畅享 99", "segment": "prepaid",
    "vip": False, "elderly": True,
}  # fmt: skip


def operator(answer) -> Starlette:
    async def customers(_request):
        return answer

    return Starlette(routes=[Route("/sandbox/customers", customers)])


async def test_be_a_demo_customer(settings, services):
    async with serve(operator(JSONResponse([CUSTOMER]))) as operator_url:
        here = settings.model_copy(update={"operator_url": operator_url})
        async with serve(create_app(Services.build(here))) as url, client(url) as http:
            [identity] = (await http.get("/demo/identities")).json()["identities"]
            assert identity["phone_masked"] == "139****1111"
            assert "13900001111" not in str(identity)
            token = (await http.post("/demo/identities/C1")).json()["identity_token"]
            assert jwt.decode(token, IDENTITY_SECRET, algorithms=["HS256"])["sub"] == "C1"
            visitor = await Visitor.open(url, http, identity_token=token)
            assert visitor.opened["customer"]["name"] == "王芳"
            assert (await http.post("/demo/identities/C2")).status_code == 404


@pytest.mark.parametrize(
    "answer", [None, PlainTextResponse("x", 500), JSONResponse({"a": 1}), JSONResponse([{"id": ""}])]
)
async def test_operator_that_does_not_answer(settings, services, answer):
    async with serve(operator(answer)) as operator_url:
        where = operator_url if answer is not None else f"http://127.0.0.1:{free_port()}"
        here = settings.model_copy(update={"operator_url": where})
        async with serve(create_app(Services.build(here))) as url, client(url) as http:
            refused = await http.get("/demo/identities")
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "operator_unavailable")


async def test_production_has_no_demo(settings, services):
    production = settings.model_copy(update={"env": "production"})
    async with serve(create_app(Services.build(production))) as url, httpx.AsyncClient(base_url=url) as http:
        assert (await http.get("/demo/identities")).status_code == 404
        assert (await http.post("/demo/identities/C1")).status_code in (404, 405)
        assert (await http.get("/docs")).status_code == 404
