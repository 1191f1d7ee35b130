"""`GET /knowledge/search`: the same articles for the people who take over, asked by the handoff service alone."""

from __future__ import annotations

import hmac
from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse, json

from actions.library import Library
from bot.knowledge import Customer, Hit
from bot.text import LENGTH_LIMIT

MAXIMUM_HITS = 20
DEFAULT_HITS = 5
# Below this the article has so little to do with the words that it only costs a look.
SCORE_FLOOR = 0.02


def serve_search(app: Sanic[Any, Any], library: Library, service_token: str) -> None:
    """Add the route to the action server; callers without the service token are turned away."""
    expected = f"Bearer {service_token}".encode()

    async def search(request: Request) -> HTTPResponse:
        if not hmac.compare_digest((request.headers.get("authorization") or "").encode(), expected):
            return json({"error": {"code": "invalid_service_token"}}, 401)
        text = (request.args.get("q") or "")[:LENGTH_LIMIT]
        customer = Customer.from_profile({name: request.args.get(name) for name in ("region", "plan", "segment")})
        limit = _limit(request.args.get("limit"))
        hits = await library.search(text, customer, limit)
        return json({"articles": [_article(hit) for hit in hits if hit.score >= SCORE_FLOOR]})

    app.add_route(search, "/knowledge/search", methods=["GET"], name="desk_search")


def _limit(given: str | None) -> int:
    return min(max(int(given), 1), MAXIMUM_HITS) if given and given.isdecimal() else DEFAULT_HITS


def _article(hit: Hit) -> dict[str, Any]:
    article = hit.article
    return {
        "article_id": article.id,
        "title": article.title,
        "question": hit.matched_question,
        "text": article.answer.text,
        "links": [{"title": link.title, "url": link.url} for link in article.answer.links],
        "score": round(hit.score, 4),
        "human_only": article.human_only,
        "unchecked": list(hit.unchecked),
    }
