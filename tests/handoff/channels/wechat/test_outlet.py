"""Messages out: tokens, errors, quota, held replies, dead letters."""

import asyncio
from types import SimpleNamespace

import pytest

from handoff.channels import courier
from handoff.channels.wechat import client as platform_client
from handoff.channels.wechat.accounts import Account, Accounts, NoticeTemplate
from handoff.channels.wechat.client import Client
from handoff.channels.wechat.outlet import WeChatOutlet
from handoff.channels.wechat.platform_errors import PlatformError, Unreachable
from handoff.models import Attachment, Conversation, Message
from handoff.services import Services
from handoff.stores.deliveries import Address
from handoff.vocabulary import Channel, ConversationState, Role, Sender
from sandbox.wechat import callbacks
from sandbox.wechat.platform import Fault
from tests.handoff.people import until

SEND = "message/custom/send"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(courier.Courier, "__init__", _with_short_pauses(courier.Courier.__init__))


def _with_short_pauses(init):
    pauses = {"pauses_s": (0.01, 0.02, 0.03), "unanswered_pauses_s": (0.01,)}
    return lambda self, services, outlet, **values: init(self, services, outlet, **pauses, **values)


@pytest.fixture
async def served(wechat):
    """A WeChat customer whom a person serves."""
    user = wechat.user()
    await wechat.say(user, "转人工")
    agent = await wechat.agent(role=Role.SUPERVISOR)
    conversation = await agent.claim_first()
    shown = len(user.texts("account"))

    class Served:
        id = conversation["id"]

        @staticmethod
        async def reply(text):
            return (await agent.reply(conversation["id"], text)).json()["seq"]

        @staticmethod
        def texts():
            # Without the name that stands before them, and the notice that came with the first.
            return [text.split("：", 1)[1] for text in user.texts("account")[shown:]]

        @staticmethod
        async def quota():
            return (await agent.call("GET", f"/agent/conversations/{conversation['id']}")).json()["reply_quota"]

        @staticmethod
        async def letters():
            return (await agent.call("GET", "/channels/wechat/dead-letters")).json()["dead_letters"]

    Served.user, Served.agent = user, agent
    return Served


async def shows(served, *texts):
    await until(lambda: served.texts() == list(texts))


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_rejected_token_is_refreshed_once_and_the_call_repeated(wechat, served, code):
    await served.reply("一")
    await shows(served, "一")
    fetches = wechat.platform.calls["stable_token"]
    wechat.platform.faults[SEND] = [Fault(code=code)]
    await served.reply("二")
    await shows(served, "一", "二")
    assert wechat.platform.calls["stable_token"] > fetches


async def test_token_reset_by_somebody_else_goes_unnoticed(wechat, served):
    await served.reply("一")
    await shows(served, "一")
    wechat.platform.invalidate_token(served.user.app_id)
    await served.reply("二")
    await shows(served, "一", "二")


@pytest.mark.parametrize("fault", [Fault(code=-1), Fault(code=45011), Fault(status=502)])
async def test_passing_failures_are_tried_again_in_order(wechat, served, fault):
    wechat.platform.faults[SEND] = [fault, fault]
    for text in "一二三":
        await served.reply(text)
    await shows(served, "一", "二", "三")
    assert await served.letters() == []
    assert (await served.quota())["left"] == 2  # failures cost nothing


async def test_final_error_is_a_dead_letter_and_the_rest_goes_on(wechat, served):
    wechat.platform.faults[SEND] = [Fault(code=48001)]
    lost = await served.reply("一")
    await until(served.letters)
    await served.reply("二")
    await shows(served, "二")
    [letter] = await served.letters()
    assert (letter["seqs"][-1], letter["account"], letter["conversation_id"]) == (lost, "main", served.id)
    assert letter["why"] == "no_permission (48001)"
    assert letter["texts"][0].endswith("：一")
    assert wechat.platform.calls[SEND] == 2  # never tried again by itself
    again = await served.agent.call("POST", f"/channels/wechat/dead-letters/{letter['id']}/resend")
    assert again.status_code == 200
    await until(lambda: served.texts()[-1].endswith("一"))
    assert await served.letters() == []
    again = await served.agent.call("POST", f"/channels/wechat/dead-letters/{letter['id']}/resend")
    assert again.status_code == 404


