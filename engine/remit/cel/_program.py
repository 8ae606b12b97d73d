"""A compiled expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, final

from remit.cel._ast import Node
from remit.cel._digest import digest
from remit.cel._errors import CelEvaluationError
from remit.cel._references import names_read, references
from remit.cel._types import DYN, Type

Native = Callable[[Mapping[str, object]], object]


@final
class Program:
    """An expression ready to run: `program(activation)` is its value, or raises CelEvaluationError.

    Immutable and safe to share between threads. Compare programs by `digest`. The Python function
    is generated at the first use, so a thousand programs load without generating any.

    `variables` are the names the program may read: others in an activation are invisible to it.
    None means that whatever the activation holds is visible, dotted names included.
    """

    __slots__ = (
        "_digest",
        "_names",
        "_native",
        "_references",
        "ast",
        "container",
        "source",
        "type",
        "types",
        "variables",
    )

    source: str
    ast: Node
    type: Type
    container: str
    variables: frozenset[str] | None
    types: Mapping[int, Type]
    _digest: str
    _names: Mapping[int, frozenset[str]] | None
    _native: Native | None
    _references: frozenset[tuple[str, ...]] | None

    def __init__(
        self,
        ast: Node,
        *,
        type: Type = DYN,
        types: Mapping[int, Type] | None = None,
        source: str = "",
        container: str = "",
        variables: frozenset[str] | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "ast", ast)
        put(self, "type", type)
        put(self, "types", types or {})
        put(self, "source", source)
        put(self, "container", container)
        put(self, "variables", variables)
        put(self, "_digest", "")
        put(self, "_names", None)
        put(self, "_native", None)
        put(self, "_references", None)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a program is immutable: `{name}` cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a program is immutable: `{name}` cannot be deleted")

    def __call__(self, activation: Mapping[str, object]) -> object:
        """The value for these variables. Raises CelEvaluationError when there is none."""
        return (self._native or self.native)(activation)

    def __repr__(self) -> str:
        return f"Program({self.source!r})"

    @property
    def native(self) -> Native:
        """The generated function alone: the program without the cost of calling through it."""
        if self._native is None:
            from remit.cel._native import native

            object.__setattr__(self, "_native", native(self, self.exact))
        return self._native or self.exact

    def exact(self, activation: Mapping[str, object]) -> object:
        """The value by the exact evaluator, which the generated function falls back to."""
        from remit.cel._evaluate import evaluate

        try:
            return evaluate(self.ast, self._visible(activation), container=self.container)
        except CelEvaluationError as error:
            self._locate(error)
            raise

    def _locate(self, error: CelEvaluationError) -> None:
        from remit.cel._messages import position

        if self.source and not error.line:
            error.line, error.column = position(self.source, error.offset)

    def _visible(self, activation: Mapping[str, object]) -> Mapping[str, object]:
        if self.variables is None or self.variables.issuperset(activation):
            return activation
        return {name: activation[name] for name in self.variables if name in activation}

    @property
    def references(self) -> frozenset[tuple[str, ...]]:
        """The attribute paths it reads, such as `("key", "expires")`; variables of macros are not among them."""
        if self._references is None:
            object.__setattr__(self, "_references", references(self.ast))
        return self._references or frozenset()

    @property
    def names_read(self) -> Mapping[int, frozenset[str]]:
        """By `id(node)`, the first names of what each part of the tree reads."""
        if self._names is None:
            object.__setattr__(self, "_names", names_read(self.ast))
        return self._names or {}

    @property
    def digest(self) -> str:
        """A stable hash of the tree in hexadecimal, the same for equal expressions."""
        if not self._digest:
            object.__setattr__(self, "_digest", digest(self.ast))
        return self._digest
