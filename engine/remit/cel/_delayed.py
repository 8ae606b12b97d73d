"""The value of a name that `cel.bind` gives: computed when it is first read, and only once."""

from __future__ import annotations

from typing import Protocol

from remit.cel._ast import Node
from remit.cel._errors import CelEvaluationError


class Evaluation(Protocol):
    """One run of an expression."""

    locals: dict[str, object]

    def visit(self, node: Node) -> object:
        """The value of a part."""
        ...


class Delayed:
    """A part to evaluate, with the macro variables that were around it."""

    __slots__ = ("_error", "_locals", "_node", "_value")

    def __init__(self, node: Node, locals_: dict[str, object]) -> None:
        self._node: Node | None = node
        self._locals = locals_
        self._value: object = None
        self._error: CelEvaluationError | None = None

    def value(self, evaluation: Evaluation) -> object:
        """The value. Raises CelEvaluationError, the same each time, when there is none."""
        if self._error is not None:
            raise self._error
        if self._node is not None:
            self._value = self._evaluated(evaluation, self._node)
            self._node = None
        return self._value

    def _evaluated(self, evaluation: Evaluation, node: Node) -> object:
        around, evaluation.locals = evaluation.locals, self._locals
        try:
            return evaluation.visit(node)
        except CelEvaluationError as error:
            self._error = error
            raise
        finally:
            evaluation.locals = around
