"""Passwords, tokens and the customer's signed identity. No storage here."""

import asyncio
import hashlib
import hmac
import secrets
from functools import cache
from typing import Any

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import ValidationError

from handoff.errors import Unauthorized
from handoff.models import Customer

IDENTITY_LEEWAY_S = 30  # clocks of the operator's app and ours differ a little
MAXIMUM_IDENTITY_BYTES = 8192

_hasher = PasswordHasher()
# argon2 takes 64 MB and a core for a moment each; a crowd logging in must not take the machine.
_hashing = asyncio.Semaphore(2)


def new_token() -> str:
    """An opaque token of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_id(kind: str) -> str:
    """An id that cannot be guessed: `c_3k…`; the letter tells people what it names."""
    return f"{kind}_{secrets.token_hex(12)}"


def token_hash(token: str) -> str:
    """What is stored instead of a token. A fast hash is right: the token has 256 bits of its own."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def tokens_equal(given: str, expected: str) -> bool:
    """Constant-time comparison."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8"))


async def hash_password(password: str) -> str:
    """argon2id with a salt of its own."""
    async with _hashing:
        return await asyncio.to_thread(_hasher.hash, password)


async def check_password(password: str, stored_hash: str | None) -> bool:
    """Whether the password is right; takes the same time when there is no such agent (`stored_hash` None)."""
    async with _hashing:
        matches = await asyncio.to_thread(_verify, password, stored_hash)
    return matches and stored_hash is not None


@cache
def _nobody_hash() -> str:
    """Verified when the user name is unknown, so that the answer takes as long as for a known one."""
    return _hasher.hash(secrets.token_urlsafe(16))


def _verify(password: str, stored_hash: str | None) -> bool:
    try:
        return _hasher.verify(stored_hash or _nobody_hash(), password)
    except (VerificationError, InvalidHashError):
        return False


def customer_from_identity(token: str, secret: str) -> Customer:
    """The customer an identity token speaks of; Unauthorized when it is forged, expired or malformed."""
    refusal = Unauthorized("invalid_identity", "身份信息无效或已过期，请重新打开页面。")
    if len(token) > MAXIMUM_IDENTITY_BYTES:
        raise refusal
    try:
        claims: dict[str, Any] = jwt.decode(
            token, secret, algorithms=["HS256"], leeway=IDENTITY_LEEWAY_S, options={"require": ["sub", "exp"]}
        )
    # Besides PyJWTError, some malformed tokens make PyJWT raise plain ValueError (UnicodeError among them).
    except (jwt.PyJWTError, ValueError) as error:
        raise refusal from error
    try:
        return Customer.model_validate({**claims, "id": claims["sub"]})
    except ValidationError as error:
        raise refusal from error


def identity_token(customer: Customer, secret: str, expires_at_s: int) -> str:
    """Sign an identity as the operator's app does (used by the demo)."""
    claims = {**customer.model_dump(exclude={"id"}), "sub": customer.id, "exp": expires_at_s}
    return jwt.encode(claims, secret, algorithm="HS256")
