"""The knowledge base: articles are loaded and checked, indexed, and found by what customers ask."""

from bot.knowledge.article import Answer, Article, Button, Conditions, Customer, Link
from bot.knowledge.errors import KnowledgeError, Problem
from bot.knowledge.index import Hit, KnowledgeIndex
from bot.knowledge.live import KnowledgeBase, Refresh
from bot.knowledge.loader import check_articles, load_articles

__all__ = [
    "Answer",
    "Article",
    "Button",
    "Conditions",
    "Customer",
    "Hit",
    "KnowledgeBase",
    "KnowledgeError",
    "KnowledgeIndex",
    "Link",
    "Problem",
    "Refresh",
    "check_articles",
    "load_articles",
]