async def test_resending_that_fails_keeps_the_letter(wechat, served):
    wechat.platform.faults[SEND] = [Fault(code=48001), Fault(code=48001)]
    await served.reply("一")
    [letter] = await until(served.letters)
    answer = await served.agent.call("POST", f"/channels/wechat/dead-letters/{letter['id']}/resend")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "resend_failed")
    assert [one["id"] for one in await served.letters()] == [letter["id"]]


async def test_giving_up_after_many_failures(wechat, served):
    wechat.platform.faults[SEND] = [Fault(status=500)] * 4
    await served.reply("一")
    [letter] = await until(served.letters)
    assert letter["why"] == "status 500"
    await served.reply("二")
    await shows(served, "二")


class TestUnanswered:
    """The platform takes the call, does it, and its answer never comes: nobody knows whether the customer has it."""

    @pytest.fixture(params=[2, 0])
    def repeats(self, request):
        return request.param

    @pytest.fixture
    def wechat_values(self, monkeypatch, repeats):
        monkeypatch.setattr(platform_client, "TIMEOUT_S", 0.4)
        return {"wechat_repeats_unanswered": repeats}

    async def test_is_repeated_so_often_and_no_more(self, wechat, served, repeats):
        slow = Fault(hang_s=0.8)
        wechat.platform.faults[SEND] = [slow] * (repeats + 1)
        await served.reply("一")
        [letter] = await until(served.letters)
        assert (letter["why"], letter["texts"][0].split("：")[-1]) == ("unanswered", "一")
        await until(lambda: served.texts() == ["一"] * (repeats + 1))  # done all the same, each time
        await served.reply("二")
        await shows(served, *["一"] * (repeats + 1), "二")
        assert wechat.platform.calls[SEND] == repeats + 2

    @pytest.mark.parametrize("repeats", [0])
    async def test_who_sends_a_letter_again_hears_that_it_may_have_arrived(self, wechat, served, repeats):
        wechat.platform.faults[SEND] = [Fault(code=48001), Fault(hang_s=0.8)]
        await served.reply("一")
        [letter] = await until(served.letters)
        left = (await served.quota())["left"]
        answer = await served.agent.call("POST", f"/channels/wechat/dead-letters/{letter['id']}/resend")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "resend_unanswered")
        assert [one["why"] for one in await served.letters()] == ["unanswered"]
        assert (await served.quota())["left"] == left - 1  # the platform may have counted it

    @pytest.mark.parametrize("repeats", [0])
    async def test_what_was_certainly_not_sent_does_not_count(self, wechat, served, repeats):
        wechat.platform.faults[SEND] = [Fault(status=502)] * 3
        await served.reply("一")
        await shows(served, "一")
        assert await served.letters() == []


class TestWhatIsLeft:
    """Of a step that ran out of time or carriers the dead letter has what did not go out, and nothing else."""

    @staticmethod
    def given_up(services, messages, parts_done):
        conversation = Conversation(
            id="c1", state=ConversationState.ACTIVE, channel=Channel.WECHAT, created_at_ms=1, episode_started_seq=0
        )
        parcel = courier.Parcel(conversation, Address(Channel.WECHAT, "wx", "u1"), messages, parts_done)
        return WeChatOutlet(SimpleNamespace(services=services)).given_up(parcel, "timeout")

    @staticmethod
    def message(seq, text, sender=Sender.AGENT, **values):
        return Message(seq=seq, id=f"m{seq}", sender=sender, text=text, created_at_ms=1, **values)

    def test_of_files_the_links_of_those_not_sent(self, services):
        files = [
            Attachment(id=name * 43, name=f"{name}.png", content_type="image/png", size_bytes=10) for name in "abc"
        ]
        notice = self.message(4, "客服已接入", Sender.SYSTEM)
        letter = self.given_up(services, [notice, self.message(5, "您看", attachments=files)], parts_done=2)
        assert (letter.seqs, letter.through_seq, letter.why) == ([4, 5], 5, "timeout")
        assert ["b" * 43 in letter.texts[0], "c" * 43 in letter.texts[1], len(letter.texts)] == [True, True, 2]

    def test_of_a_long_text_the_parts_not_sent(self, services):
        text = "。".join(str(number) for number in range(1000))
        letter = self.given_up(services, [self.message(5, text), self.message(6, "还有")], parts_done=1)
        assert (letter.seqs, letter.through_seq) == ([5], 5)
        assert "".join(letter.texts) == text[-len("".join(letter.texts)) :]
        assert 0 < len("".join(letter.texts)) < len(text)


