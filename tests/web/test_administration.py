"""The pages of those who run the desk: agents, one's own account, canned replies, the audit log, webhooks, review."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import StartService
from tests.web.test_accessibility import serious

HOSTILE = "<img src=x onerror=alert(1)>"


def log_in(page: Page, url: str, username: str) -> None:
    page.goto(f"{url}/console/")
    page.get_by_test_id("login-username").fill(username)
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("preferences").wait_for()


@pytest.fixture
def page(service: StartService, new_page: Callable[..., Page]) -> Page:
    """An administrator's console, on a service of its own."""
    page = new_page()
    log_in(page, service(waiting=0, mine=1), "admin")
    return page


def test_an_agent_is_added_and_the_password_is_shown_once(page: Page) -> None:
    page.get_by_test_id("page-agents").click()
    page.get_by_test_id("agent-create").click()
    expect(page.get_by_test_id("agent-name")).to_be_focused()
    page.get_by_test_id("agent-name").fill(HOSTILE)
    page.get_by_test_id("agent-submit").click()
    expect(page.get_by_test_id("agent-problem")).to_contain_text("用户名")
    page.get_by_test_id("agent-username").fill("lina")
    page.get_by_test_id("agent-username").press("Enter")
    expect(page.get_by_test_id("agent-problem")).to_contain_text("已被使用")
    page.get_by_test_id("agent-username").fill("new.one")
    page.locator("[data-testid=agent-group][data-value=bills]").check()
    page.get_by_test_id("agent-submit").click()
    password = page.get_by_test_id("secret").input_value()
    assert len(password) == 16
    page.keyboard.press("Escape")  # not by mistake: it is not shown again
    page.get_by_test_id("secret-done").click()
    row = page.locator("[data-username='new.one']")
    expect(row).to_contain_text(HOSTILE)
    expect(row).to_contain_text("话费账单")
    expect(page.get_by_text(password)).to_have_count(0)


def test_an_agent_is_changed_disabled_and_found_again(page: Page) -> None:
    page.get_by_test_id("page-agents").click()
    row = page.locator("[data-username=wangfang]")
    row.get_by_test_id("agent-edit").click()
    page.get_by_test_id("agent-role").select_option("trainer")
    expect(page.get_by_test_id("agent-dialog")).to_contain_text("结束他的全部登录")
    page.get_by_test_id("agent-capacity").fill("0")
    page.get_by_test_id("agent-submit").click()
    expect(page.get_by_test_id("agent-problem")).to_be_visible()
    page.get_by_test_id("agent-capacity").fill("3")
    page.get_by_test_id("agent-submit").click()
    expect(row).to_contain_text("训练师")
    expect(row).to_contain_text("/ 3")
    disable = row.get_by_test_id("agent-disable")
    disable.click()
    expect(disable).to_contain_text("停用并下线？")
    disable.press("Escape")
    expect(disable).to_have_text("停用")
    disable.click()
    disable.click()
    expect(row).to_have_count(0)
    page.get_by_test_id("agents-disabled").check()
    expect(row).to_contain_text("已停用")
    page.get_by_test_id("agents-search").fill("王芳")
    expect(page.get_by_test_id("agent-row")).to_have_count(1)
    row.get_by_test_id("agent-enable").click()
    expect(row.get_by_test_id("agent-disable")).to_be_visible()
    own = page.locator("[data-username=admin]")
    page.get_by_test_id("agents-search").fill("admin")
    expect(own.get_by_test_id("agent-disable")).to_have_count(0)
    own.get_by_test_id("agent-edit").click()
    expect(page.get_by_test_id("agent-role")).to_be_disabled()


