"""The variables that an expression may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from remit.cel import Type


@dataclass(frozen=True, slots=True)
class Scope:
    """Names with their types and values; amounts are in `currency`."""

    types: Mapping[str, Type] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    currency: str = ""

    def having(self, name: str, type_: Type, value: object) -> Scope:
        """The scope with one more variable, or with another value for one."""
        return replace(self, types={**self.types, name: type_}, values={**self.values, name: value})
