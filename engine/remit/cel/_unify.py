"""Assignability of types with free parameters: the heart of the checker.

`dyn` and `error` fit everything in both directions, with one exception: `dyn` does not fit `money`,
because at run time an amount is a bare integer and nothing would notice a number of another unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from operator import is_

from remit.cel._types import DURATION, DYN, ERROR, MONEY, NULL, TIMESTAMP, ObjectType, Type, TypeParameter

# Types deeper than this become dyn: it keeps every recursion over a type short, whatever is written.
MAX_TYPE_DEPTH = 32


class Unifier:
    """What is known so far of the free type parameters of one expression."""

    __slots__ = ("_bindings", "_names", "_trail")

    def __init__(self) -> None:
        self._bindings: dict[str, Type] = {}
        self._trail: list[tuple[str, Type | None]] = []
        self._names = count()

    def fresh(self) -> TypeParameter:
        """A parameter that nothing is known of; its name cannot be written."""
        return TypeParameter(f"%{next(self._names)}")

    def instantiate(self, types: Iterable[Type]) -> list[Type]:
        """The types with every parameter replaced by a fresh one, the same for the same name."""
        fresh: dict[str, Type] = {}
        return [self._renamed(type_, fresh) for type_ in types]

    def mark(self) -> int:
        """A point to `rollback` to."""
        return len(self._trail)

    def rollback(self, mark: int) -> None:
        """Forget what was learned since `mark`."""
        while len(self._trail) > mark:
            name, before = self._trail.pop()
            if before is None:
                del self._bindings[name]
            else:
                self._bindings[name] = before

    def head(self, type_: Type) -> Type:
        """What a parameter stands for, or the parameter itself while it is free."""
        while isinstance(type_, TypeParameter) and type_.name in self._bindings:
            type_ = self._bindings[type_.name]
        return type_

    def apply(self, type_: Type, *, free: Type | None = None) -> Type:
        """The type with known parameters replaced, and unknown ones by `free` when it is given."""
        type_ = self.head(type_)
        if isinstance(type_, TypeParameter):
            return type_ if free is None else free
        if not type_.parameters:
            return type_
        inner = tuple(self.apply(parameter, free=free) for parameter in type_.parameters)
        return type_ if all(map(is_, inner, type_.parameters)) else bounded(Type(type_.name, inner))

    def assign_all(self, targets: Sequence[Type], sources: Sequence[Type]) -> bool:
        """Whether each source fits its target; learns on the way, also when the answer is no."""
        return len(targets) == len(sources) and all(map(self.assign, targets, sources))

    def assign(self, target: Type, source: Type) -> bool:
        """Whether a value of `source` may stand where `target` is wanted."""
        if target is source:
            return True
        if isinstance(target, TypeParameter):
            return self._into_parameter(target, source)
        if isinstance(source, TypeParameter):
            return self._from_parameter(target, source)
        if target.name in _WILD or source.name in _WILD:
            return self._assign_wild(target, source)
        if source == NULL or target == NULL:
            return _nullable(target if source == NULL else source)
        return _alike(target, source) and self._assign_inner(target, source)

    def join(self, first: Type, second: Type) -> Type | None:
        """The type both are of, as for the elements of a list, or None when there is none but dyn."""
        mark = self.mark()
        if self.assign(first, second):
            return self.general(first, second)
        self.rollback(mark)
        if self.assign(second, first):
            return self.general(second, first)
        self.rollback(mark)
        return None

    def general(self, first: Type, second: Type) -> Type:
        """The less specific of two types that fit one another, inside their parameters too."""
        first, second = self.head(first), self.head(second)
        if isinstance(first, TypeParameter) or first in (NULL, ERROR):
            return second
        if first == DYN or second == DYN:
            return DYN
        if not first.parameters or first.name != second.name or first.name == "type":
            return first
        return Type(first.name, tuple(map(self.general, first.parameters, second.parameters)))

    def _renamed(self, type_: Type, fresh: dict[str, Type]) -> Type:
        if isinstance(type_, TypeParameter):
            if type_.name not in fresh:
                fresh[type_.name] = self.fresh()
            return fresh[type_.name]
        if not type_.parameters:
            return type_
        return Type(type_.name, tuple(self._renamed(inner, fresh) for inner in type_.parameters))

    def _assign_wild(self, target: Type, source: Type) -> bool:
        if source == DYN and target == MONEY:
            return False
        for parameter in self._free(target):
            self.assign(parameter, DYN)
        return True

    def _assign_inner(self, target: Type, source: Type) -> bool:
        # `type(int)` and `type(string)` are both just types: comparing them is the use of `type()`.
        return target.name == "type" or self.assign_all(target.parameters, source.parameters)

    def _into_parameter(self, target: TypeParameter, source: Type) -> bool:
        target, source = self._last(target), self._last_if_parameter(source)
        if target == source:
            return True
        known = self._bindings.get(target.name)
        if known is None:
            return self._bind(target, source)
        return self.assign(known, source) and self._bind(target, self.general(known, source))

    def _from_parameter(self, target: Type, source: TypeParameter) -> bool:
        source = self._last(source)
        known = self._bindings.get(source.name)
        if known is None:
            return self._bind(source, target)
        return self.assign(target, known) and self._bind(source, self.general(known, target))

    def _bind(self, parameter: TypeParameter, type_: Type) -> bool:
        if isinstance(type_, TypeParameter) and _age(type_) > _age(parameter):
            # The older one stays free, so that chains of parameters stay short.
            parameter, type_ = type_, parameter
        if parameter in self._free(type_):
            return False
        self._trail.append((parameter.name, self._bindings.get(parameter.name)))
        self._bindings[parameter.name] = type_
        return True

    def _last(self, parameter: TypeParameter) -> TypeParameter:
        following = self._bindings.get(parameter.name)
        while isinstance(following, TypeParameter):
            parameter, following = following, self._bindings.get(following.name)
        return parameter

    def _last_if_parameter(self, type_: Type) -> Type:
        return self._last(type_) if isinstance(type_, TypeParameter) else type_

    def _free(self, type_: Type) -> list[Type]:
        """The free parameters inside `type_`, not counting `type_` itself."""
        found: list[Type] = []
        waiting = list(type_.parameters)
        while waiting:
            inner = self.head(waiting.pop())
            if isinstance(inner, TypeParameter):
                found.append(inner)
            else:
                waiting.extend(inner.parameters)
        return found


_WILD = frozenset({DYN.name, ERROR.name})


def _alike(first: Type, second: Type) -> bool:
    same = type(first) is type(second) and first.name == second.name
    return same and len(first.parameters) == len(second.parameters)


def _age(parameter: TypeParameter) -> tuple[int, str]:
    return len(parameter.name), parameter.name


def _nullable(type_: Type) -> bool:
    """Null stands for a missing object, moment or optional, never for a number, text, list or map."""
    named = type_ in (NULL, TIMESTAMP, DURATION) or type_.name == "optional_type"
    return named or isinstance(type_, ObjectType)


def bounded(type_: Type, depth: int = MAX_TYPE_DEPTH) -> Type:
    """The type with anything nested deeper than `depth` taken as dyn."""
    if not type_.parameters:
        return type_
    if depth == 0:
        return DYN
    inner = tuple(bounded(parameter, depth - 1) for parameter in type_.parameters)
    return type_ if all(map(is_, inner, type_.parameters)) else Type(type_.name, inner)


def holds_money(type_: Type) -> bool:
    """Whether an amount of money is somewhere in a value of this type, as declared."""
    return type_ == MONEY or any(map(holds_money, type_.parameters))


def hides_money(first: Type, second: Type) -> bool:
    """Whether an amount in one of two types meets a dyn in the other."""
    if first == DYN or second == DYN:
        return holds_money(first) or holds_money(second)
    return any(map(hides_money, first.parameters, second.parameters))