def test_a_new_password_ends_the_session_gently(page: Page) -> None:
    page.get_by_test_id("conversation-item").click()
    page.get_by_test_id("reply-input").fill("没有写完的话")
    page.get_by_test_id("preferences").click()
    page.get_by_test_id("open-account").click()
    for old, new, again, why in (
        ("demo", "short", "short", "至少 10 位"),
        ("demo", "a new password", "another password", "不一样"),
        ("wrong", "a new password", "a new password", "原密码不对"),
    ):
        page.get_by_test_id("password-old").fill(old)
        page.get_by_test_id("password-new").fill(new)
        page.get_by_test_id("password-again").fill(again)
        page.get_by_test_id("password-submit").click()
        expect(page.get_by_test_id("password-problem")).to_contain_text(why)
    page.get_by_test_id("session-end").click()
    page.get_by_test_id("session-end").click()
    expect(page.get_by_test_id("session")).to_have_count(1)
    page.get_by_test_id("password-old").fill("demo")
    page.get_by_test_id("password-submit").click()
    expect(page.get_by_test_id("login-problem")).to_contain_text("密码已修改")
    page.get_by_test_id("login-username").fill("admin")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("page-desk").click()
    page.get_by_test_id("conversation-item").click()
    expect(page.get_by_test_id("reply-input")).to_have_value("没有写完的话")


def test_logging_out_in_a_copy_of_the_tab_is_told_in_the_other(page: Page) -> None:
    copy = page.context.new_page()
    kept = page.evaluate("JSON.stringify(Object.entries(sessionStorage))")
    copy.add_init_script(f"for (const [key, value] of {kept}) sessionStorage.setItem(key, value)")
    copy.goto(page.url)
    copy.get_by_test_id("preferences").click()
    copy.get_by_test_id("logout").click()
    expect(page.get_by_test_id("login-problem")).to_contain_text("另一个窗口")


def saved(page: Page, button: str) -> str:
    """What a button gives to keep."""
    with page.expect_download() as download:
        page.get_by_test_id(button).click()
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_canned_replies_are_written_with_a_preview_ordered_and_deleted(page: Page) -> None:
    page.get_by_test_id("page-canned").click()
    rows = page.get_by_test_id("canned-row")
    expect(page.get_by_test_id("canned-double")).to_contain_text("话费账单（技能组） · 稍候")
    page.get_by_test_id("canned-create").click()
    page.get_by_test_id("canned-submit").click()
    expect(page.get_by_test_id("canned-problem")).to_be_visible()
    page.get_by_test_id("canned-shelf").select_option("shared")
    page.get_by_test_id("canned-keyword").fill("退费")
    page.get_by_test_id("canned-text").fill(f"{HOSTILE}已退费，{{套餐名}}")
    page.get_by_test_id("canned-variable").first.click()
    expect(page.get_by_test_id("canned-preview")).to_have_text(f"{HOSTILE}已退费，{{套餐名}}周建国")
    expect(page.get_by_test_id("canned-unknown")).to_contain_text("{套餐名}")
    page.get_by_test_id("canned-submit").click()
    shared = page.locator("[data-testid=canned-row][data-scope=shared]")
    expect(shared.first).to_contain_text(HOSTILE)
    shared.first.get_by_test_id("canned-down").click()
    expect(shared.nth(1)).to_contain_text("退费")
    expect(shared.first.get_by_test_id("canned-up")).to_be_disabled()
    page.get_by_test_id("canned-search").fill("已退费")
    expect(rows).to_have_count(1)
    rows.get_by_test_id("canned-edit").click()
    page.get_by_test_id("canned-text").fill("改好了")
    page.get_by_test_id("canned-submit").click()
    expect(rows).to_have_count(0)
    page.get_by_test_id("canned-search").fill("改好了")
    rows.get_by_test_id("canned-delete").click()
    rows.get_by_test_id("canned-delete").click()
    expect(rows).to_have_count(0)


