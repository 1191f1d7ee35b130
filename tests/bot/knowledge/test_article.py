"""Customers and conditions: what contradicts excludes, what is not known is only named."""

import pytest

from bot.knowledge import Conditions, Customer


@pytest.mark.parametrize(
    ("profile", "customer"),
    [
        (None, None),
        ({}, None),
        (
            {"id": "C1", "name": "王芳", "region": "广东", "plan": "甲", "segment": "prepaid", "vip": True},
            Customer("广东", "甲", "prepaid"),
        ),
        ({"id": "C1", "region": "", "plan": None}, Customer()),
    ],
)
def test_customer_of_a_message(profile, customer):
    assert Customer.from_profile(profile) == customer


def test_all_conditions_must_hold():
    conditions = Conditions(region=("广东",), plan=("甲", "乙"), segment="prepaid")
    assert not conditions.excludes(Customer("广东", "乙", "prepaid"))
    assert conditions.excludes(Customer("广东", "丙", "prepaid"))
    assert conditions.excludes(Customer("北京", "甲", "prepaid"))
    assert conditions.excludes(Customer("广东", "甲", "postpaid"))


def test_what_is_not_known_excludes_nothing_and_is_named():
    conditions = Conditions(region=("广东",), plan=("甲",), segment="prepaid")
    assert not conditions.excludes(None)
    assert conditions.unchecked(None) == ("region", "plan", "segment")
    assert conditions.unchecked(Customer(region="广东", segment="prepaid")) == ("plan",)
    assert Conditions().unchecked(None) == ()
