"""The whole way over WeChat, encrypted and plain."""

import asyncio

import pytest

from handoff import texts
from sandbox.wechat import callbacks
from tests.handoff.people import until


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


@pytest.mark.parametrize("account", ["main", "second"])
async def test_whole_conversation_with_a_sixth_reply_held(wechat, account):
    user = wechat.user(account=account)
    await wechat.say(user, "话费怎么多了")
    await wechat.say(user, "转人工")
    assert user.texts("account")[0] == "答：话费怎么多了"
    assert "转人工" in user.texts("account")[1]
    assert user.texts("account")[1].endswith("回复 1 继续排队\n回复 2 请回电\n回复 3 留言\n回复 4 取消排队")

    agent = await wechat.agent()
    [waiting] = await agent.queue()
    assert (waiting["channel"], waiting["conversation_id"]) == ("wechat", await wechat.conversation_id(user))
    conversation = await agent.claim_first()
    assert conversation["reply_quota"]["left"] == 5
    assert conversation["reply_quota"]["held"] == []
    name = agent.agent["name"]
    for number in range(1, 6):
        await agent.reply(waiting["conversation_id"], f"第{number}句")
        await until(lambda n=number: len(user.texts("account")) == 2 + n)
    first, *others = user.texts("account")[2:]
    # The notice that somebody came goes out with their first words and costs no reply of its own.
    assert first == f"客服{name}已接入，前面的对话都能看到，您不用再说一遍。\n\n{name}：第1句"
    assert others == [f"{name}：第{number}句" for number in range(2, 6)]

    held = (await agent.reply(waiting["conversation_id"], "第6句")).json()["seq"]

    async def quota():
        answer = await agent.call("GET", f"/agent/conversations/{waiting['conversation_id']}")
        return answer.json()["reply_quota"]

    async def is_held():
        return (await quota())["held"] == [held]

    await until(is_held)
    assert (await quota())["left"] == 0
    assert len(user.texts("account")) == 7

    await wechat.say(user, "还在吗")
    assert user.texts("account")[7:] == [f"{name}：第6句"]
    assert user.screen[-1]["passive"] is True
    assert (await quota())["held"] == []
    assert (await quota())["left"] == 5

    await agent.close(waiting["conversation_id"])
    await until(lambda: len(user.texts("account")) == 9)
    assert "本次人工服务已结束" in user.texts("account")[8]
    assert user.texts("account")[8].splitlines()[1:3] == ["回复 1 很满意", "回复 2 满意"]
    await wechat.say(user, "1")
    assert user.texts("account")[9:] == [f"{texts.RATED}\n回复 1 说几句"]
    assert (await wechat.services.queue.get(waiting["id"])).satisfaction == 5
    await wechat.say(user, "再问一个")
    assert user.texts("account")[10:] == ["答：再问一个"]
    await wechat.say(user, "5")  # an answer to the assistant by now, no verdict
    assert user.texts("account")[11:] == ["答：5"]


async def test_a_low_score_and_the_comment_that_was_asked_for(wechat):
    user = wechat.user()
    await wechat.say(user, "转人工")
    agent = await wechat.agent()
    [waiting] = await agent.queue()
    await agent.claim(waiting["id"])
    await agent.close(waiting["conversation_id"])
    await until(lambda: any("本次人工服务已结束" in text for text in user.texts("account")))
    await wechat.say(user, "5")
    assert user.texts("account")[-1] == f"{texts.RATED_LOW}\n回复 1 说几句"
    await wechat.say(user, "1")
    assert user.texts("account")[-1] == texts.ASK_COMMENT
    await wechat.say(user, "等了太久")
    assert user.texts("account")[-1] == texts.COMMENTED
    request = await wechat.services.queue.get(waiting["id"])
    assert (request.satisfaction, request.satisfaction_comment) == (1, "等了太久")
    await wechat.say(user, "再问一个")
    assert user.texts("account")[-1] == "答：再问一个"


