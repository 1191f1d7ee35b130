"""Knowledge articles and the customers they apply to: plain values, checked by the loader, never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Customer:
    """What the knowledge base may know of the person who asks; `None` means "not known", never "has none"."""

    region: str | None = None
    plan: str | None = None
    segment: str | None = None
    """`prepaid` or `postpaid`."""

    @classmethod
    def from_profile(cls, profile: Mapping[str, Any] | None) -> Customer | None:
        """The customer of a message's metadata (`{"region", "plan", "segment", ...}`); None for visitors."""
        if not profile:
            return None
        known = {name: str(profile[name]) for name in ("region", "plan", "segment") if profile.get(name)}
        return cls(**known)


@dataclass(frozen=True)
class Conditions:
    """Whom an article is for. An empty tuple or None puts no condition; all conditions given must hold."""

    region: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    segment: str | None = None

    def excludes(self, customer: Customer | None) -> bool:
        """True if something known of the customer contradicts a condition. What is not known contradicts nothing."""
        if customer is None:
            return False
        return (
            (bool(self.region) and customer.region is not None and customer.region not in self.region)
            or (bool(self.plan) and customer.plan is not None and customer.plan not in self.plan)
            or (self.segment is not None and customer.segment is not None and customer.segment != self.segment)
        )

    def unchecked(self, customer: Customer | None) -> tuple[str, ...]:
        """Names of the conditions that could not be checked because the customer's value is not known."""
        known = customer or Customer()
        names = []
        if self.region and known.region is None:
            names.append("region")
        if self.plan and known.plan is None:
            names.append("plan")
        if self.segment is not None and known.segment is None:
            names.append("segment")
        return tuple(names)


@dataclass(frozen=True)
class Button:
    """A task the customer can start from the answer; `payload` is a Rasa intent payload such as `/query_bill`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Link:
    """A page (https) or a telephone number (tel) beside the answer."""

    title: str
    url: str


@dataclass(frozen=True)
class Answer:
    """What is said to the customer, and what can be pressed below it."""

    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Article:
    """One question of customers with its answer."""

    id: str
    title: str
    question: str
    answer: Answer
    skill_group: str
    similar: tuple[str, ...] = ()
    human_only: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which the article holds."""
    conditions: Conditions = field(default_factory=Conditions)

    @property
    def questions(self) -> tuple[str, ...]:
        """The standard question followed by the similar ones."""
        return (self.question, *self.similar)

    def valid_on(self, day: date) -> bool:
        """True between `valid_from` and `valid_until`, both included; where one is missing there is no end."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )
