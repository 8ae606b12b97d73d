"""Values for the variables, made once for many expressions: a seed always meets the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cel_oracle
from cel_expressions import activation

_SIZE = 997
"""Values of each sort; a prime, so that strides over them meet all."""


@dataclass(frozen=True, slots=True)
class Values:
    """Values by variable, and as the oracle takes them; it is not asked about those that break their promises."""

    values: Mapping[str, object]
    activation: object


class Pool:
    """Sound values, which the oracle takes too where there is one, and broken ones."""

    def __init__(self, oracle: cel_oracle.Oracle | None) -> None:
        sound = [cel_oracle.spoken(activation(number, broken=False)) for number in range(_SIZE)]
        self._sound = [Values(values, oracle and oracle.activation(values)) for values in sound]
        self._broken = [Values(activation(number, broken=True), None) for number in range(_SIZE)]

    def sound(self, seed: int, count: int) -> Iterator[Values]:
        """So many that are as declared."""
        return (self._sound[(seed * 7 + number) % _SIZE] for number in range(count))

    def broken(self, seed: int, count: int) -> Iterator[Values]:
        """So many that are not."""
        return (self._broken[(seed * 11 + number) % _SIZE] for number in range(count))
