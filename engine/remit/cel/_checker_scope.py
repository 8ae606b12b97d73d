"""What a name stands for: variables of macros, declared variables, names of types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from remit.cel._types import (
    BOOL,
    BYTES,
    CIDR,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    IP,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    Type,
    list_of,
    map_of,
    optional_of,
    type_of,
)

_PLAIN = (BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, NULL, IP, CIDR)
TYPE_NAMES: Mapping[str, Type] = {
    **{type_.name: type_of(type_) for type_ in _PLAIN},
    "list": type_of(list_of(DYN)),
    "map": type_of(map_of(DYN, DYN)),
    "type": type_of(type_of(DYN)),
    "optional_type": type_of(optional_of(DYN)),
}


def candidates(container: str, name: str, *, absolute: bool = False) -> Iterator[str]:
    """The full names that `name` may mean inside `container`, the innermost first."""
    while container and not absolute:
        yield f"{container}.{name}"
        container = container.rpartition(".")[0]
    yield name


class Scope:
    """The names of one expression; variables of macros come and go as the checker walks."""

    def __init__(self, variables: Mapping[str, Type], container: str) -> None:
        self._declared = variables
        self._container = container
        self._locals: list[Mapping[str, Type]] = []
        # No path with more names than this can stand for one declared name.
        self.longest = max(name.count(".") + 1 for name in (*variables, *TYPE_NAMES))

    def open(self, names: Mapping[str, Type]) -> None:
        """Enter the body of a macro."""
        self._locals.append(names)

    def close(self) -> None:
        """Leave the innermost macro."""
        self._locals.pop()

    def local(self, name: str) -> Type | None:
        """The type of a macro's variable."""
        for names in reversed(self._locals):
            if name in names:
                return names[name]
        return None

    def find(self, name: str, *, absolute: bool = False) -> Type | None:
        """The type of a name with or without dots; a macro's variable hides all others."""
        own = None if absolute else self.local(name)
        if own is not None:
            return own
        for full in candidates(self._container, name, absolute=absolute):
            found = self._declared.get(full) or TYPE_NAMES.get(full)
            if found is not None:
                return found
        return None

    def functions(self, name: str, *, absolute: bool = False) -> Iterator[str]:
        """The full names of functions that `name` may mean."""
        return candidates(self._container, name, absolute=absolute)

    def known(self) -> set[str]:
        """Every name that could be written here."""
        written = {name for names in self._locals for name in names}
        return written | set(self._declared) | set(TYPE_NAMES)
