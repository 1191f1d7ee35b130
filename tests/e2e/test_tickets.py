"""What a customer leaves in the form becomes a ticket in the console; its owner's name comes back to the customer."""

from playwright.sync_api import expect

from tests.e2e.pages import ANSWER_WITHIN_MS, PHONE, Agent, Customer

MATTER = "想退订上个月误开的流量包，麻烦下午打给我"


def test_a_call_is_asked_for_in_the_form_and_its_owner_is_shown(product, browser, staff):
    customer = Customer(browser, product.url, PHONE)
    agent = Agent(browser, product.url, **staff.hire("何静"))
    page = customer.page
    customer.opens_from_menu("xq-menu-form")
    page.get_by_test_id("xq-form-kind-callback").check()
    page.get_by_test_id("xq-form-phone").fill("0512-6666 7777")
    page.get_by_test_id("xq-form-time-下午").check()
    page.get_by_test_id("xq-form-text").fill(MATTER)
    page.get_by_test_id("xq-form-name").fill("王女士")
    assert customer.overflow_px() <= 0
    page.get_by_test_id("xq-form-submit").click()
    card = page.locator("[data-testid=xq-ticket][data-number]")  # not the one on its way
    expect(card).to_have_attribute("data-state", "new", timeout=ANSWER_WITHIN_MS)

    agent.page.get_by_test_id("page-tickets").click()
    agent.page.get_by_test_id("ticket-item").filter(has_text=MATTER).click(timeout=ANSWER_WITHIN_MS)
    expect(agent.page.get_by_test_id("ticket")).to_contain_text("王女士")
    agent.page.get_by_test_id("ticket-take").click()
    expect(agent.page.get_by_test_id("ticket-dial")).to_have_attribute(
        "href", "tel:051266667777", timeout=ANSWER_WITHIN_MS
    )

    expect(card).to_contain_text("何静", timeout=ANSWER_WITHIN_MS)
    customer.opens_from_menu("xq-menu-tickets")
    mine = page.get_by_test_id("xq-tickets-item")
    expect(mine).to_have_count(1, timeout=ANSWER_WITHIN_MS)
    expect(mine).to_contain_text("客服 何静")
    expect(mine).to_contain_text(MATTER)
    agent.page.get_by_test_id("ticket-done").click()
    agent.page.get_by_test_id("ticket-end-text").fill("已退订，次月生效")
    agent.page.get_by_test_id("ticket-end-submit").click()
    expect(mine).to_contain_text("已退订，次月生效", timeout=ANSWER_WITHIN_MS)
    for person in (customer, agent):
        person.close()