def test_a_file_of_canned_replies_is_looked_at_before_it_is_taken(page: Page) -> None:
    page.get_by_test_id("page-canned").click()

    def offer(text: str) -> None:
        file = {"name": "replies.yml", "mimeType": "application/yaml", "buffer": text.encode("gb18030")}
        page.get_by_test_id("canned-file").set_input_files(file)

    offer("canned_replies:\n- text: 好的\n- text:\n")
    expect(page.get_by_test_id("import-problem")).to_contain_text("第 2 条")
    expect(page.get_by_test_id("import-submit")).to_have_count(0)
    page.keyboard.press("Escape")
    offer("canned_replies:\n- text: 好的，马上处理\n- text: 我正在为您查询，大约需要一两分钟，请稍等。\n")
    expect(page.get_by_test_id("import-found")).to_contain_text("新增 1 条 已有 1 条")
    page.get_by_test_id("import-submit").click()
    expect(page.get_by_test_id("canned-row").filter(has_text="好的，马上处理")).to_have_count(1)
    assert saved(page, "canned-export") == "canned_replies: []"


def test_each_role_has_its_pages_and_agents_keep_only_their_own_replies(
    service: StartService, new_page: Callable[..., Page]
) -> None:
    url = service(waiting=0, mine=1)
    page = new_page()
    log_in(page, url, "wangfang")
    page.get_by_test_id("page-canned").click()
    page.get_by_test_id("canned-row").first.wait_for()
    expect(page.get_by_test_id("canned-edit")).to_have_count(0)
    expect(page.get_by_test_id("canned-import")).to_have_count(0)
    page.get_by_test_id("canned-create").click()
    expect(page.get_by_test_id("canned-shelf").locator("option")).to_have_text(["个人"])
    for name in ("agents", "audit", "review", "webhooks"):
        expect(page.get_by_test_id(f"page-{name}")).to_have_count(0)
    page.goto(f"{url}/console/#/agents")  # by hand
    expect(page.get_by_test_id("reply-input").or_(page.get_by_test_id("presence")).first).to_be_visible()
    trainer = new_page()
    log_in(trainer, url, "sunyue")
    trainer.get_by_test_id("page-review").wait_for()
    expect(trainer.get_by_test_id("page-audit")).to_have_count(0)
    trainer.get_by_test_id("page-canned").click()
    trainer.get_by_test_id("canned-create").click()
    expect(trainer.get_by_test_id("canned-shelf").locator("option").first).to_have_text("公共")


def test_the_audit_log_reads_on_is_filtered_and_exported(page: Page) -> None:
    page.get_by_test_id("page-audit").click()
    rows = page.get_by_test_id("audit-row")
    expect(rows).to_have_count(50)
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    rows.last.scroll_into_view_if_needed()
    expect(rows).to_have_count(100)
    page.get_by_test_id("audit-action").select_option("numbers_revealed")
    expect(rows).to_have_count(17)
    expect(rows.first).to_contain_text("查看完整号码")
    lines = saved(page, "audit-export").splitlines()
    assert len(lines) == 18
    assert "王芳,坐席,查看完整号码,k1" in lines[1]
    page.get_by_test_id("audit-conversation").fill("nothing")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()


def test_webhooks_are_looked_into_and_sent_again(page: Page) -> None:
    page.get_by_test_id("page-webhooks").click()
    letters = page.get_by_test_id("webhook")
    expect(letters).to_have_count(2)
    expect(letters.first).to_contain_text("HTTP 500")
    letters.first.locator("summary").click()
    expect(letters.first.locator("pre")).to_contain_text(HOSTILE)
    letters.first.get_by_test_id("webhook-resend").click()
    expect(letters).to_have_count(1)
    page.get_by_test_id("webhooks-resend-all").click()
    page.get_by_test_id("webhooks-resend-all").click()
    expect(page.get_by_text("没有推送失败的事件")).to_be_visible()