async def test_a_message_left_with_words_and_what_becomes_of_it(wechat):
    user = wechat.user()
    await wechat.say(user, "转人工")  # nobody is online
    assert "回复 3 留言" in user.texts("account")[-1].splitlines()
    await wechat.say(user, "3")
    assert user.texts("account")[-1] == texts.ASK_MESSAGE
    await wechat.say(user, "宽带断了三天")
    assert "工单号 1" in user.texts("account")[-1]
    agent = await wechat.agent()
    [ticket] = (await agent.call("GET", "/agent/tickets")).json()["tickets"]
    assert (ticket["channel"], ticket["text"]) == ("wechat", "宽带断了三天")
    path = f"/agent/tickets/{ticket['id']}"
    await agent.call("POST", f"{path}/take")
    await until(lambda: "负责到底" in user.texts("account")[-1])
    await agent.call("POST", f"{path}/messages", text="已派师傅上门", client_message_id="m1")
    await until(lambda: "已派师傅上门" in user.texts("account")[-1])
    await agent.call("POST", f"{path}/done", result="线路已修好")
    await until(lambda: "工单 1 已处理完成：线路已修好。" in user.texts("account")[-1])
    await wechat.say(user, "我的工单")
    assert user.texts("account")[-1] == "工单 1（留言）：已处理完成，线路已修好"


async def test_numbers_mean_the_choices_that_were_offered(wechat):
    user = wechat.user()
    await wechat.say(user, "给我按钮")
    assert user.texts("account") == ["请选择\n回复 1 查账单"]
    await wechat.say(user, " １。")
    assert await wechat.transcript(user) == [
        ("customer", "给我按钮"),
        ("bot", "请选择"),
        ("customer", "查账单"),
        ("bot", '答：/query_bill{"month": "2026-10"}'),
    ]
    await wechat.say(user, "2")  # no such choice: what they typed
    assert (await wechat.transcript(user))[4] == ("customer", "2")


async def test_leaving_the_queue_by_number(wechat):
    user = wechat.user()
    await wechat.say(user, "转人工")
    await wechat.say(user, "4")
    assert "已为您取消排队" in user.texts("account")[-1]


async def test_leaving_a_message_by_number(wechat):
    user = wechat.user()
    await wechat.say(user, "转人工")
    await wechat.say(user, "3")
    assert "请把要留言的内容发给我" in user.texts("account")[-1]
    await wechat.say(user, "宽带断了三天")
    assert "工单号 1" in user.texts("account")[-1]


class TestFullQueue:
    """What the web offers as buttons, WeChat offers as numbers."""

    @pytest.fixture
    def wechat_values(self):
        return {"queue_limit": 1, "queue_reserve": 0}

    async def test_full_queue_offers_a_call_by_number(self, wechat):
        await wechat.say(wechat.user("openid-of-li"), "转人工")
        user = wechat.user()
        await wechat.say(user, "转人工")
        assert texts.QUEUE_FULL + "\n回复 1 请回电\n回复 2 留言" in "\n".join(user.texts("account"))
        await wechat.say(user, "1")
        assert user.texts("account")[-1] == texts.ASK_CALLBACK
        await wechat.say(user, "13900001111")
        assert "我们会拨打 139****1111。工单号 1" in user.texts("account")[-1]


async def test_number_means_itself_to_a_person(wechat):
    user = wechat.user()
    await wechat.say(user, "转人工")
    agent = await wechat.agent()
    await agent.claim_first()
    await wechat.say(user, "1")
    assert (await wechat.transcript(user))[-1] == ("customer", "1")


async def test_slow_answer_comes_by_customer_service_message(wechat, rasa):
    user = wechat.user()
    rasa.gate.clear()
    delivery = asyncio.create_task(wechat.say(user, "等一下再答"))
    await delivery
    assert user.texts("account") == []  # acknowledged, empty
    await until(lambda: user.typing_until_s > 0)
    rasa.gate.set()
    await wechat.shows(user, "答：等一下再答")
    assert user.screen[-1]["passive"] is False
    assert len(wechat.platform.deliveries) == 1


@pytest.fixture
def wechat_values(request):
    slow = request.node.name == "test_slow_answer_comes_by_customer_service_message"
    return {"wechat_reply_s": 0.3, "assistant_timeout_s": 10.0} if slow else {}


