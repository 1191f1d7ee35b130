"""Who a WeChat user is: bound by a code or a signed link, one person on two channels."""

import asyncio
import re
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from handoff import auth
from handoff.channels.wechat import binding, own_answers
from handoff.channels.wechat.operator_codes import OperatorCodes
from handoff.errors import StorageUnavailable
from handoff.models import Customer
from handoff.stores.own_answers import OwnAnswers
from sandbox.operator.app import create_app as create_operator
from sandbox.wechat import callbacks
from tests.handoff.conftest import IDENTITY_SECRET
from tests.handoff.people import until
from tests.handoff.servers import serve

PHONE = "13900001001"
WANG = Customer(id="C1001", name="王芳", phone=PHONE)


@pytest.fixture
async def operator_url():
    async with serve(create_operator(":memory:")) as url:
        yield url


@pytest.fixture
def wechat_values(operator_url):
    return {"operator_url": operator_url}


def identity(customer: Customer = WANG) -> str:
    return auth.identity_token(customer, IDENTITY_SECRET, int(time.time()) + 600)


async def code(operator_url: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        sent = (await client.get(f"{operator_url}/sandbox/sms")).json()
    assert sent[-1]["phone"] == PHONE
    return re.search(r"\d{6}", sent[-1]["text"]).group()


async def bind(wechat, user, operator_url):
    await wechat.say(user, "绑定")
    await wechat.say(user, "139 0000 1001")
    await wechat.say(user, await code(operator_url))


async def dies(*_arguments, **_fields):
    """In place of a call at which a delivery ends."""
    raise StorageUnavailable


async def test_binding_by_code(wechat, operator_url):
    user = wechat.user()
    await wechat.say(user, "你好")
    await bind(wechat, user, operator_url)
    asked, sent, done = user.texts("account")[1:]
    assert asked.startswith("请回复您的手机号码")
    assert "139****1001" in sent
    assert done.startswith("绑定成功，王芳您好")
    # Number and code stay out of the transcript.
    assert await wechat.transcript(user) == [("customer", "你好"), ("bot", "答：你好")]
    await wechat.say(user, "话费")
    assert wechat.rasa.calls[-1]["metadata"]["customer"]["id"] == "C1001"
    await wechat.say(user, "解绑")
    assert user.texts("account")[-1] == "已解除手机号绑定。"
    await wechat.say(user, "话费呢")
    assert wechat.rasa.calls[-1]["metadata"]["customer"] is None


async def test_wrong_codes_end_the_binding(wechat, operator_url):
    user = wechat.user()
    await wechat.say(user, "绑定手机号")
    await wechat.say(user, "12345")
    await wechat.say(user, PHONE)
    wrong = "000000" if await code(operator_url) != "000000" else "111111"
    for _ in range(3):
        await wechat.say(user, wrong)
    texts = user.texts("account")
    assert "不像一个手机号码" in texts[1]
    assert "还可以试 2 次" in texts[3]
    assert texts[5] == "验证没有通过，这次先不绑定了。您可以稍后回复“绑定”再试。"
    await wechat.say(user, "123456")
    assert user.texts("account")[-1] == "答：123456"


async def test_a_number_that_is_nobodys_gets_the_same_answer(wechat, operator_url):
    user = wechat.user()
    await wechat.say(user, "绑定")
    await wechat.say(user, "13911112222")
    assert user.texts("account")[-1].startswith("验证码已发送到 139****2222")


async def test_a_number_given_twice_and_a_code_asked_for_again_lead_to_the_code_that_was_sent(wechat, operator_url):
    """Within the moment in which the operator sends no second one; so nobody finds out whose number is a customer's."""
    user = wechat.user()
    await wechat.say(user, "绑定")
    await wechat.say(user, PHONE)
    await wechat.say(user, PHONE)
    await wechat.say(user, "重发")
    assert len(set(user.texts("account")[1:])) == 1
    await wechat.say(user, await code(operator_url))
    assert user.texts("account")[-1].startswith("绑定成功，王芳您好")


async def test_a_mistyped_number_is_put_right_by_the_next(wechat, operator_url):
    user = wechat.user()
    await wechat.say(user, "绑定")
    await wechat.say(user, "13911112222")
    await wechat.say(user, PHONE)
    assert user.texts("account")[-1].startswith("验证码已发送到 139****1001")
    await wechat.say(user, await code(operator_url))
    assert user.texts("account")[-1].startswith("绑定成功，王芳您好")


async def test_asking_something_else_leaves_the_binding(wechat):
    user = wechat.user()
    await wechat.say(user, "绑定")
    await wechat.say(user, "先问个问题")
    await wechat.say(user, PHONE)
    assert user.texts("account")[1:] == ["答：先问个问题", f"答：{PHONE}"]


async def test_repeated_delivery_sends_one_code(wechat, operator_url, account_of):
    user = wechat.user()
    await wechat.say(user, "绑定")
    fields = callbacks.message(wechat.platform, user, "text", Content=PHONE)
    answers = await asyncio.gather(*(callbacks.post(wechat.platform, account_of("main"), fields) for _ in range(3)))
    shown = [callbacks.read_reply(account_of("main"), answer.content) for answer in answers]
    assert len([text for text in shown if text]) == 1
    async with httpx.AsyncClient(trust_env=False) as client:
        assert len((await client.get(f"{operator_url}/sandbox/sms")).json()) == 1


async def test_conversation_goes_on_from_widget_to_wechat_and_side_by_side(wechat, operator_url):
    user = wechat.user()
    await wechat.say(user, "先在微信问")
    visitor = await wechat.visitor(identity_token=identity())
    await visitor.say("转人工")
    await visitor.in_state("queued")
    agent = await wechat.agent()
    await agent.claim_first()
    # The WeChat conversation is with the assistant and recent, but not known to be hers yet.
    await bind(wechat, user, operator_url)
    conversation = (await agent.call("GET", f"/agent/conversations/{visitor.id}")).json()
    [other] = conversation["other_conversations"]
    assert (other["channel"], other["last_text"]) == ("wechat", "先在微信问")
    assert (await agent.call("GET", f"/agent/conversations/{other['id']}")).status_code == 200


async def test_queued_on_the_web_served_in_wechat(wechat, operator_url):
    visitor = await wechat.visitor(identity_token=identity())
    await visitor.say("转人工")
    await visitor.in_state("queued")
    user = wechat.user()
    await bind(wechat, user, operator_url)
    assert "您在网页上的会话已为您接到这里" in user.texts("account")[-1]
    await wechat.say(user, "我现在在微信")
    agent = await wechat.agent()
    conversation = await agent.claim_first()
    assert conversation["id"] == visitor.id
    assert conversation["messages"][-2]["text"] == "我现在在微信"
    await agent.reply(visitor.id, "好的")
    await until(lambda: user.texts("account")[-1].endswith("：好的"))
    # What was said on the web was read there.
    assert "已为您" not in "".join(user.texts("account")[3:-1])


async def test_from_wechat_to_the_widget(wechat, operator_url):
    user = wechat.user()
    await bind(wechat, user, operator_url)
    await wechat.say(user, "转人工")
    conversation_id = await wechat.conversation_id(user)
    visitor = await wechat.visitor(identity_token=identity())
    assert visitor.id == conversation_id
    await visitor.say("我到网页上来了")
    agent = await wechat.agent()
    await agent.claim_first()
    shown = len(user.texts("account"))
    await agent.reply(conversation_id, "网页上回您")
    assert (await visitor.texts("agent")) == ["网页上回您"]
    # Back in WeChat, only what comes from then on is sent there.
    await wechat.say(user, "又回微信了")
    await agent.reply(conversation_id, "微信上回您")
    await until(lambda: len(user.texts("account")) > shown)
    assert user.texts("account")[shown:] == [f"{agent.agent['name']}：微信上回您"]


async def test_binding_by_signed_link(wechat):
    user = wechat.user(account="second")
    await wechat.say(user, "你好")
    await wechat.say(user, "绑定")
    link = urlsplit(re.search(r"https://\S+", user.texts("account")[-1]).group())
    assert link.netloc == "operator.example"
    [back] = parse_qs(link.query)["return_to"]
    # No ticket or a forged identity: no binding.
    assert (await wechat.http.get(back, params={"identity_token": "x.y.z"})).status_code == 403
    stranger = back.split("?")[0]
    assert (await wechat.http.get(stranger, params={"ticket": "x", "identity_token": identity()})).status_code == 403
    assert (await wechat.http.get(f"{back}&identity_token={identity()}")).status_code == 200
    await wechat.say(user, "话费")
    assert wechat.rasa.calls[-1]["metadata"]["customer"]["name"] == "王芳"
    assert (await wechat.http.get(f"{back}&identity_token={identity()}")).status_code == 403  # good once


@pytest.fixture
def codes(monkeypatch):
    """The operator, slow for as long as a test likes: how many codes it was asked for."""

    class Slow:
        gate = asyncio.Event()
        asked = 0

    send = OperatorCodes.send

    async def slowly(self, phone):
        Slow.asked += 1
        await Slow.gate.wait()
        await send(self, phone)

    monkeypatch.setattr(OperatorCodes, "send", slowly)
    return Slow


async def test_a_late_first_attempt_does_not_answer_after_the_second(wechat, account_of, codes):
    user = wechat.user()
    await wechat.say(user, "绑定")
    fields = callbacks.message(wechat.platform, user, "text", Content=PHONE)
    account, sent_s = account_of("main"), time.time()
    first = asyncio.create_task(callbacks.post(wechat.platform, account, fields, sent_s=sent_s))
    await until(lambda: codes.asked == 1)
    # The platform has waited long enough, and sends it again.
    second = asyncio.create_task(callbacks.post(wechat.platform, account, fields, sent_s=sent_s + 5))
    await until(lambda: _attempts(wechat, 2))
    assert not second.done()
    codes.gate.set()
    shown = [callbacks.read_reply(account, (await task).content) for task in (first, second)]
    assert shown[0] is None
    assert shown[1].startswith("验证码已发送到")
    third = await callbacks.post(wechat.platform, account, fields, sent_s=sent_s + 10)
    assert callbacks.read_reply(account, third.content) == shown[1]
    assert codes.asked == 1


async def test_an_attempt_that_dies_is_replaced_by_the_next(wechat, account_of, codes, monkeypatch):
    monkeypatch.setattr(own_answers, "HOLD_MS", 300)
    user = wechat.user()
    await wechat.say(user, "绑定")
    fields = callbacks.message(wechat.platform, user, "text", Content=PHONE)
    account, sent_s = account_of("main"), time.time()
    first = asyncio.create_task(callbacks.post(wechat.platform, account, fields, sent_s=sent_s))
    await until(lambda: codes.asked == 1)
    second = asyncio.create_task(callbacks.post(wechat.platform, account, fields, sent_s=sent_s + 5))
    await until(lambda: codes.asked == 2)  # the second is at it by now
    codes.gate.set()
    shown = [callbacks.read_reply(account, (await task).content) for task in (first, second)]
    assert [bool(text) for text in shown] == [False, True]


async def test_an_attempt_that_was_thought_dead_and_ends_first_is_carried_by_the_newest(
    wechat, account_of, codes, monkeypatch
):
    monkeypatch.setattr(own_answers, "HOLD_MS", 100)
    user = wechat.user()
    await wechat.say(user, "绑定")
    fields = callbacks.message(wechat.platform, user, "text", Content=PHONE)
    account, sent_s = account_of("main"), time.time()
    talk, slow = binding.talk, asyncio.Event()

    async def talks(*arguments):
        is_first = codes.asked == 0
        words = await talk(*arguments)
        if not is_first:
            await slow.wait()
        return words

    monkeypatch.setattr(binding, "talk", talks)
    first = asyncio.create_task(callbacks.post(wechat.platform, account, fields, sent_s=sent_s))
    await until(lambda: codes.asked == 1)
    second = asyncio.create_task(callbacks.post(wechat.platform, account, fields, sent_s=sent_s + 5))
    await until(lambda: codes.asked == 2)
    codes.gate.set()
    assert callbacks.read_reply(account, (await first).content) is None
    slow.set()
    assert callbacks.read_reply(account, (await second).content).startswith("验证码已发送到")


async def test_a_code_sent_by_an_attempt_that_died_is_the_one_that_counts(
    wechat, account_of, operator_url, monkeypatch
):
    monkeypatch.setattr(own_answers, "HOLD_MS", 100)
    user = wechat.user()
    await wechat.say(user, "绑定")
    fields = callbacks.message(wechat.platform, user, "text", Content=PHONE)
    account, sent_s = account_of("main"), time.time()
    with monkeypatch.context() as patch:
        patch.setattr(OwnAnswers, "settle", dies)
        assert (await callbacks.post(wechat.platform, account, fields, sent_s=sent_s)).status_code == 503
    second = await callbacks.post(wechat.platform, account, fields, sent_s=sent_s + 5)
    assert callbacks.read_reply(account, second.content).startswith("验证码已发送到")
    await wechat.say(user, await code(operator_url))
    assert user.texts("account")[-1].startswith("绑定成功，王芳您好")


async def test_a_question_that_leaves_the_binding_is_not_lost_with_the_attempt_that_died(
    wechat, account_of, monkeypatch
):
    monkeypatch.setattr(own_answers, "HOLD_MS", 100)
    user = wechat.user()
    await wechat.say(user, "绑定")
    fields = callbacks.message(wechat.platform, user, "text", Content="先问个问题")
    account, sent_s = account_of("main"), time.time()
    with monkeypatch.context() as patch:
        patch.setattr(OwnAnswers, "release", dies)
        assert (await callbacks.post(wechat.platform, account, fields, sent_s=sent_s)).status_code == 503
    second = await callbacks.post(wechat.platform, account, fields, sent_s=sent_s + 5)
    assert callbacks.read_reply(account, second.content) == "答：先问个问题"
    assert await wechat.transcript(user) == [("customer", "先问个问题"), ("bot", "答：先问个问题")]


async def test_a_code_whose_binding_was_made_by_an_attempt_that_died_stays_out_of_the_transcript(
    wechat, account_of, operator_url, monkeypatch
):
    monkeypatch.setattr(own_answers, "HOLD_MS", 100)
    user = wechat.user()
    await wechat.say(user, "绑定")
    await wechat.say(user, PHONE)
    fields = callbacks.message(wechat.platform, user, "text", Content=await code(operator_url))
    account, sent_s = account_of("main"), time.time()
    with monkeypatch.context() as patch:
        patch.setattr(OwnAnswers, "settle", dies)
        assert (await callbacks.post(wechat.platform, account, fields, sent_s=sent_s)).status_code == 503
    second = await callbacks.post(wechat.platform, account, fields, sent_s=sent_s + 5)
    assert callbacks.read_reply(account, second.content).startswith("绑定成功，王芳您好")
    assert await wechat.transcript(user) == []


async def test_what_leaves_the_binding_is_answered_once_however_often_it_comes(wechat, account_of):
    user = wechat.user()
    await wechat.say(user, "绑定")
    fields = callbacks.message(wechat.platform, user, "text", Content="先问个问题")
    answers = await asyncio.gather(*(callbacks.post(wechat.platform, account_of("main"), fields) for _ in range(3)))
    shown = [callbacks.read_reply(account_of("main"), answer.content) for answer in answers]
    assert [text for text in shown if text] == ["答：先问个问题"]
    assert await wechat.transcript(user) == [("customer", "先问个问题"), ("bot", "答：先问个问题")]


async def _attempts(wechat, number: int) -> bool:
    found = [key async for key in wechat.services.redis.scan_iter("xq:inbound:*")]
    return str(number) in [await wechat.services.redis.hget(key, "attempts") for key in found]
