"""What OpenAI does not tell, or not exactly, kept beside it: under the id of what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from remit.targets._adapter import adapter
from remit.targets._contract import Inventory
from remit.targets.openai._names import KeyPlace


@dataclass(frozen=True, slots=True)
class KeyNote:
    """What was declared of a key: its scopes are never shown, its expiry is counted from some moment."""

    scopes: tuple[str, ...] | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProjectNote:
    """What a project is called in git, its monthly budget in micro-units, and the parts that somebody is told of.

    `models` and `caps`: what was declared of models that have several names in git and one id there.
    """

    alias: str
    monthly: int | None = None
    alerts: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    caps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateNote:
    """What a limit was before Remit first changed it, and what it was declared to be."""

    former: int
    declared: int


_Note = KeyNote | ProjectNote | RateNote
_N = TypeVar("_N", KeyNote, ProjectNote, RateNote)


def key_note(place: KeyPlace) -> str:
    """The name of the note about a key."""
    return f"key:{place}"


def project_note(project: str) -> str:
    """The name of the note about a project."""
    return f"project:{project}"


def rate_note(project: str, cap: str, model: str) -> str:
    """The name of the note about one limit of a project on one model."""
    return f"rate:{project}:{cap}:{model}"


def noted(notes: Mapping[str, str], name: str, kind: type[_N]) -> _N | None:
    """The note of that name; None where there is none, or none that can be read."""
    text = notes.get(name)
    if text is None:
        return None
    try:
        return adapter(kind).validate_json(text)
    except ValueError:
        return None


def note(notes: Inventory, name: str, value: _Note) -> None:
    """Keep a note, unless it is there already."""
    text = adapter(type(value)).dump_json(value).decode()
    if notes.get(name) != text:
        notes[name] = text


def forget(notes: Inventory, *prefixes: str) -> None:
    """Drop every note whose name begins with one of these."""
    for name in [each for each in notes if each.startswith(prefixes)]:
        del notes[name]
