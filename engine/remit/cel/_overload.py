"""What one signature of a function is."""

from __future__ import annotations

from dataclasses import dataclass

from remit.cel._types import Type


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature. `id` is unique in the whole table."""

    id: str
    arguments: tuple[Type, ...]
    result: Type
    is_method: bool = False
