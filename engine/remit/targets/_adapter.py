"""Pydantic's adapters by type: one takes a millisecond to make, and answers are read by the thousand."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """The adapter of a type, which is made once in a process."""
    return cast("TypeAdapter[T]", _made(cast("Hashable", kind)))


@cache
def _made(kind: Hashable) -> TypeAdapter[object]:
    return TypeAdapter(cast("type[object]", kind))
