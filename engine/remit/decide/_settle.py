"""What is left of rules once the shape of a request is known: most come out the same for all requests of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from remit.bundle import Residual
from remit.cel import CelError, CelEvaluationError, Constant, Program, specialise
from remit.decide._fuse import fused, listed
from remit.decide._plan import Ask, Plan
from remit.decide._shape import WORDS, Reading, Shape, reading
from remit.decide._usage import NOTHING

_BOUND = 100_000
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Settlement:
    """The rules that still matter; of those that are `open` the outcome is not known yet.

    `any_open` is certainly false only if none of them holds; `row` lists the outcome of each.
    """

    denies: tuple[Residual, ...]
    throttles: tuple[Residual, ...]
    allows: tuple[Residual, ...]
    open: tuple[Residual, ...]
    any_open: Ask | None
    row: Program | None
    timed: bool

    def of(self, plan: Plan) -> Plan:
        """The plan with these rules alone: for requests of the shape it decides the same."""
        return replace(plan, denies=self.denies, throttles=self.throttles, allows=self.allows)

    def closed(self, plan: Plan) -> Plan:
        """The plan where none of the rules that are open holds."""
        every = (self.denies, self.throttles, self.allows)
        denies, throttles, allows = (tuple(each for each in part if each.program is None) for part in every)
        return replace(plan, denies=denies, throttles=throttles, allows=allows)

    @property
    def plain(self) -> bool:
        """Whether a rule that is not open always says the same."""
        sure = (each for each in (*self.denies, *self.throttles) if each.program is None)
        return all(constant(each) for each in sure)


@dataclass(slots=True)
class Settling:
    """Settles rules, and remembers what is the same for many keys. Safe to share between threads.

    Whatever is known by the id of an object is remembered beside it, so that the id stays its own.
    """

    _readings: dict[str, Reading] = field(default_factory=dict)
    _fields: dict[int, tuple[Residual, tuple[str, ...]]] = field(default_factory=dict)
    _left: dict[Hashable, tuple[Residual, Residual | None]] = field(default_factory=dict)
    _asks: dict[tuple[str, ...], tuple[Ask, Program]] = field(default_factory=dict)
    _found: dict[Hashable, tuple[object, Settlement]] = field(default_factory=dict)
    _named: dict[Hashable, tuple[object, Mapping[str, frozenset[str]]]] = field(default_factory=dict)

    def settle(self, plan: Plan, shape: Shape, request: Mapping[str, object]) -> Settlement:
        """What is left of a plan's rules for requests of one shape, of which `request` is a sample."""
        every = (plan.denies, plan.throttles, plan.allows)
        place = (*(tuple(map(id, part)) for part in every), shape, request["model"])
        found = self._found.get(place)
        if found is None:
            _bound(self._found)
            found = self._found[place] = (every, self._settlement(every, shape, request))
        return found[1]

    def _settlement(
        self, every: Iterable[tuple[Residual, ...]], shape: Shape, request: Mapping[str, object]
    ) -> Settlement:
        denies, throttles, allows = (self._part(part, shape, request) for part in every)
        still = tuple(each for each in (*denies, *throttles, *allows) if each.program is not None)
        any_open, row = self._asked([each.program for each in still if each.program])
        timed = any(path[0] == "now" for each in still if each.program for path in each.program.references)
        return Settlement(denies, throttles, allows, still, any_open, row, timed)

    def _part(self, residuals: Iterable[Residual], shape: Shape, request: Mapping[str, object]) -> tuple[Residual, ...]:
        settled = [self._settled(each, shape, request) for each in residuals]
        return tuple(each for each in settled if each is not None)

    def _settled(self, residual: Residual, shape: Shape, request: Mapping[str, object]) -> Residual | None:
        """What is left of one rule; None when it does not hold. The same for shapes that it cannot tell apart."""
        told = [getattr(shape, name, request.get(name)) for name in self._reads(residual)]
        place = (id(residual), shape.usage, *told)
        found = self._left.get(place)
        if found is None:
            _bound(self._left)
            found = self._left[place] = (residual, self._rest(residual, shape, request))
        return found[1]

    def _reads(self, residual: Residual) -> tuple[str, ...]:
        """The fields of a request that the expressions of a rule read."""
        found = self._fields.get(id(residual))
        if found is None:
            _bound(self._fields)
            read = [self.reading(each).fields for each in programs_of(residual)]
            names: set[str] = set().union(*(each for each in read if each is not None))
            found = self._fields[id(residual)] = (residual, tuple(sorted(names)))
        return found[1]

    def _rest(self, residual: Residual, shape: Shape, request: Mapping[str, object]) -> Residual | None:
        program = residual.program
        if program is None:
            return self._texts(residual, shape, request)
        left = self._condition(program, shape, request)
        if left is False:
            return None
        if isinstance(left, CelEvaluationError):
            return replace(residual, program=None, error=left)
        kept = replace(residual, program=left if isinstance(left, Program) else None)
        return self._texts(kept, shape, request)

    def _condition(
        self, program: Program, shape: Shape, request: Mapping[str, object]
    ) -> bool | CelEvaluationError | Program:
        """The outcome where the shape decides it, and else what is left of the program."""
        if self._says(program, shape):
            outcome = exactly(program, request)
            return outcome if isinstance(outcome, bool | CelEvaluationError) else program
        read = self.reading(program)
        told = {name: request[name] for name in read.fields or () if name in request and read.said(name, shape)}
        try:
            left = specialise(program, {} if shape.usage else {"usage": NOTHING.facts}, partial={"request": told})
        except CelError:
            return program
        if isinstance(left, Constant) and isinstance(left.value, bool):
            return left.value
        # what certainly fails is left to the whole expression, whose words about it are the ones to give
        return left if isinstance(left, Program) else program

    def _texts(self, residual: Residual, shape: Shape, request: Mapping[str, object]) -> Residual:
        """The rule with its message and its delay, as far as the shape decides them."""
        message, delay = residual.message, residual.delay
        if isinstance(message, Program) and self._says(message, shape):
            text = exactly(message, request)
            message = text if isinstance(text, str) else None
        if isinstance(delay, Program) and self._says(delay, shape):
            found = exactly(delay, request)
            delay = found if isinstance(found, timedelta) else delay
        return replace(residual, message=message, delay=delay)

    def _says(self, program: Program, shape: Shape) -> bool:
        """Whether the shape decides the value of an expression."""
        unknown = {"now", "usage"} if shape.usage else {"now"}
        if any(path[0] in unknown for path in program.references):
            return False
        return self.reading(program).settled_by(shape)

    def _asked(self, open_: list[Program]) -> tuple[Ask, Program] | tuple[None, None]:
        if not open_:
            return None, None
        names = tuple(each.digest for each in open_)
        found = self._asks.get(names)
        if found is None:
            _bound(self._asks)
            distinct = list({each.digest: each for each in open_}.values())
            any_open = fused(distinct) if len(distinct) > 1 else distinct[0]
            found = self._asks[names] = (any_open.native, listed(open_))
        return found

    def named(self, every: tuple[tuple[Residual, ...], ...]) -> Mapping[str, frozenset[str]]:
        """The words that rules name, by field of a request."""
        place = tuple(tuple(map(id, part)) for part in every)
        found = self._named.get(place)
        if found is None:
            _bound(self._named)
            found = self._named[place] = (every, self._words(each for part in every for each in part))
        return found[1]

    def _words(self, residuals: Iterable[Residual]) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {name: set() for name in WORDS}
        for residual in residuals:
            for program in programs_of(residual):
                for name, words in self.reading(program).named.items():
                    found.setdefault(name, set()).update(words)
        return {name: frozenset(found[name]) for name in WORDS}

    def reading(self, program: Program) -> Reading:
        """What a program reads of a request."""
        found = self._readings.get(program.digest)
        if found is None:
            _bound(self._readings)
            found = self._readings[program.digest] = reading(program)
        return found


def _bound(remembered: dict[K, V]) -> None:
    if len(remembered) >= _BOUND:
        remembered.clear()


def constant(residual: Residual) -> bool:
    """Whether a rule that holds always says the same, and slows down by the same."""
    return not isinstance(residual.message, Program) and not isinstance(residual.delay, Program)


def programs_of(residual: Residual) -> Iterable[Program]:
    """The expressions that are left of a rule."""
    return (each for each in (residual.program, residual.message, residual.delay) if isinstance(each, Program))


def exactly(program: Program, request: Mapping[str, object]) -> object:
    """The value for a request of which nothing has been used, or why there is none."""
    try:
        return program.exact({"request": request, "usage": NOTHING.facts})
    except CelEvaluationError as error:
        return error