def test_undelivered_messages_are_not_said_to_be_none_while_nobody_knows(page: Page) -> None:
    letters = {
        "dead_letters": [
            {
                "id": "d_1",
                "conversation_id": "k1",
                "account": "main",
                "texts": ["您的账单"],
                "why": "no_permission (48001) api unauthorized",
                "failed_at_ms": 1_760_000_000_000,
            }
        ]
    }
    away = {"error": {"code": "storage_unavailable", "message": "服务暂时不可用"}}
    page.route("**/wechat/dead-letters", lambda route: route.fulfill(status=503, json=away))
    page.get_by_test_id("page-deadLetters").click()
    expect(page.get_by_test_id("page-problem")).to_contain_text("服务暂时不可用")
    expect(page.get_by_text("没有未送达的消息")).to_have_count(0)
    page.unroute("**/wechat/dead-letters")
    page.route("**/wechat/dead-letters", lambda route: route.fulfill(json=letters))
    page.get_by_test_id("page-retry").click()
    expect(page.get_by_test_id("dead-letter")).to_contain_text("公众号没有这个接口的权限 (48001)")


def test_feedback_becomes_a_suggestion_for_trainers(page: Page) -> None:
    page.get_by_test_id("page-review").click()
    rows = page.get_by_test_id("review-row")
    rows.first.wait_for()
    expect(page.get_by_test_id("review-yaml")).to_be_disabled()
    rows.nth(0).get_by_test_id("review-choose").check()
    rows.nth(1).get_by_test_id("review-choose").check()
    suggestion = saved(page, "review-yaml")
    assert "  - id: bill-why-higher\n" in suggestion
    assert suggestion.count("      - ") == 2
    assert HOSTILE in suggestion
    page.get_by_test_id("review-article").first.click()
    expect(page.get_by_test_id("review-article-filter")).to_have_value("bill-why-higher")
    expect(page.get_by_text("没有知识条目")).to_have_count(0)
    assert saved(page, "review-csv").startswith("时间,有帮助,客户问")
    page.get_by_test_id("review-ratings").click()
    ratings = page.get_by_test_id("rating-row")
    expect(ratings).to_have_count(2)
    expect(ratings.first).to_contain_text(f"等了太久{HOSTILE}")
    page.get_by_test_id("ratings-commented").check()
    expect(ratings).to_have_count(1)
    page.get_by_test_id("ratings-score").select_option("5")
    expect(ratings).to_have_count(2)


def test_a_page_says_when_the_service_is_away_and_tries_again(page: Page) -> None:
    away = {"error": {"code": "storage_unavailable", "message": "服务暂时不可用"}}
    page.route("**/webhooks/dead-letters", lambda route: route.fulfill(status=503, json=away))
    page.get_by_test_id("page-webhooks").click()
    expect(page.get_by_test_id("page-problem")).to_contain_text("服务暂时不可用")
    page.unroute("**/webhooks/dead-letters")
    page.get_by_test_id("page-retry").click()
    expect(page.get_by_test_id("webhook")).to_have_count(2)


