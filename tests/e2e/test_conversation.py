"""A customer is answered, handed to a person with everything the bot knows, and served by the bot again."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.pages import Agent, Customer

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "widget-greeting.png"
PAGE = Path(__file__)  # a program is no file that may be sent
OUT_OF_REACH = ("给我讲讲量子色动力学的渐近自由", "把这段话翻译成法语")


def test_from_question_to_handoff_and_back(product, browser):
    agent = Agent(browser, product.url, "admin", product.admin_password)
    customer = Customer(browser, product.url)

    customer.says("携号转网需要什么条件")
    customer.sees("bot", "携")

    for text in OUT_OF_REACH:
        before = customer.messages("bot").count() + customer.messages("system").count()
        customer.says(text)
        expect(
            customer.page.locator("[data-testid=xq-message]:not([data-sender=customer])").nth(before)
        ).to_be_visible()
    expect(customer.page.get_by_test_id("xq-queue")).to_be_visible(timeout=10_000)
    spoken_by_bot = customer.messages("bot").count()

    agent.claims(OUT_OF_REACH[-1])
    for text in ("携号转网需要什么条件", *OUT_OF_REACH):
        expect(agent.messages("customer").filter(has_text=text)).to_be_visible()
    expect(agent.page.get_by_test_id("context-intent-ranking")).to_contain_text("%")
    expect(agent.page.get_by_test_id("context-articles")).to_be_visible()

    agent.replies("您好，我是人工坐席，您的问题我来处理")
    customer.sees("agent", "您的问题我来处理")
    customer.says("好的谢谢")
    expect(agent.messages("customer").filter(has_text="好的谢谢")).to_be_visible()
    assert customer.messages("bot").count() == spoken_by_bot, "the bot spoke after the handoff"

    agent.closes()
    customer.says("宽带怎么报修")
    customer.sees("bot", "宽带")
    customer.close()
    agent.close()


def test_an_unhelpful_answer_and_one_more_failure_hand_over(product, browser):
    customer = Customer(browser, product.url)
    customer.says("携号转网需要什么条件")
    customer.sees("bot", "携")
    customer.page.get_by_test_id("xq-unhelpful").click()
    expect(customer.page.get_by_test_id("xq-feedback-transfer")).to_be_visible()
    customer.says(OUT_OF_REACH[0])  # the first thing that is not understood: alone it would be asked about
    expect(customer.page.get_by_test_id("xq-queue")).to_be_visible(timeout=10_000)
    customer.sees("system", "转人工")
    assert "上班时间" not in customer.texts("system")[-1], "people always work here, at whatever hour the test runs"
    customer.page.get_by_text("取消排队").first.click()
    customer.close()


def test_a_reload_keeps_the_conversation(product, browser):
    customer = Customer(browser, product.url)
    customer.says("怎么开发票")
    expect(customer.messages("bot").last).to_be_visible(timeout=10_000)
    said = customer.page.get_by_test_id("xq-message").all_inner_texts()
    customer.page.reload()
    launcher = customer.page.get_by_test_id("xq-launcher")
    if launcher.is_visible():
        launcher.click()
    expect(customer.page.get_by_test_id("xq-message")).to_have_count(len(said), timeout=10_000)
    customer.close()


def test_pictures_both_ways(product, browser):
    customer = Customer(browser, product.url)
    agent = Agent(browser, product.url, "admin", product.admin_password)
    customer.says("转人工")
    expect(customer.page.get_by_test_id("xq-queue")).to_be_visible(timeout=10_000)
    agent.claims("转人工")
    customer.page.get_by_test_id("xq-file").set_input_files(PICTURE)
    expect(customer.page.get_by_test_id("xq-chip").locator("img")).to_be_visible(timeout=10_000)
    customer.page.get_by_test_id("xq-send").click()
    received = agent.messages("customer").get_by_test_id("message-attachment").locator("img")
    expect(received).to_be_visible(timeout=10_000)
    assert received.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    agent.page.get_by_test_id("attachment-file").set_input_files([PICTURE, PAGE])
    chips = agent.page.get_by_test_id("attachment-chip")
    expect(chips.nth(1)).to_contain_text("不支持", timeout=10_000)
    expect(chips.first.locator("img")).to_be_visible()
    agent.replies("请看这张图")
    customer.sees("agent", "请看这张图")
    expect(customer.messages("agent").last.get_by_test_id("xq-attachment").locator("img")).to_be_visible()
    agent.closes()
    customer.close()
    agent.close()
