"""The pages: static files of the web build, with a content security policy."""

from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

NOT_BUILT = (
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>小桥</title><p>页面还没有构建，请先运行 make web。</p>"
)

HEADERS = {
    # Everything comes from here; styles may be inline because components set them, scripts never. 'self' covers the
    # WebSocket of the same host too (CSP 3), so that a script could reach no other host.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# Names of built assets carry a hash of their content; pages do not and must be asked for anew.
ASSET_CACHE = "public, max-age=31536000, immutable"


class Pages(StaticFiles):
    """Static files with security headers. The folder may be built after the service has started."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder

    async def check_config(self) -> None:
        """A missing folder is said in the answer, see get_response."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """(see parent class for full docstring)"""
        if not self._folder.is_dir() and path == ".":
            return HTMLResponse(NOT_BUILT, status_code=503, headers=HEADERS)
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        response.headers["Cache-Control"] = ASSET_CACHE if "assets/" in path else "no-cache"
        return response


def mount(app: FastAPI, web_dir: Path) -> None:
    """Serve the widget, the console and the demo page (last: it has the root)."""
    for name in ("widget", "console"):
        app.add_route(f"/{name}", _add_slash, include_in_schema=False)
        app.mount(f"/{name}", Pages(web_dir / name), name=name)
    app.mount("/", Pages(web_dir / "demo"), name="demo")


async def _add_slash(request: Request) -> RedirectResponse:
    return RedirectResponse(request.url.path + "/")
