"""What a caller says about a request, and whether it can be right."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from remit.decide import _messages as messages


class RequestFields(TypedDict, total=False):
    """The optional keywords of `evaluate`. One left out, or None, is unknown: a rule that needs it denies."""

    user: str | None
    purpose: str | None
    data_class: str | None
    scope: str | None
    input_tokens: int | None
    output_tokens: int | None
    stream: bool | None
    tags: Mapping[str, str] | None


TYPES: Mapping[str, type] = MappingProxyType(
    {
        "user": str,
        "purpose": str,
        "data_class": str,
        "scope": str,
        "input_tokens": int,
        "output_tokens": int,
        "stream": bool,
        "tags": dict,
    }
)
DEFAULT_SCOPE = "chat"
_WORDS = {str: "text", int: "a whole number of 0 or more", bool: "true or false", dict: "a mapping of text to text"}


def tidy(fields: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """(the fields that are known, what is wrong with the others). Raises TypeError for a field that does not exist."""
    known: dict[str, object] = {}
    faults: list[str] = []
    for name, value in fields.items():
        if name not in TYPES:
            raise TypeError(messages.unknown_field(name))
        if value is None:
            continue
        # copied before it is looked at, so that nothing else is looked at later
        held = dict(value.items()) if isinstance(value, Mapping) else value
        if _fits(name, held):
            known[name] = held
        else:
            faults.append(messages.wrong_type(name, _WORDS[TYPES[name]]))
    return known, tuple(faults)


def _fits(name: str, value: object) -> bool:
    wanted = TYPES[name]
    if wanted is dict:
        return type(value) is dict and all(type(k) is str and type(v) is str for k, v in value.items())
    if wanted is int:
        return type(value) is int and value >= 0
    return type(value) is wanted
