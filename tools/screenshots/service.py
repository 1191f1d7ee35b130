"""Asked, answered, handed over, served, rated: a customer at a desk, one with a phone, and who serves both."""

from playwright.sync_api import FilePayload, Page, expect

from tools.screenshots.hands import ANSWER_WITHIN_MS, ask, claim, field, hears, look_at, reply, say
from tools.screenshots.stage import Stage

GREETING = "您好，我是坐席林静，您的情况我都看到了，不用再说一遍。我这就帮您查扣费明细。"
COMMENT = "一下就看出是光猫的问题，不用我再说一遍，很好。"
# A modem as customers photograph it: one lamp is red.
MODEM = """<svg xmlns="http://www.w3.org/2000/svg" width="640" height="420" viewBox="0 0 640 420">
<rect width="640" height="420" fill="#cbb59a"/><path d="M0 300h640v120H0z" fill="#a98a66"/>
<path d="M190 60l-24 110M450 60l24 110" stroke="#2f343b" stroke-width="12" stroke-linecap="round"/>
<rect x="90" y="160" width="460" height="150" rx="22" fill="#f3f5f7"/>
<rect x="90" y="270" width="460" height="40" rx="16" fill="#dde2e8"/>
<g font-family="sans-serif" font-size="17" fill="#5c6573" text-anchor="middle">
<text x="170" y="238">电源</text><text x="250" y="238">光纤</text><text x="330" y="238">网络</text>
<text x="410" y="238">WiFi</text></g>
<circle cx="170" cy="203" r="9" fill="#20b26b"/><circle cx="250" cy="203" r="11" fill="#e5262e"/>
<circle cx="250" cy="203" r="22" fill="#e5262e" opacity=".25"/><circle cx="330" cy="203" r="9" fill="#b9c0ca"/>
<circle cx="410" cy="203" r="9" fill="#20b26b"/></svg>"""


def play(stage: Stage, console: Page, password: str) -> list[Page]:
    """Takes the pictures of chat window and desk; answers the pages of the customers who were served.

    ``password``: of the agent at the console, who looks at it on a phone too.
    """
    desk, phone = stage.site("C1001"), stage.site("C1004", on_phone=True)
    for page in (desk, phone):
        page.get_by_test_id("xq-starter").first.wait_for(timeout=ANSWER_WITHIN_MS)
        stage.camera.window(page, "greeting")
    ask(desk, "查一下上个月的话费账单")
    _is_answered(stage, desk, "携号转网需要什么条件？")
    stage.camera.keep(desk, "widget-site")
    ask(desk, "那我上个月扣的六十多块钱是怎么回事")
    _is_answered(stage, phone, "宽带怎么报修")
    for page in (desk, phone):
        page.get_by_test_id("xq-transfer").click()
        expect(page.get_by_test_id("xq-queue")).to_be_visible(timeout=ANSWER_WITHIN_MS)
    stage.waiting("C1002", "你们乱扣费，我要投诉")
    stage.waiting("C1003", "怎么开通国际漫游")
    expect(console.get_by_test_id("queue-item")).to_have_count(4, timeout=ANSWER_WITHIN_MS)
    for page in (desk, phone):
        stage.camera.window(page, "queue")
    stage.camera.both(console, "console-queue")

    _serves(stage, console, password, desk, phone)
    _ends(stage, console, desk, phone)
    return [desk, phone]


def _is_answered(stage: Stage, page: Page, question: str) -> None:
    ask(page, question)
    page.get_by_test_id("xq-helpful").last.click()
    stage.camera.window(page, "article")


def _serves(stage: Stage, console: Page, password: str, desk: Page, phone: Page) -> None:
    claim(console, "张伟")
    reply(console, "您好，我是坐席林静。您家的光猫我这边看到离线了，方便拍一张光猫的照片吗？")
    picture = stage.drawn(MODEM, 640, 420)
    for page, words in ((phone, "光纤那个灯是红的"), (desk, "顺便问一下，光猫这个红灯是正常的吗")):
        if page is desk:
            claim(console, "王芳")
            reply(console, GREETING)
            say(desk, "好的，套餐外的流量是怎么收费的")
            hears(console, "套餐外的流量")
            stage.camera.window(desk, "agent")
        sent = FilePayload(name="光猫.png", mimeType="image/png", buffer=picture)
        page.get_by_test_id("xq-file").set_input_files(sent)
        page.get_by_test_id("xq-input").fill(words)
        page.get_by_test_id("xq-tray").locator("img").first.wait_for(timeout=ANSWER_WITHIN_MS)
        page.wait_for_timeout(1_000)
        page.get_by_test_id("xq-send").click()
        page.get_by_test_id("xq-message").locator("img").first.wait_for(timeout=ANSWER_WITHIN_MS)
        stage.camera.window(page, "picture")
    look_at(console, "张伟")
    reply(console, "看到了，是光纤信号断了。已经安排师傅今天下午三点上门，上门前会先给您打电话。")
    say(phone, "好的，下午家里有人")
    hears(console, "下午家里有人")
    stage.camera.window(phone, "agent")

    look_at(console, "王芳")
    console.get_by_test_id("knowledge-item").first.wait_for(timeout=ANSWER_WITHIN_MS)
    stage.camera.keep(console, "console-desk")
    pocket = stage.console("linjing", password, stage.login(on_phone=True))
    look_at(pocket, "王芳")
    stage.camera.keep(pocket, "console-desk-phone")
    pocket.close()
    console.get_by_test_id("note-open").click()
    console.get_by_test_id("note-input").press_sequentially("客户上月套餐外流量有疑问，账单侧请帮忙确认 @陈")
    console.get_by_test_id("note-names").wait_for(timeout=ANSWER_WITHIN_MS)
    stage.camera.keep(console, "console-note")
    console.get_by_test_id("note-input").press("Enter")
    console.get_by_test_id("note-save").click()
    expect(console.get_by_test_id("note")).to_have_count(1, timeout=ANSWER_WITHIN_MS)
    console.get_by_test_id("transfer-open").click()
    console.get_by_test_id("transfer-agent").filter(has_text="陈浩").click()
    field(console.get_by_test_id("transfer-reason")).fill("账单已核对，客户想进一步了解宽带的故障")
    stage.camera.keep(console, "console-transfer")
    console.keyboard.press("Escape")
    expect(console.get_by_test_id("transfer-dialog")).to_have_count(0)


def _ends(stage: Stage, console: Page, desk: Page, phone: Page) -> None:
    for name, page, summary in (
        ("张伟", phone, "宽带断网，光纤信号中断，已安排当天 15:00 上门。"),
        ("王芳", desk, "询问上月扣费和套餐外流量，已逐项说明。"),
    ):
        look_at(console, name)
        console.get_by_test_id("close-open").click()
        console.get_by_test_id("close-disposition-option").first.click()
        console.get_by_test_id("close-resolved").click()
        field(console.get_by_test_id("close-summary")).fill(summary)
        if page is phone:
            stage.camera.both(console, "console-close")
        console.get_by_test_id("close-submit").click()
        expect(console.get_by_test_id("close-dialog")).to_have_count(0)
        page.get_by_role("button", name="很满意", exact=True).click(timeout=ANSWER_WITHIN_MS)
        page.get_by_test_id("xq-comment-input").fill(COMMENT)
        stage.camera.window(page, "rating")
        page.get_by_test_id("xq-comment-send").click()
        thanks = page.locator("[data-sender=system]").filter(has_text="意见已经记下")
        expect(thanks).to_be_visible(timeout=ANSWER_WITHIN_MS)
