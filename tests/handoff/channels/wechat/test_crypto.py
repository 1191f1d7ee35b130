"""Signatures, encryption, XML: against wechatpy as a peer, and against forgers."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.replies import TextReply

from handoff.channels.wechat import crypto, xml
from handoff.channels.wechat.accounts import aes_key
from handoff.channels.wechat.inbound import Said, read

KEY_TEXT = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
KEY, OLD_KEY = aes_key(KEY_TEXT), aes_key("z" * 43)
APP_ID = "wx5823bf96d3bd56c7"
# Everything XML 1.0 can carry.
xml_texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]).filter(lambda c: c not in "\ufffe\uffff") | st.sampled_from("\t\n\r")
)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_wechatpy_and_we_open_each_others_messages(text):
    peer = PrpCrypto(WeChatCrypto("token", KEY_TEXT, APP_ID).key)
    assert peer.decrypt(crypto.encrypt(KEY, text, APP_ID), APP_ID) == text
    assert crypto.decrypt([KEY], peer.encrypt(text, APP_ID).decode(), APP_ID) == (text.encode(), KEY)


def test_both_keys_open_while_the_key_is_changed():
    for key in (KEY, OLD_KEY):
        assert crypto.decrypt([KEY, OLD_KEY], crypto.encrypt(key, "x", APP_ID), APP_ID) == (b"x", key)
    with pytest.raises(crypto.Forged, match="encryption|app_id"):
        crypto.decrypt([KEY], crypto.encrypt(OLD_KEY, "x" * 200, APP_ID), APP_ID)


def test_another_accounts_message_is_refused():
    with pytest.raises(crypto.Forged, match="app_id"):
        crypto.decrypt([KEY, OLD_KEY], crypto.encrypt(KEY, "x", "wxother"), APP_ID)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_as_forged(data):
    with pytest.raises(crypto.Forged):
        crypto.decrypt([KEY], base64.b64encode(data).decode(), APP_ID)


@given(st.integers(0, 127), st.integers(1, 255))
def test_one_changed_byte_never_passes_for_another_message(position, change):
    sealed = bytearray(base64.b64decode(crypto.encrypt(KEY, "内容" * 10, APP_ID)))
    sealed[position % len(sealed)] ^= change
    try:
        content, _ = crypto.decrypt([KEY], base64.b64encode(sealed).decode(), APP_ID)
    except crypto.Forged:
        return
    # The first block is random filler: changed, it alters nothing but itself. (The signature covers it all.)
    assert position % len(sealed) < 16 or content != "内容".encode() * 10


@given(xml_texts)
def test_render_and_parse_keep_any_text(text):
    assert xml.parse(xml.render({"A": text, "N": 7}).encode()) == {"A": text, "N": "7"}


@given(xml_texts.filter(lambda t: t.strip() == t and t))
def test_wechatpy_reads_what_we_render(text):
    fields = {"ToUserName": "a", "FromUserName": "b", "CreateTime": 1, "MsgType": "text", "Content": text, "MsgId": 1}
    assert parse_message(xml.render(fields)).content == text


@pytest.mark.parametrize("text", ["]]>", "a]]>b]]>", "😀👨‍👩‍👧", "]]]]>>", "<xml>&amp;</xml>", "\r\n行\r", "&lt;"])
def test_hard_texts_survive(text):
    assert xml.parse(xml.render({"A": text}).encode())["A"] == text


def test_what_xml_cannot_carry_does_not_break_a_reply():
    assert xml.parse(xml.render({"A": "a\x00b\ud800c\ufffe"}).encode())["A"] == "a?b?c?"


def test_we_read_what_wechatpy_renders():
    rendered = TextReply(content="你好 & <b>", source="gh", target="openid").render()
    callback = read(xml.parse(rendered.encode()))
    assert (callback.user, callback.to, callback.content) == ("gh", "openid", Said("你好 & <b>"))


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>'


@pytest.mark.parametrize(
    "body", [BOMB, OUTSIDE, '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>', "", "<xml>", "<a/>"]
)
def test_document_types_and_broken_xml_are_refused(body):
    with pytest.raises(xml.BadXml):
        xml.parse(body.encode())
