"""No process of the running product writes a customer's number into its log."""

import re

from tests.e2e.test_failures import APOLOGY_WITHIN_S, Visitor
from tools.run.product import wait_until

PHONE = "13800138000"
ID_CARD = "11010519491231002X"
LOGS = ("handoff", "rasa", "actions", "operator", "valkey")


def test_no_log_holds_a_customers_number(product, http):
    customer = Visitor(http)
    customer.says(f"查一下 {PHONE} 这个号码的话费，身份证{ID_CARD}")
    wait_until(lambda: [one for one in customer.messages() if one["sender"] != "customer"], 30, "an answer")
    with product.frozen("rasa"):  # what goes wrong is logged most
        before = len(customer.messages())
        customer.says(f"我的号码是138-0013-8000，{PHONE}")
        wait_until(lambda: len(customer.messages()) >= before + 2, APOLOGY_WITHIN_S + 10, "an apology")
    customer.says("转人工")
    wait_until(lambda: customer.state() == "queued", 30, "the queue")
    for name in LOGS:
        text = product.log(name)
        assert not re.search(rf"{PHONE}|138.?0013.?8000|{ID_CARD}", text), f"{name}.log holds a number"
