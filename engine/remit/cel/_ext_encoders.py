"""The `encoders` extension: base64, with padding or without it, in one line or in several."""

from __future__ import annotations

import base64
import binascii

from remit.cel import _messages
from remit.cel._extension import function
from remit.cel._types import BYTES, STRING


def _encode(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _decode(text: str) -> bytes:
    digits = text.replace("\r", "").replace("\n", "")
    try:
        return base64.b64decode(digits if "=" in digits else digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _messages.not_convertible(STRING.name, "base64") from None


ENCODERS = (
    function("base64.encode", "base64_encode", (BYTES,), STRING, _encode),
    function("base64.decode", "base64_decode", (STRING,), BYTES, _decode),
)
