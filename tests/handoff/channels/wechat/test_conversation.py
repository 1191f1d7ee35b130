"""The whole way over WeChat, encrypted and plain."""

import pytest


@pytest.mark.parametrize("account", ["main", "second"])
async def test_question_is_answered_in_the_request_itself(wechat, account):
    user = wechat.user(account=account)
    await wechat.say(user, "你好 <b>]]></b> 😀")
    assert user.texts("account") == ["答：你好 <b>]]></b> 😀"]
    assert user.screen[-1]["passive"] is True
    assert await wechat.transcript(user) == [
        ("customer", "你好 <b>]]></b> 😀"),
        ("bot", "答：你好 <b>]]></b> 😀"),
    ]
    assert user.message_window.left == 5  # a passive reply costs nothing
    assert wechat.platform.calls["message/custom/send"] == 0
