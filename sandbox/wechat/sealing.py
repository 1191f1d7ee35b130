"""How the platform signs and encrypts callbacks and opens encrypted replies."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class SealError(Exception):
    """A reply that is not properly signed or encrypted."""


def sign(*parts: str) -> str:
    """The platform's signature over these values."""
    digest = hashlib.sha1(usedforsecurity=False)
    for part in sorted(parts):
        digest.update(part.encode())
    return digest.hexdigest()


class Sealer:
    """Seals and opens with one EncodingAESKey for one account."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(f"{encoding_aes_key}=")
        self._app_id = app_id.encode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES256(self._key), modes.CBC(self._key[:16]))

    def seal(self, xml: str) -> str:
        """Encrypt a callback's XML."""
        body = xml.encode()
        padder = padding.PKCS7(256).padder()
        message = b"".join((secrets.token_bytes(16), len(body).to_bytes(4, "big"), body, self._app_id))
        padded = padder.update(message) + padder.finalize()
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Decrypt a reply."""
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
            unpadder = padding.PKCS7(256).unpadder()
            message = unpadder.update(padded) + unpadder.finalize()
            size = int.from_bytes(message[16:20], "big")
            body, app_id = message[20 : 20 + size], message[20 + size :]
        except ValueError as error:
            raise SealError(str(error)) from error
        if app_id != self._app_id or len(body) != size:
            raise SealError("for another account")
        return body.decode()
