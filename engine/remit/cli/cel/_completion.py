"""What may come next: variables, fields, functions, each with its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from remit.cel import DYN, CelError, ObjectType, Type
from remit.cli._messages import short_type
from remit.cli.cel._attempt import attempt
from remit.cli.cel._scope import Scope
from remit.cli.cel._session import orders
from remit.cli.cel._signatures import functions, methods

_PATH = re.compile(r"(?P<before>(?:[A-Za-z_]\w*\??\.\??)*)(?P<word>[A-Za-z_]?\w*)\Z")
_ORDER = re.compile(r"\s*:\w*\Z")


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A word that may stand in the place of the `length` characters before the cursor."""

    text: str
    meaning: str
    length: int


def candidates(before: str, scope: Scope) -> tuple[Candidate, ...]:
    """What the text before the cursor may go on with, in order; nothing inside a text."""
    if _ORDER.fullmatch(before):
        word = before.strip()
        return tuple(Candidate(each, "", len(word)) for each in orders() if each.startswith(word))
    if _is_quoted(before):
        return ()
    found = _PATH.search(before)
    word = found["word"] if found else ""
    names = _members(found["before"], scope) if found and found["before"] else _names(scope)
    return tuple(sorted(Candidate(name, about, len(word)) for name, about in names if name.startswith(word)))


def _names(scope: Scope) -> Iterator[tuple[str, str]]:
    yield from ((name, short_type(str(type_))) for name, type_ in scope.types.items())
    yield from functions()


def _members(path: str, scope: Scope) -> Iterator[tuple[str, str]]:
    """Fields and methods of what stands before the point; functions of a namespace."""
    whole = path.replace("?", "").rstrip(".")
    type_ = _type(whole, scope)
    if type_ is None:
        yield from (
            (name.removeprefix(f"{whole}."), about) for name, about in functions() if name.startswith(f"{whole}.")
        )
        return
    if isinstance(type_, ObjectType):
        yield from ((name, short_type(str(each))) for name, each in type_.fields.items())
    yield from methods(type_)


def _type(path: str, scope: Scope) -> Type | None:
    try:
        return attempt(path, scope).program.type
    except CelError:
        return DYN if path.partition(".")[0] in scope.types else None


def _is_quoted(before: str) -> bool:
    """Whether the cursor stands inside a text: an odd number of one of the quotes stands before it."""
    closed = re.sub(r"""\\.|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", "", before)
    return "'" in closed or '"' in closed
