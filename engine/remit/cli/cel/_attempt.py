"""One expression: checked, and evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from remit.cel import Checked, Cost, Program, check, cost, from_ast, parse
from remit.cli.cel._scope import Scope
from remit.decide import Part, parts_of


@dataclass(frozen=True, slots=True)
class Attempt:
    """An expression that is sound for the variables of a scope."""

    program: Program
    scope: Scope
    checked: Checked

    @property
    def cost(self) -> Cost:
        """What it costs at least and at most."""
        return cost(self.checked)

    @property
    def parts(self) -> Part:
        """What each part comes to."""
        return parts_of(self.program, self.scope.values, self.scope.currency)

    def value(self) -> object:
        """Its value. Raises CelEvaluationError."""
        return self.program(self.scope.values)


def attempt(source: str, scope: Scope) -> Attempt:
    """An expression, checked against the variables. Raises CelSyntaxError and CelTypeError."""
    checked = check(parse(source), variables=scope.types, source=source)
    names = frozenset(scope.types)
    program = from_ast(checked.ast, type=checked.type, types=checked.types, source=source, variables=names)
    return Attempt(program, scope, checked)
