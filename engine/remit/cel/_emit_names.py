"""Which variable of the activation a name means, decided while the code is generated."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from remit.cel._values import TypeValue

LONGEST_PATH = 32
"""Parts of a path whose every beginning is tried as the name of a variable."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A variable, or a type's name, and how many parts of the path it took."""

    variable: str
    parts: int
    type_value: TypeValue | None = None


def candidates(path: tuple[str, ...], container: str, *, absolute: bool) -> list[tuple[str, int]]:
    """Every variable a path might name, with the number of its parts, the longest first."""
    scopes = [""] if absolute else _scopes(container)
    found: list[tuple[str, int]] = []
    for parts in range(len(path), 0, -1):
        name = ".".join(path[:parts])
        found.extend((scope + name, parts) for scope in scopes)
    return found


def _scopes(container: str) -> list[str]:
    parts = container.split(".") if container else []
    return [".".join([*parts[:length], ""]) for length in range(len(parts), 0, -1)] + [""]


@dataclass(slots=True)
class Resolver:
    """Resolution against the names a program may read.

    With declared names exactly one candidate may be declared. Without, the plain first name is
    taken, and the program must not run natively on an activation with a name in `forbidden`.
    """

    declared: frozenset[str] | None
    container: str
    type_named: Callable[[str], TypeValue | None]
    forbidden: set[str] = field(default_factory=set)

    def resolve(self, path: tuple[str, ...], *, absolute: bool) -> Resolved | None:
        """What the path means; None when only the exact evaluator can tell."""
        if len(path) > LONGEST_PATH:
            return None
        named = candidates(path, self.container, absolute=absolute)
        type_name = self._type(named)
        if self.declared is not None:
            return _only([Resolved(*name) for name in named if name[0] in self.declared], type_name)
        chosen = type_name or Resolved(path[0], 1)
        self.forbidden.update(name for name, _ in named if name != chosen.variable or type_name)
        return chosen

    def _type(self, named: Collection[tuple[str, int]]) -> Resolved | None:
        for name, parts in named:
            value = self.type_named(name)
            if value is not None:
                return Resolved(name, parts, value)
        return None


def _only(found: list[Resolved], otherwise: Resolved | None) -> Resolved | None:
    if len(found) > 1:
        return None
    return found[0] if found else otherwise
