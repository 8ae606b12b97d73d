"""Which rules on requests are left once key and model are known, and what is left of each.

Everything declared is known before a request arrives, so each rule is evaluated as far as that goes.
A rule that comes out certain is decided here; the rest is a residue over `request`, `usage` and `now`.
Keys that look alike to every rule share one selection, so cost and memory follow the number of
different situations, not the number of keys.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from remit.bundle._context import Context
from remit.bundle._index import RuleIndex
from remit.bundle._rules import CompiledRule
from remit.bundle._waivers import Effective
from remit.cel import CelEvaluationError, Constant, Failed, Program, specialise

STATIC = ("key", "project", "team", "organization", "model", "target", "limits")
_ABSENT = object()
_NOTHING = ("absent", None)
_SCALARS = frozenset({bool, int, datetime, timedelta})
KeySide = int
Residue = Constant | Failed | Program


@dataclass(frozen=True, slots=True)
class Residual:
    """What is left of a rule. `program` is None when its outcome is certain; `error` when that is an error."""

    rule: CompiledRule
    program: Program | None = None
    message: Program | str | None = None
    delay: Program | timedelta | CelEvaluationError | None = None
    error: CelEvaluationError | None = None


@dataclass(frozen=True, slots=True)
class RequestRules:
    """The rules left for one key and model.

    `certain`: denials whatever the request says. `closed_by`: an `allow` rule, when one of them must hold
    and none certainly does.
    """

    certain: tuple[Residual, ...] = ()
    denies: tuple[Residual, ...] = ()
    throttles: tuple[Residual, ...] = ()
    allows: tuple[Residual, ...] = ()
    failed_allows: tuple[Residual, ...] = ()
    closed_by: CompiledRule | None = None


@dataclass(slots=True)
class Selector:
    """Selects and remembers. Safe to share between threads: at worst two compute the same thing."""

    index: RuleIndex
    _paths: tuple[tuple[str, ...], ...] = ()
    key_paths: tuple[tuple[str, ...], ...] = ()
    _sides: dict[Hashable, KeySide] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)
    _residues: dict[Hashable, Residue] = field(default_factory=dict)
    _shared: dict[Hashable, RequestRules] = field(default_factory=dict)
    _rule_paths: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    _residual: dict[Hashable, Residual | None] = field(default_factory=dict)
    _reads: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        programs = [program for rule in self.index.all("request") for _, program in rule.programs]
        self._paths = static_paths(programs)
        self.key_paths = tuple(path for path in self._paths if path[0] != "model")

    def key_side(self, context: Context, limits: Mapping[str, int], effective: Effective) -> KeySide:
        """How rules on requests see a key: two keys with one side get the same rules for every model."""
        known = values(self.key_paths, {**context.facts, "limits": limits})
        seen = (known, self.index.signature("request", context), effective.waived_rules(context.subjects))
        found = self._sides.get(seen)
        # a number is drawn once: two threads that counted what is there could give two sides the same one
        return self._sides.setdefault(seen, next(self._numbers)) if found is None else found

    def request_rules(self, context: Context, limits: Mapping[str, int], effective: Effective) -> RequestRules:
        """The rules left for the key and model of `context`, with the caps `limits`."""
        facts = {**context.facts, "limits": limits}
        waived = effective.waived_rules(context.subjects)
        signature = (values(self._paths, facts), self.index.signature("request", context), waived)
        found = self._shared.get(signature)
        if found is None:
            rules = [rule for rule in self.index.matching("request", context) if rule.id not in waived]
            fresh = self._sort(self._residuals(rules, facts), rules)
            # of two threads that come here both get the one that is kept: it is known by its id
            found = self._shared.setdefault(signature, fresh)
        return found

    def alone(self, rule: CompiledRule, facts: Mapping[str, Mapping[str, object]]) -> RequestRules:
        """What would be left if this were the only rule, when `facts` are known; they hold the limits."""
        return self._sort([self.residual(rule, facts)], [rule])

    def _residuals(self, rules: list[CompiledRule], facts: Mapping[str, Mapping[str, object]]) -> list[Residual | None]:
        """What is left of each rule. Rules that read the same things are looked up by the same values, found once."""
        known: dict[tuple[tuple[str, ...], ...], tuple[Hashable, ...]] = {}
        found: list[Residual | None] = []
        for rule in rules:
            paths = self._rule_paths.get(rule.id)
            if paths is None:
                paths = self._rule_paths[rule.id] = static_paths(program for _, program in rule.programs)
            seen = known.get(paths)
            if seen is None:
                seen = known[paths] = values(paths, facts)
            place = (rule.id, seen)
            try:
                found.append(self._residual[place])
            except KeyError:
                found.append(self._residual.setdefault(place, self.residual(rule, facts)))
        return found

    def _sort(self, residuals: list[Residual | None], rules: list[CompiledRule]) -> RequestRules:
        left = [each for each in residuals if each is not None]
        allows = [each for each in left if each.rule.verb == "allow"]
        return RequestRules(
            certain=tuple(_certain(left)),
            denies=tuple(each for each in left if each.rule.verb == "deny" and each.program),
            throttles=tuple(each for each in left if each.rule.verb == "throttle" and each.error is None),
            allows=tuple(each for each in allows if each.program),
            failed_allows=tuple(each for each in allows if each.error),
            closed_by=_closed_by(rules, allows),
        )

    def residual(self, rule: CompiledRule, facts: Mapping[str, Mapping[str, object]]) -> Residual | None:
        """What is left of a rule when `facts` are known; None when it can never apply."""
        assert rule.condition is not None  # noqa: S101  # every verb on requests has a condition
        left = self.residue(rule.condition, facts)
        if isinstance(left, Failed):
            return Residual(rule, error=left.error)
        if isinstance(left, Constant) and left.value is False:
            return None
        message, delay = self._text(rule.message, facts), self._delay(rule.delay, facts)
        if isinstance(left, Constant) and left.value is not True:
            return Residual(rule, error=not_boolean())
        if isinstance(delay, CelEvaluationError) and isinstance(left, Constant):
            return Residual(rule, error=delay)
        return Residual(rule, left if isinstance(left, Program) else None, message, delay)

    def residue(self, program: Program, facts: Mapping[str, Mapping[str, object]]) -> Residue:
        """What is left of an expression when `facts` are known."""
        paths = self._reads.get(program.digest)
        if paths is None:
            paths = self._reads[program.digest] = static_paths((program,))
        key = (program.digest, values(paths, facts))
        found = self._residues.get(key)
        if found is None:
            roots = {path[0] for path in paths}
            known = {name: value for name, value in facts.items() if name in roots}
            found = self._residues[key] = specialise(program, known)
        return found

    def _text(self, program: Program | None, facts: Mapping[str, Mapping[str, object]]) -> Program | str | None:
        left = self.residue(program, facts) if program else None
        if isinstance(left, Constant):
            return left.value if isinstance(left.value, str) else None
        return left if isinstance(left, Program) else None

    def _delay(
        self, program: Program | None, facts: Mapping[str, Mapping[str, object]]
    ) -> Program | timedelta | CelEvaluationError | None:
        left = self.residue(program, facts) if program else None
        if isinstance(left, Constant):
            return left.value if isinstance(left.value, timedelta) else not_boolean()
        return left.error if isinstance(left, Failed) else left


def not_boolean() -> CelEvaluationError:
    """An expression gave another type than its verb needs, which only a `dyn` expression can."""
    return CelEvaluationError("the expression has the wrong type for its rule", code="wrong_type")


def _closed_by(rules: Iterable[CompiledRule], allows: Iterable[Residual]) -> CompiledRule | None:
    if any(each.program is None and each.error is None for each in allows):
        return None
    return next((rule for rule in rules if rule.verb == "allow"), None)


def _certain(residuals: Iterable[Residual]) -> Iterable[Residual]:
    for each in residuals:
        if (each.rule.verb == "deny" and each.program is None) or (each.rule.verb == "throttle" and each.error):
            yield each


def static_paths(programs: Iterable[Program]) -> tuple[tuple[str, ...], ...]:
    """What expressions read of things that are known before a request."""
    return tuple(sorted({path for each in programs for path in each.references if path[0] in STATIC}))


def values(paths: Iterable[tuple[str, ...]], facts: Mapping[str, object]) -> tuple[Hashable, ...]:
    """The values at these paths, in a form that can be compared: equal for what expressions cannot tell apart."""
    return tuple([_frozen(_follow(path, facts)) for path in paths])


def _follow(path: tuple[str, ...], facts: Mapping[str, object]) -> object:
    value: object = facts
    for name in path:
        # facts are plain dicts; asking an abstract class is ten times as slow
        if type(value) is not dict and (value is _ABSENT or not isinstance(value, Mapping)):
            return _ABSENT
        value = value.get(name, _ABSENT)
    return value


def _frozen(value: object) -> Hashable:
    sort = type(value)
    if sort is str:
        return value
    if sort is list or sort is tuple:
        return tuple([_frozen(each) for each in value])  # type: ignore[attr-defined]
    if value is _ABSENT:
        return _NOTHING
    if sort in _SCALARS:
        return sort.__name__, value
    if isinstance(value, Mapping):
        return tuple([(name, _frozen(each)) for name, each in sorted(value.items())])
    return sort.__name__, value if isinstance(value, Hashable) else repr(value)
