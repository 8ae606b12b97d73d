"""A rule with its expressions compiled."""

from __future__ import annotations

from dataclasses import dataclass, field

from remit.cel import Program
from remit.resources import Match, Rule
from remit.source import Position


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule of a policy. `condition` is the verb's expression, or `when`; a cap has only a `value`.

    `id` is `policy/rule`, how reasons, waivers and tests speak of it; `on` is the point at which it is asked.
    """

    policy: str
    rule: Rule
    match: Match
    position: Position
    condition: Program | None = None
    value: Program | None = None
    delay: Program | None = None
    message: Program | None = None
    name: str = field(init=False)
    id: str = field(init=False)
    on: str = field(init=False)
    verb: str = field(init=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "name", self.rule.name)
        put(self, "id", f"{self.policy}/{self.rule.name}")
        put(self, "on", self.rule.on)
        put(self, "verb", self.rule.verb)

    @property
    def programs(self) -> tuple[tuple[str, Program], ...]:
        """Its expressions, by the name of the field they stand in."""
        found = ((self._field, self.condition), ("value", self.value), ("delay", self.delay), ("message", self.message))
        return tuple((name, program) for name, program in found if program is not None)

    @property
    def _field(self) -> str:
        return self.verb if self.verb in ("deny", "allow", "throttle") else "when"
