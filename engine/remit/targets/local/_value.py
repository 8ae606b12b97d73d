"""The values of local keys: `rk_<key id>_<32 random bytes in base 62>`, kept only as a salted hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from remit.targets._secret import Secret

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 16
_SECRET_BYTES = 32
_SALT_BYTES = 16
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Digest:
    """A fast hash is right here: 256 random bits cannot be guessed, so slowness would protect nothing."""

    salt: bytes
    hash: bytes

    @classmethod
    def of(cls, secret: str, salt: bytes) -> Digest:
        """The digest of `secret` under `salt` (16 bytes)."""
        return cls(salt, hashlib.blake2b(secret.encode(), salt=salt, digest_size=32).digest())

    def fits(self, secret: str) -> bool:
        """Whether this is the digest of `secret`, in time that does not depend on where they differ."""
        return hmac.compare_digest(Digest.of(secret, self.salt).hash, self.hash)


NOBODY = Digest(bytes(_SALT_BYTES), bytes(32))
"""No secret has this digest: an unknown key id is compared with it, to take as long as a known one."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new value, what finds it again, and what proves it."""

    key_id: str
    value: Secret
    digest: Digest


def issue() -> Issued:
    """A fresh random value."""
    key_id = "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
    secret = _base62(int.from_bytes(secrets.token_bytes(_SECRET_BYTES)))
    digest = Digest.of(secret, secrets.token_bytes(_SALT_BYTES))
    return Issued(key_id, Secret(f"rk_{key_id}_{secret}"), digest)


def split(value: object) -> tuple[str, str] | None:
    """(key id, secret) of a presented value, or None when it does not have the shape of one."""
    if not isinstance(value, str):
        return None
    prefix, _, rest = value.partition("_")
    key_id, _, secret = rest.partition("_")
    shaped = len(value) <= _LONGEST and value.isascii() and prefix == "rk" and key_id.isalnum() and secret.isalnum()
    return (key_id, secret) if shaped else None


def _base62(number: int) -> str:
    """43 digits, the most that 256 bits need, so that every value has the same length."""
    digits = []
    for _ in range(43):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