def test_working_hours_are_changed_with_a_preview_and_nobody_s_change_is_lost(page: Page) -> None:
    page.get_by_test_id("page-hours").click()
    workday = page.get_by_test_id("hours-default-workday")
    expect(page.get_by_test_id("hours-save")).to_be_disabled()
    expect(page.get_by_test_id("hours-day").first).to_contain_text("今天")
    workday.fill("8-22")
    expect(page.get_by_test_id("hours-default-workday-problem")).to_contain_text("不是时段")
    page.get_by_test_id("hours-save").click()
    expect(page.get_by_test_id("hours-problem")).to_contain_text("改好后再保存")
    workday.fill("13:00－18：00、8:30 到 12:00")
    workday.press("Tab")
    expect(workday).to_have_value("08:30-12:00，13:00-18:00")
    expect(page.get_by_test_id("hours-day").first).to_contain_text("08:30-12:00，13:00-18:00")
    page.get_by_test_id("hours-apart").select_option("bills")
    page.get_by_test_id("hours-bills-holiday").fill("")
    page.get_by_test_id("days-closures-add").click()
    expect(page.get_by_test_id("days-closures-problem")).to_contain_text("请选择日期")
    page.get_by_test_id("days-closures").fill("2027-01-15")
    page.get_by_test_id("days-closures-add").click()
    page.get_by_test_id("days-extra").fill("2027-01-15")
    page.get_by_test_id("days-extra-add").click()
    expect(page.get_by_test_id("days-extra-problem")).to_contain_text("另一栏")
    expect(page.locator("[data-testid=hours-day][data-kind=closure]")).to_contain_text("2027年1月15日 周五")
    expect(page.locator("[data-testid=hours-day][data-kind=holiday]")).to_contain_text("不上班")
    page.get_by_test_id("hours-save").click()
    expect(page.get_by_text("由 管理员 于")).to_be_visible()
    expect(page.get_by_test_id("hours-unsaved")).to_have_count(0)
    # Somebody else was faster: what was written stays, and is not put over theirs.
    page.get_by_role("button", name="移除 2027-01-15").click()
    page.get_by_test_id("days-closures").fill("2030-01-01")
    page.get_by_test_id("days-closures-add").click()
    page.get_by_test_id("hours-save").click()
    expect(page.get_by_test_id("hours-problem")).to_contain_text("其他管理员")
    expect(page.get_by_test_id("days-closures-item")).to_have_text("2030-01-01")
    page.get_by_test_id("hours-theirs").click()
    expect(page.get_by_test_id("days-closures-item")).to_have_text("2027-01-15")
    page.get_by_test_id("hours-to-file").click()
    page.get_by_test_id("hours-to-file").click()
    expect(page.get_by_text("现在用的是 data/working_hours.yml")).to_be_visible()
    expect(workday).to_have_value("08:00-22:00")


def test_supervisors_see_the_working_hours(service: StartService, new_page: Callable[..., Page]) -> None:
    page = new_page()
    log_in(page, service(waiting=0, mine=0), "lina")
    page.get_by_test_id("page-hours").click()
    expect(page.get_by_test_id("hours-default-workday")).to_be_disabled()
    expect(page.get_by_test_id("hours-day").first).to_be_visible()
    expect(page.get_by_test_id("hours-save")).to_have_count(0)


def test_a_reload_stays_on_its_page_and_the_menu_closes_when_it_has_led_somewhere(page: Page) -> None:
    page.get_by_test_id("page-webhooks").click()
    expect(page.get_by_test_id("webhook")).to_have_count(2)  # the address changes when the page has come
    page.reload()
    expect(page.get_by_test_id("webhook")).to_have_count(2)
    page.get_by_test_id("preferences").click()
    page.get_by_test_id("open-account").click()
    expect(page.get_by_test_id("logout")).to_be_hidden()
    expect(page.get_by_test_id("session").first).to_be_visible()


def test_typed_text_is_not_thrown_away_unasked(page: Page) -> None:
    page.get_by_test_id("page-hours").click()
    workday = page.get_by_test_id("hours-default-workday")
    workday.fill("8:30-12:00")
    page.get_by_test_id("page-agents").click()
    expect(page.get_by_test_id("unsaved-stay")).to_be_focused()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(workday).to_have_value("08:30-12:00")
    page.get_by_test_id("page-agents").click()
    page.get_by_test_id("unsaved-leave").click()
    page.get_by_test_id("agent-create").click()
    page.get_by_test_id("agent-name").fill("陈静")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("unsaved-stay")).to_be_focused()  # above another dialog too
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("unsaved")).to_have_count(0)
    expect(page.get_by_test_id("agent-problem")).to_have_count(0)  # what the key said was for the question alone
    expect(page.get_by_test_id("agent-name")).to_be_focused()
    page.keyboard.type("静")
    expect(page.get_by_test_id("agent-name")).to_have_value("陈静静")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("unsaved-stay")).to_be_focused()
    page.get_by_test_id("unsaved-leave").click()
    expect(page.get_by_test_id("agent-dialog")).to_have_count(0)
    # Nothing is left to lose.
    page.get_by_test_id("page-hours").click()
    expect(workday).not_to_have_value("08:30-12:00")
