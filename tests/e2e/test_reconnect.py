"""The network goes away in the middle of a service: what is typed meanwhile arrives, once and in order."""

from playwright.sync_api import expect

from tests.e2e.pages import ANSWER_WITHIN_MS, Agent, Customer

RECONNECT_WITHIN_MS = 60_000  # the longest pause between two tries, and a busy machine


def test_both_sides_lose_their_network_in_turn_and_lose_nothing(product, browser, staff, line):
    customer = Customer(browser, line.url, identity=staff.identity("C2001", "断线客户"))
    agent = Agent(browser, product.url, **staff.hire("何静"))
    customer.asks("怎么查流量")
    customer.asks_for_a_person()
    agent.claims("断线客户")
    agent.replies("您好，请讲")
    customer.sees("agent", "您好，请讲")

    # The customer's line is cut; both go on typing.
    line.cut()
    expect(customer.page.get_by_test_id("xq-offline")).to_be_visible(timeout=RECONNECT_WITHIN_MS)
    for number in range(3):
        customer.types(f"断线时客户第{number}句")
        agent.replies(f"断线时坐席第{number}句")
        agent.sees("agent", f"断线时坐席第{number}句")
    expect(customer.page.locator("[data-pending]")).to_have_count(3)
    assert "断线时坐席第0句" not in customer.texts("agent")
    line.mend()
    expect(customer.page.locator("[data-pending]")).to_have_count(0, timeout=RECONNECT_WITHIN_MS)
    expect(customer.messages("agent")).to_have_count(4, timeout=RECONNECT_WITHIN_MS)
    agent.sees("customer", "断线时客户第2句")

    # The agent's network goes without a word: calls fail, the open stream hangs.
    agent.context.set_offline(True)
    for number in range(3):
        agent.replies(f"离线时坐席第{number}句")
        customer.says(f"离线时客户第{number}句")
    expect(agent.page.locator("[data-pending]")).to_have_count(3)
    agent.context.set_offline(False)
    expect(agent.page.locator("[data-pending]")).to_have_count(0, timeout=RECONNECT_WITHIN_MS)
    customer.sees("agent", "离线时坐席第2句")
    agent.sees("customer", "离线时客户第2句")
    customer.says("都收到了")
    agent.sees("customer", "都收到了")

    # A reload on both sides changes nothing of it.
    said = [
        "怎么查流量",
        *(f"断线时客户第{n}句" for n in range(3)),
        *(f"离线时客户第{n}句" for n in range(3)),
        "都收到了",
    ]
    answered = ["您好，请讲", *(f"断线时坐席第{n}句" for n in range(3)), *(f"离线时坐席第{n}句" for n in range(3))]
    for _ in range(2):
        assert [text for text in customer.texts("customer") if text != "转人工"] == said
        assert customer.texts("agent") == answered
        assert [text for text in agent.texts("customer") if text != "转人工"] == said
        assert agent.texts("agent") == answered
        customer.reloads()
        agent.page.reload()
        agent.opens("断线客户")
        expect(customer.messages("agent")).to_have_count(len(answered), timeout=ANSWER_WITHIN_MS)
        expect(agent.messages("agent")).to_have_count(len(answered), timeout=ANSWER_WITHIN_MS)
    agent.closes()
    for person in (customer, agent):
        person.close()
