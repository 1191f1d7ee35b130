"""Signatures and encryption of callbacks (消息加解密说明).

Own code instead of wechatpy's, which compares signatures in variable time, takes any padding and length field as true
and knows one key only; the tests hold it against wechatpy as a peer.
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK_BYTES = 32  # PKCS#7 over 32 bytes, not over AES's 16
RANDOM_BYTES = 16
LENGTH_BYTES = 4


class Forged(Exception):
    """A callback that is not the platform's, or not for this account. `reason` is a short code for the metrics."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, in hexadecimal."""
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined).hexdigest()  # noqa: S324 the platform's choice


def check_signature(given: str, *parts: str) -> None:
    """Compare in constant time; Forged when it differs."""
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), signature(*parts).encode()):
        raise Forged("signature")


def encrypt(key: bytes, text: str, app_id: str) -> str:
    """Encrypt as the platform does: random, length, text, app id, padding; in base64."""
    content = text.encode()
    plain = os.urandom(RANDOM_BYTES) + struct.pack(">I", len(content)) + content + app_id.encode()
    padding = BLOCK_BYTES - len(plain) % BLOCK_BYTES
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()


def decrypt(keys: list[bytes], encrypted: str, app_id: str) -> tuple[bytes, bytes]:
    """(text, key it was encrypted with). Forged when no key fits or it is for another account."""
    try:
        data = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Forged("encryption") from error
    if not data or len(data) % BLOCK_BYTES:
        raise Forged("encryption")
    why = "encryption"
    for key in keys:
        try:
            return _open(key, data, app_id.encode()), key
        except Forged as error:
            # With the right key everything fits but the app id; a wrong key hardly gets that far.
            why = "app_id" if "app_id" in (why, error.reason) else why
    raise Forged(why)


def _open(key: bytes, data: bytes, app_id: bytes) -> bytes:
    decryptor = _cipher(key).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= BLOCK_BYTES or plain[-padding:] != bytes([padding]) * padding:
        raise Forged("encryption")
    body = plain[RANDOM_BYTES:-padding]
    if len(body) < LENGTH_BYTES:
        raise Forged("encryption")
    (length,) = struct.unpack(">I", body[:LENGTH_BYTES])
    content, trailer = body[LENGTH_BYTES : LENGTH_BYTES + length], body[LENGTH_BYTES + length :]
    if len(content) != length:
        raise Forged("encryption")
    if not hmac.compare_digest(trailer, app_id):
        raise Forged("app_id")
    return content


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
