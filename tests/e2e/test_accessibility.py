"""axe-core finds nothing serious on the pages while they are in use, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import ANSWER_WITHIN_MS, DESKTOP, PHONE, Agent, Customer
from tests.web.axe import serious


@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_pages_in_use(product, browser, staff, look, request):
    kind = request.node.callspec.id
    customer = Customer(browser, product.url, look, identity=staff.identity(f"A-{kind}", f"无障碍{kind}"))
    agent = Agent(browser, product.url, **staff.hire("苏文", role="administrator"), look=look)
    others = [staff.waiting_customer("怎么开发票") for _ in range(3)]

    customer.asks("携号转网需要什么条件")
    assert serious(customer.page) == []
    customer.asks_for_a_person()
    assert serious(customer.page) == []
    for one in others:
        expect(agent.waiting(one)).to_be_visible(timeout=ANSWER_WITHIN_MS)
    assert serious(agent.page) == []
    agent.claims(f"无障碍{kind}")
    agent.sees("customer", "携号转网需要什么条件")
    agent.replies("您好，马上为您处理")
    customer.sees("agent", "马上为您处理")
    agent.notes("客户很着急")
    assert serious(customer.page) == []
    assert serious(agent.page) == []
    if look is PHONE:
        agent.page.get_by_test_id("context-toggle").click()
        expect(agent.page.get_by_test_id("context-summary")).to_be_visible()
        assert serious(agent.page) == []
        agent.page.locator(".n-drawer-header__close").click()
        expect(agent.page.get_by_test_id("context-summary")).to_have_count(0)
    agent.page.get_by_test_id("transfer-open").click()
    agent.page.get_by_test_id("transfer-dialog").wait_for()
    assert serious(agent.page) == []
    agent.page.keyboard.press("Escape")
    expect(agent.page.get_by_test_id("transfer-dialog")).to_have_count(0)
    agent.page.get_by_test_id("close-open").click()
    agent.page.get_by_test_id("close-dialog").wait_for()
    assert serious(agent.page) == []
    agent.page.keyboard.press("Escape")
    expect(agent.page.get_by_test_id("close-dialog")).to_have_count(0)
    agent.closes()
    customer.sees("system", "本次人工服务已结束")
    assert serious(customer.page) == []
    # Every page an administrator has, with the work of this test in it.
    busy = agent.page.locator("[aria-busy=true]")
    pages = agent.page.locator(".rail [data-testid^=page-]")
    for name in pages.evaluate_all("links => links.map(link => link.dataset.testid)"):
        agent.page.get_by_test_id(name).click()
        expect(agent.page.get_by_test_id(name)).to_have_attribute("aria-current", "page")
        expect(busy).to_have_count(0, timeout=ANSWER_WITHIN_MS)
        assert serious(agent.page) == [], name
        assert agent.overflow_px() <= 0, name
    for person in (customer, agent):
        person.close()
