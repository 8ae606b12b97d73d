"""A rule with its expressions compiled."""

from __future__ import annotations

from dataclasses import dataclass

from remit.cel import Program
from remit.resources import Match, Rule
from remit.source import Position


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule of a policy. `condition` is the verb's expression, or `when`; a cap has only a `value`."""

    policy: str
    rule: Rule
    match: Match
    position: Position
    condition: Program | None = None
    value: Program | None = None
    delay: Program | None = None
    message: Program | None = None

    @property
    def name(self) -> str:
        """The rule's own name."""
        return self.rule.name

    @property
    def id(self) -> str:
        """`policy/rule`: how reasons, waivers and tests speak of it."""
        return f"{self.policy}/{self.rule.name}"

    @property
    def on(self) -> str:
        """The point at which it is asked."""
        return self.rule.on

    @property
    def verb(self) -> str:
        """What it does."""
        return self.rule.verb

    @property
    def programs(self) -> tuple[tuple[str, Program], ...]:
        """Its expressions, by the name of the field they stand in."""
        found = ((self._field, self.condition), ("value", self.value), ("delay", self.delay), ("message", self.message))
        return tuple((name, program) for name, program in found if program is not None)

    @property
    def _field(self) -> str:
        return self.verb if self.verb in ("deny", "allow", "throttle") else "when"