async def test_dead_letters_are_for_supervisors(wechat, served):
    agent = await wechat.agent("other")
    assert (await agent.call("GET", "/channels/wechat/dead-letters")).status_code == 403
    assert (await wechat.http.get("/api/v1/channels/wechat/dead-letters")).status_code == 401


@pytest.mark.parametrize("code", [45015, 45047])
async def test_refused_for_quota_is_held_and_never_lost(wechat, served, code):
    wechat.platform.faults[SEND] = [Fault(code=code)]
    seq = await served.reply("一")

    async def is_held():
        return seq in (await served.quota())["held"]

    await until(is_held)
    assert (await served.quota())["left"] == 0
    assert await served.letters() == []
    await served.reply("二")
    await wechat.say(served.user, "在吗")
    # One passive reply carries both, and the notice that a person came.
    carried = served.user.texts("account")[-1]
    assert carried.index("：一") < carried.index("：二")
    assert (await served.quota())["held"] == []
    assert served.user.message_window.left == 5


async def test_few_left_means_together(wechat, served, monkeypatch):
    """When few replies are left, what waits goes out as one."""
    gate, deliver = asyncio.Event(), WeChatOutlet.deliver

    async def when_all_are_there(outlet, parcel):
        await gate.wait()
        return await deliver(outlet, parcel)

    monkeypatch.setattr(WeChatOutlet, "deliver", when_all_are_there)
    for number in range(1, 9):
        await served.reply(f"第{number}句。")
    gate.set()
    await until(lambda: "".join(served.user.texts("account")).count("句。") == 8)
    assert len(served.texts()) <= 5
    everything = "".join(served.user.texts("account"))
    assert [everything.index(f"第{number}句") for number in range(1, 9)] == sorted(
        everything.index(f"第{number}句") for number in range(1, 9)
    )


async def test_unfollowed_is_held_until_they_are_back(wechat, served):
    await callbacks.happen(wechat.platform, served.user.openid, "unsubscribe", EventKey="")
    seq = await served.reply("还在吗")

    async def is_held():
        return seq in (await served.quota())["held"]

    await until(is_held)
    await callbacks.happen(wechat.platform, served.user.openid, "subscribe", EventKey="")
    await until(lambda: "还在吗" in "".join(served.user.texts("account")))


async def test_agent_who_comes_is_shown_as_typing(wechat, served):
    await until(lambda: served.user.typing_until_s > 0)
    assert wechat.platform.calls[SEND] == 0


class TestNotices:
    @pytest.fixture
    async def wechat(self, wechat):
        main = wechat.platform.accounts[0]
        row = {
            "name": main.name, "app_id": main.app_id, "token": main.token, "app_secret": main.app_secret,
            "encoding_aes_key": main.encoding_aes_key,
        }  # fmt: skip
        assert row["app_id"]
        return wechat

    async def test_consent_sends_a_subscription_message_once(self, wechat, served, monkeypatch):
        await self._with_templates(wechat, monkeypatch, subscription={"template_id": "sub", "field": "thing1"})
        await self._consent(wechat, served.user)
        wechat.platform.faults[SEND] = [Fault(code=45015)]
        await served.reply("一")
        await until(lambda: wechat.platform.notices)
        await served.reply("二")
        [notice] = wechat.platform.notices
        assert (notice["template_id"], notice["touser"]) == ("sub", served.user.openid)

    async def test_without_consent_a_template_message(self, wechat, served, monkeypatch):
        await self._with_templates(
            wechat, monkeypatch, subscription={"template_id": "sub"}, notice={"template_id": "tpl", "field": "first"}
        )
        wechat.platform.faults[SEND] = [Fault(code=45047)]
        await served.reply("一")
        await until(lambda: wechat.platform.notices)
        assert wechat.platform.notices[0]["template_id"] == "tpl"
        assert wechat.platform.notices[0]["data"]["first"]["value"].startswith("您有新的客服回复")

    async def _with_templates(self, wechat, monkeypatch, **templates):
        """The running account gets templates: the outlet looks it up anew each time."""
        deliver = WeChatOutlet.deliver

        async def with_templates(outlet, parcel):
            accounts = outlet._parts.accounts
            plain: Account = accounts.by_app_id[parcel.address.account]
            values = {name: NoticeTemplate(**value) for name, value in templates.items()}
            monkeypatch.setitem(accounts.by_app_id, plain.app_id, plain.model_copy(update=values))
            return await deliver(outlet, parcel)

        monkeypatch.setattr(WeChatOutlet, "deliver", with_templates)

    async def _consent(self, wechat, user):
        user.consents["sub"] = 1
        status = "<List><TemplateId>sub</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
        await callbacks.happen(wechat.platform, user.openid, "subscribe_msg_popup_event", SubscribeMsgPopupEvent=status)


