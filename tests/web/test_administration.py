"""The pages of those who run the desk: agents, and one's own account."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import StartService

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def page(service: StartService, new_page: Callable[..., Page]) -> Page:
    """An administrator's console, on a service of its own."""
    page = new_page()
    page.goto(f"{service(waiting=0, mine=1)}/console/")
    page.get_by_test_id("login-username").fill("admin")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("preferences").wait_for()
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
