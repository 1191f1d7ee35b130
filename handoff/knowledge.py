"""Asks the action server's knowledge base for articles. The only module that does."""

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from handoff.models import Customer, KnowledgeArticle

log = structlog.get_logger(__name__)

# Longer is not read by the search; and the address of a request has its limit.
MAXIMUM_TEXT = 500


class _Found(BaseModel):
    articles: list[KnowledgeArticle]


class Knowledge:
    """The knowledge base behind the action server's search."""

    def __init__(self, url: str, service_token: str, budget_s: float) -> None:
        self._url = url + "/knowledge/search"
        self._headers = {"Authorization": f"Bearer {service_token}"}
        self._client = httpx.AsyncClient(
            timeout=budget_s,
            # The action server closes idle connections too: give ours up first.
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=5, keepalive_expiry=2.0),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def search(self, text: str, customer: Customer | None, limit: int) -> list[KnowledgeArticle] | None:
        """Articles for this text that the customer may be told, best first; None when nobody answers."""
        query = {"q": text[:MAXIMUM_TEXT], "limit": str(limit)}
        if customer is not None:
            known = {"region": customer.region, "plan": customer.plan, "segment": customer.segment}
            query |= {name: value for name, value in known.items() if value}
        try:
            response = await self._client.get(self._url, params=query, headers=self._headers)
            response.raise_for_status()
            return _Found.model_validate(response.json()).articles
        # Agents go on without suggestions, whatever is wrong: ValueError is an answer that is not JSON.
        except (httpx.HTTPError, ValidationError, ValueError) as error:
            log.warning("knowledge_unavailable", error=type(error).__name__)
            return None
