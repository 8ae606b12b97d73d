"""Maps: look-up by CEL's key equality, and literals with keys that Python takes for equal.

Python holds `True == 1`, the language does not; the language holds `1 == 1u == 1.0`, and so does Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from remit.cel import _messages
from remit.cel._kinds import kind
from remit.cel._types import BOOL, DOUBLE, INT, STRING, UINT

_KEY_KINDS = frozenset({BOOL.name, INT.name, UINT.name, STRING.name})


class _Missing:
    """The answer of a look-up that found nothing, since null is a value."""

    __slots__ = ()


MISSING: Final = _Missing()


class MixedMap(Mapping[object, object]):
    """A map that may hold `true` beside `1`, or `false` beside `0`. Immutable."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Sequence[tuple[object, object]]) -> None:
        self._entries = {(type(key) is bool, key): (key, value) for key, value in entries}

    def __getitem__(self, key: object) -> object:
        return self._entries[(type(key) is bool, key)][1]

    def __iter__(self) -> Iterator[object]:
        return (key for key, _ in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)


def map_of(entries: Sequence[tuple[object, object]]) -> Mapping[object, object]:
    """The map of a literal's entries.

    Raises:
        CelEvaluationError: `unsupported_key` or `duplicate_key`.
    """
    kinds = [kind(key) for key, _ in entries]
    for name in kinds:
        if name not in _KEY_KINDS:
            raise _messages.unsupported_key(name)
    plain = BOOL.name not in kinds or kinds.count(BOOL.name) == len(kinds)
    result = dict(entries) if plain else MixedMap(entries)
    if len(result) < len(entries):
        raise _messages.duplicate_key()
    return result


def find(map_: Mapping[object, object], key: object) -> object:
    """The value under `key`, or MISSING; a key of a type that no map has is missing."""
    name = kind(key)
    if name == DOUBLE.name:
        if not cast("float", key).is_integer():
            return MISSING
    elif name not in _KEY_KINDS:
        return MISSING
    if key not in map_ or (key in (0, 1) and not _has_exactly(map_, key, name)):
        return MISSING
    return map_[key]


def _has_exactly(map_: Mapping[object, object], key: object, name: str) -> bool:
    """Whether the entry Python finds under 0, 1, false or true is one of that very kind."""
    return any(own == key and isinstance(own, bool) == (name == BOOL.name) for own in map_)
