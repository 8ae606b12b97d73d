"""Names of the code that reads: what another version of it remembered is never found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import remit
import remit.cel
import remit.resources
import remit.source

_LIBRARIES = ("pydantic", "pyyaml", "lark", "cel-python")


@lru_cache(maxsize=1)
def file_reader() -> str:
    """What turns a file into resources, in hexadecimal."""
    return _digest(remit.source.__path__[0], remit.resources.__path__[0])


@lru_cache(maxsize=1)
def expression_parser() -> str:
    """What turns an expression into a tree, in hexadecimal."""
    return _digest(remit.cel.__path__[0])


def _digest(*folders: str) -> str:
    digest = sha256("\n".join((sys.version, *_versions())).encode())
    # this package decides the form in which things are remembered
    places = [Path(__file__).parent, *map(Path, folders)]
    for path in (path for place in places for path in sorted(place.iterdir()) if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _versions() -> Iterator[str]:
    for name in _LIBRARIES:
        try:
            yield version(name)
        except PackageNotFoundError:  # vendored, perhaps; its code is not ours to look for
            yield "unknown"
