"""Pictures and files from an agent to a WeChat customer."""

from handoff.attachments import addresses
from handoff.channels.wechat.attached import pieces
from handoff.models import Attachment, Message
from handoff.vocabulary import Role, Sender
from sandbox.wechat.platform import Fault
from tests.handoff.attachments.test_attachments import upload
from tests.handoff.attachments.test_kinds import PDF, PNG
from tests.handoff.people import until

PICTURE = Attachment(id="p" * 43, name="a.png", content_type="image/png", size_bytes=10)
FILE = Attachment(id="f" * 43, name="账单.pdf", content_type="application/pdf", size_bytes=10)


def message(text, *attachments):
    return Message(
        id="m",
        seq=1,
        created_at_ms=0,
        sender=Sender.AGENT,
        sender_name="小林",
        text=text,
        attachments=list(attachments),
    )


def test_pieces():
    def url(one):
        return f"https://kf.example/{one.id}"

    assert pieces(message("[图片]", PICTURE), url) == [PICTURE]
    assert pieces(message("请看", PICTURE), url) == ["小林：请看", PICTURE]
    link = f"[文件] 账单.pdf：{url(FILE)}"
    assert pieces(message("请看", FILE, PICTURE), url) == [f"小林：请看\n{link}", PICTURE]
    assert pieces(message("[文件] 账单.pdf", FILE), url) == [f"小林：\n{link}"]
    huge = PICTURE.model_copy(update={"size_bytes": 11 * 2**20})
    assert [type(piece) for piece in pieces(message("[图片]", huge), url)] == [str]


async def served(wechat):
    user = wechat.user()
    await wechat.say(user, "转人工")
    agent = await wechat.agent(role=Role.SUPERVISOR)
    conversation = await agent.claim_first()
    return user, agent, f"/api/v1/agent/conversations/{conversation['id']}"


async def reply(wechat, agent, path, text, *files):
    uploads = [await upload(wechat.http, agent.token, *file, f"{path}/attachments") for file in files]
    ids = [answer.json()["id"] for answer in uploads]
    body = {"text": text, "client_message_id": ids[0], "attachments": ids}
    answer = await wechat.http.post(f"{path}/messages", json=body, headers={"Authorization": f"Bearer {agent.token}"})
    assert answer.status_code == 202, answer.text


def shown(user):
    return [row["kind"] for row in user.screen if row["from"] == "account"]


async def test_pictures_go_as_pictures_and_files_as_links(wechat, monkeypatch):
    user, agent, path = await served(wechat)
    before = len(shown(user))
    await reply(wechat, agent, path, "请看截图", ("a.png", PNG))
    await reply(wechat, agent, path, "", ("账单.pdf", PDF))
    await until(lambda: len(shown(user)) >= before + 3)
    assert shown(user)[before:] == ["text", "image", "text"]
    words = user.screen[-3]["text"]
    assert "已接入" in words
    assert words.endswith("请看截图")
    assert wechat.platform.media[user.screen[-2]["media_id"]][0] == PNG
    link = user.screen[-1]["text"].partition("：")[2].strip()
    address = link.partition("/api/v1/attachments/")[2]
    assert (await wechat.http.get(f"/api/v1/attachments/{address}")).content == PDF
    last_day = addresses._today() + 30
    monkeypatch.setattr(addresses, "_today", lambda: last_day)
    assert (await wechat.http.get(f"/api/v1/attachments/{address}")).status_code == 200


async def test_each_piece_counts_and_the_rest_waits(wechat):
    user, agent, path = await served(wechat)
    before = len(shown(user))
    await reply(wechat, agent, path, "六张", *((f"{number}.png", PNG) for number in range(6)))
    conversation = path.rsplit("/", 1)[-1]

    async def held():
        return (await agent.call("GET", f"/agent/conversations/{conversation}")).json()["reply_quota"]["held"]

    await until(lambda: len(shown(user)) >= before + 5)
    await until(held)
    assert shown(user)[before:] == ["text", *["image"] * 4]
    await wechat.say(user, "收到几张了")
    await until(lambda: len(shown(user)) >= before + 7)
    assert shown(user)[before:] == ["text", *["image"] * 6]


async def test_an_upload_the_platform_forgot_is_repeated(wechat):
    user, agent, path = await served(wechat)
    before = len(shown(user))
    wechat.platform.faults["message/custom/send"] = [Fault(), Fault(code=40007)]
    await reply(wechat, agent, path, "看图", ("a.png", PNG))
    await until(lambda: len(shown(user)) >= before + 2)
    assert shown(user)[before:] == ["text", "image"]


async def test_the_agents_typing_is_shown(wechat):
    user, _, path = await served(wechat)
    user.typing_until_s = 0
    await wechat.services.hub.typing(path.rsplit("/", 1)[-1], Sender.AGENT)
    await until(lambda: user.typing_until_s > 0)


async def test_a_refused_picture_takes_none_of_the_others_with_it(wechat):
    user, agent, path = await served(wechat)
    before = len(shown(user))
    wechat.platform.faults["message/custom/send"] = [Fault(), Fault(code=48001)]
    await reply(wechat, agent, path, "三张", *((f"{number}.png", PNG) for number in range(3)))

    async def letters():
        return (await agent.call("GET", "/channels/wechat/dead-letters")).json()["dead_letters"]

    found = await until(letters)
    assert shown(user)[before:] == ["text"]
    assert len(found[0]["texts"]) == 3
    assert all("/api/v1/attachments/" in text for text in found[0]["texts"])


async def test_sending_several_again_goes_on_where_it_failed_and_counts_each(wechat):
    user, agent, path = await served(wechat)
    wechat.platform.faults["message/custom/send"] = [Fault(), Fault(code=48001), Fault(), Fault(code=48001)]
    await reply(wechat, agent, path, "三张", *((f"{number}.png", PNG) for number in range(3)))

    async def letters():
        return (await agent.call("GET", "/channels/wechat/dead-letters")).json()["dead_letters"]

    async def left():
        return (await agent.call("GET", path.removeprefix("/api/v1"))).json()["reply_quota"]["left"]

    async def resend():
        return (await agent.call("POST", f"/channels/wechat/dead-letters/{letter['id']}/resend")).status_code

    [letter] = await until(letters)
    before, texts = await left(), letter["texts"]
    assert (await resend(), await left()) == (409, before - 1)
    assert [one["texts"] for one in await letters()] == [texts[1:]]
    assert (await resend(), await left()) == (200, before - 3)
    assert (user.texts("account")[-3:], await letters()) == (texts, [])
