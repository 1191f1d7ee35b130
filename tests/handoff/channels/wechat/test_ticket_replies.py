"""Customers on WeChat answer the people of their ticket by the number of a choice."""

from sandbox.wechat import callbacks
from tests.handoff.fake_rasa import TURN
from tests.handoff.people import until


async def written_to(wechat, user):
    """A ticket whose owner wrote to this user; the owner, and the ticket's path."""
    for text in ("转人工", "3", "宽带断了三天"):  # nobody is online: 3 is 留言
        await wechat.say(user, text)
    agent = await wechat.agent()
    [ticket] = (await agent.call("GET", "/agent/tickets")).json()["tickets"]
    path = f"/agent/tickets/{ticket['id']}"
    await agent.call("POST", f"{path}/take")
    await until(lambda: "负责到底" in user.texts("account")[-1])
    await agent.call("POST", f"{path}/messages", text="明天下午在家吗？", client_message_id="m1")
    await until(lambda: "明天下午" in user.texts("account")[-1])
    return agent, path


async def replies(agent, path):
    changes = (await agent.call("GET", path)).json()["changes"]
    return [one["text"] for one in changes if one["kind"] == "replied"]


async def test_words_and_a_picture_by_number(wechat):
    user = wechat.user()
    agent, path = await written_to(wechat, user)
    name = agent.agent["name"]
    assert user.texts("account")[-1] == f"{name}：明天下午在家吗？\n回复 1 回复处理人"
    await wechat.say(user, "1")
    assert user.texts("account")[-1].startswith("请直接回复")
    assert user.texts("account")[-1].endswith("回复 1 不回复了")
    wechat.platform.media["m1"] = (b"\x89PNG", "image/png")
    await callbacks.other(wechat.platform, user.openid, "image", "[图片]", PicUrl="http://x/y.png", MediaId="m1")
    await wechat.say(user, "下午三点后在")
    assert user.texts("account")[-1].startswith(f"您的回复已转给工单 1 的客服{name}，最晚")
    assert user.texts("account")[-1].endswith("回复 1 继续补充")
    assert await replies(agent, path) == ["[图片]", "下午三点后在"]
    assert not any("看不懂" in text for text in user.texts("account"))
    assert wechat.rasa.messages_of(await wechat.conversation_id(user)) == ["转人工"]


async def test_what_is_not_understood_and_a_picture_are_offered(wechat):
    user = wechat.user()
    agent, path = await written_to(wechat, user)
    wechat.rasa.turn = {**TURN, "outcome": {"kind": "clarification"}}
    await wechat.say(user, "都行")
    assert user.texts("account")[-1].endswith("回复 1 转给处理人")
    await wechat.say(user, "1")
    assert "您的回复已转给工单 1" in user.texts("account")[-1]
    wechat.platform.media["m1"] = (b"\x89PNG", "image/png")
    await callbacks.other(wechat.platform, user.openid, "image", "[图片]", PicUrl="http://x/y.png", MediaId="m1")
    await until(lambda: user.texts("account")[-1].endswith("回复 1 转给处理人"))
    await wechat.say(user, "1")
    assert await replies(agent, path) == ["都行", "[图片]"]