@pytest.fixture
async def clients(wechat):
    """Twenty processes' clients, each with its own connection to Redis."""
    services = [Services.build(wechat.services.settings) for _ in range(20)]
    made = [Client(one) for one in services]
    yield made
    for client, one in zip(made, services, strict=True):
        await client.close()
        await one.close()


async def test_twenty_workers_fetch_one_token(wechat, clients):
    account = Accounts.load(wechat.accounts_file).by_name["main"]
    wechat.platform.faults["stable_token"] = [Fault(hang_s=0.2)]
    tokens = await asyncio.gather(*(client.tokens.get(account) for client in clients))
    assert len(set(tokens)) == 1
    assert wechat.platform.calls["stable_token"] == 1
    # All are told at once that it is no longer good: again one fetch, and a forced one if the platform insists.
    wechat.platform.invalidate_token(account.app_id)
    renewed = await asyncio.gather(*(client.tokens.get(account, rejected=tokens[0]) for client in clients))
    assert len(set(renewed)) == 1
    assert renewed[0] != tokens[0]
    assert wechat.platform.calls["stable_token"] == 2


async def test_token_the_platform_refuses_though_it_hands_it_out_is_forced(wechat, clients):
    account = Accounts.load(wechat.accounts_file).by_name["main"]
    token = await clients[0].tokens.get(account)
    renewed = await clients[1].tokens.get(account, rejected=token)
    assert renewed != token
    assert len(wechat.platform.forced[account.app_id]) == 1


async def test_wrong_secret_is_named_and_not_tried_for_ever(wechat, clients):
    account = Accounts.load(wechat.accounts_file).by_name["main"]
    wechat.platform.accounts[0] = wechat.platform.accounts[1]
    with pytest.raises(PlatformError, match="40013"):
        await asyncio.wait_for(clients[0].send_text(account, "u", "x"), 20)


async def test_media_goes_up_and_comes_down(wechat, clients):
    account = Accounts.load(wechat.accounts_file).by_name["main"]
    user = wechat.user()
    user.wrote()
    media_id = await clients[0].upload_media(account, "image", "图.png", b"\x89PNG", "image/png")
    assert await clients[0].download_media(account, media_id) == (b"\x89PNG", "image/png")
    await clients[0].send_media(account, user.openid, "image", media_id)
    assert user.screen[-1]["kind"] == "image"
    wechat.platform.invalidate_token(account.app_id)
    assert await clients[0].download_media(account, media_id) == (b"\x89PNG", "image/png")
    with pytest.raises(PlatformError):
        await clients[0].download_media(account, "nothing")


async def test_what_cannot_be_read_is_unreachable_and_shows_no_token(wechat, clients):
    account = Accounts.load(wechat.accounts_file).by_name["main"]
    token = await clients[0].tokens.get(account)
    wechat.platform.faults[SEND] = [Fault(status=500)]
    with pytest.raises(Unreachable) as caught:
        await clients[0].send_text(account, "u", "x")
    assert token not in repr(caught.value)
    assert caught.value.__cause__ is None