async def test_welcome_once_a_follow_and_goodbye(wechat):
    user = wechat.user()
    user.follows = False
    await callbacks.happen(wechat.platform, user.openid, "subscribe", EventKey="")
    [welcome] = user.texts("account")
    assert welcome.startswith("您好，我是小桥")
    assert "回复 1 查话费余额" in welcome
    await wechat.say(user, "1")
    assert (await wechat.transcript(user))[1:3] == [("customer", "查话费余额"), ("bot", "答：/query_balance")]
    await callbacks.happen(wechat.platform, user.openid, "unsubscribe", EventKey="")
    conversation = await wechat.services.conversations.get(await wechat.conversation_id(user))
    assert conversation.state == "closed"
    await callbacks.happen(wechat.platform, user.openid, "subscribe", EventKey="")
    await wechat.say(user, "我回来了")
    assert user.texts("account")[-1] == "答：我回来了"


async def test_menu_and_scene_are_intents(wechat):
    user = wechat.user()
    await callbacks.happen(wechat.platform, user.openid, "CLICK", EventKey="intent:query_balance")
    await callbacks.happen(wechat.platform, user.openid, "SCAN", EventKey="network-desk", Ticket="t")
    await callbacks.happen(wechat.platform, user.openid, "CLICK", EventKey="intent:unheard_of")
    assert [text for sender, text in await wechat.transcript(user)] == [
        "话费余额",
        "答：/query_balance",
        "宽带报修",
        "答：/report_fault",
    ]


async def test_picture_is_kept_for_the_agent(wechat):
    user = wechat.user()
    wechat.platform.media["m1"] = (b"\x89PNG", "image/png")
    await callbacks.other(wechat.platform, user.openid, "image", "[图片]", PicUrl="http://x/y.png", MediaId="m1")
    [said] = user.texts("account")
    assert said.startswith("图片收到了")
    [sent, _] = await wechat.services.conversations.messages(await wechat.conversation_id(user), 0, 10)
    [link] = sent.links
    answer = await wechat.http.get(link.url)
    assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert (await wechat.http.get(link.url[:-4] + "0000")).status_code == 404
    assert wechat.rasa.calls == []


@pytest.mark.parametrize(
    ("kind", "values", "kept"),
    [
        ("voice", {"MediaId": "m", "Format": "amr", "Recognition": "话费还有多少"}, "话费还有多少"),
        ("voice", {"MediaId": "m", "Format": "amr"}, "[语音]"),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}, "[视频]"),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}, "[小视频]"),
        ("file", {"Title": "合同.pdf", "MediaId": "m"}, "[文件] 合同.pdf"),
        ("location", {"Location_X": "23.1", "Location_Y": "113.3", "Label": "天河"}, "[位置] 天河（23.1, 113.3）"),
        ("link", {"Title": "标题", "Description": "说明", "Url": "https://e.com/a"}, "[链接] 标题\n说明"),
    ],
)
async def test_every_message_type_reaches_the_transcript(wechat, kind, values, kept):
    user = wechat.user()
    await callbacks.other(wechat.platform, user.openid, kind, "x", **values)
    assert (await wechat.transcript(user))[0] == ("customer", kept)
    assert wechat.platform.deliveries[0]["status"] == 200


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("VIEW", {"EventKey": "https://example.com"}),
        ("LOCATION", {"Latitude": "1", "Longitude": "2"}),
        ("TEMPLATESENDJOBFINISH", {"MsgID": "1", "Status": "failed:user block"}),
        ("subscribe_msg_sent_event", {"SubscribeMsgSentEvent": "<List><ErrorStatus>user refuse</ErrorStatus></List>"}),
        ("never_heard_of", {"EventKey": "x"}),
        ("", {}),
    ],
)
async def test_other_events_are_acknowledged(wechat, name, values):
    user = wechat.user()
    await callbacks.happen(wechat.platform, user.openid, name, **values)
    assert [(d["status"], d["reply"]) for d in wechat.platform.deliveries] == [(200, None)]
    await wechat.say(user, "还好吗")
    assert user.texts("account") == ["答：还好吗"]
