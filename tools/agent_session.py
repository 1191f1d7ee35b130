"""An agent's session as the console keeps it: a short access token, renewed as often as a run needs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Post = Callable[[str, dict[str, Any]], Awaitable[Any]]


class AgentSession:
    """One login, for callers that may use it at the same time.

    Attributes:
        token: the access token of now; empty before the login.
    """

    def __init__(self, post: Post, username: str, password: str) -> None:
        """``post`` sends a body to a path and gives the answer's JSON, or raises."""
        self.token = ""
        self._post = post
        self._credentials = {"username": username, "password": password}
        self._refresh_token = ""
        self._renewing = asyncio.Lock()

    @property
    def headers(self) -> dict[str, str]:
        """What names the agent in a call."""
        return {"Authorization": f"Bearer {self.token}"}

    async def log_in(self) -> None:
        """Starts the session."""
        self._take(await self._post("/api/v1/agent/login", self._credentials))

    async def renew(self, stale: str) -> None:
        """A new access token instead of ``stale``; nothing to do when another caller has renewed it meanwhile.

        Raises whatever ``post`` raises when the session is over.
        """
        async with self._renewing:
            if self.token == stale:
                self._take(await self._post("/api/v1/agent/refresh", {"refresh_token": self._refresh_token}))

    def _take(self, session: dict[str, Any]) -> None:
        self.token, self._refresh_token = session["token"], session["refresh_token"]
