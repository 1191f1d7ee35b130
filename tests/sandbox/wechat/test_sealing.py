"""The stand-in's cryptography against wechatpy, which knows neither it nor the channel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import check_signature

from sandbox.wechat.sealing import Sealer, SealError, sign

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx5823bf96d3bd56c7"
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(texts)
def test_wechatpy_opens_what_the_stand_in_seals(text):
    peer = PrpCrypto(WeChatCrypto("token", KEY, APP_ID).key)
    assert peer.decrypt(Sealer(KEY, APP_ID).seal(text), APP_ID) == text


@given(texts)
def test_the_stand_in_opens_what_wechatpy_seals(text):
    peer = PrpCrypto(WeChatCrypto("token", KEY, APP_ID).key)
    assert Sealer(KEY, APP_ID).open(peer.encrypt(text, APP_ID).decode()) == text


def test_wechatpy_takes_a_whole_signed_callback():
    sealed = Sealer(KEY, APP_ID).seal("<xml><a>你好</a></xml>")
    signature = sign("token", "1700000000", "nonce", sealed)
    body = f"<xml><ToUserName>gh</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
    peer = WeChatCrypto("token", KEY, APP_ID)
    assert peer.decrypt_message(body, signature, "1700000000", "nonce") == "<xml><a>你好</a></xml>"
    check_signature("token", sign("token", "1", "n"), "1", "n")


@pytest.mark.parametrize("sealed", ["", "!", "AAAA", "QUJD" * 16])
def test_what_is_not_sealed_is_refused(sealed):
    with pytest.raises(SealError):
        Sealer(KEY, APP_ID).open(sealed)


def test_sealed_for_another_account_is_refused():
    with pytest.raises(SealError):
        Sealer(KEY, APP_ID).open(Sealer(KEY, "wxother").seal("x"))
