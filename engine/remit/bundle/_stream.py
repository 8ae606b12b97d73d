"""A bundle's text, read piece by piece: all of it at once would take more room than what is made of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Mapping
from typing import IO, cast

MAX_BYTES = 512 * 1024 * 1024
_PIECE = 1 << 16


class TooLarge(ValueError):
    """More text than a bundle has."""


def verified(packed: bytes) -> Mapping[str, object] | None:
    """What the first line says; None where the text does not have the digest that it names. Raises TooLarge."""
    with gzip.open(io.BytesIO(packed), "rb") as file:
        header = cast("Mapping[str, object]", json.loads(file.readline(_PIECE)))
        digest, size = hashlib.sha256(), 0
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            if size > MAX_BYTES:
                raise TooLarge
    return header if header["digest"] == f"sha256:{digest.hexdigest()}" else None


class Text:
    """JSON of which one value after the other is read. Raises ValueError where it is none."""

    def __init__(self, packed: bytes) -> None:
        file = gzip.GzipFile(fileobj=io.BytesIO(packed))
        self._file: IO[str] = io.TextIOWrapper(file, encoding="utf-8", newline="")
        self._held = ""
        self._at = 0
        self._decoder = json.JSONDecoder()
        self._file.readline()

    def passes(self, expected: str) -> bool:
        """Whether the text goes on like this; if so it is passed over."""
        while len(self._held) - self._at < len(expected) and self._more():
            pass
        found = self._held.startswith(expected, self._at)
        self._at += len(expected) if found else 0
        return found

    def value(self) -> object:
        """The next object or list."""
        while True:
            try:
                found, self._at = self._decoder.raw_decode(self._held, self._at)
            except ValueError:
                if not self._more():
                    raise
            else:
                return cast("object", found)

    def _more(self) -> bool:
        """Read on, at least as much as is waiting: so a long value is looked at a few times only."""
        left = self._held[self._at :]
        piece = self._file.read(max(_PIECE, len(left)))
        self._held, self._at = left + piece, 0
        return bool(piece)
