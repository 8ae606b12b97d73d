"""Watch the expressions of policies while tests run, and say which truth values they never took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from remit.bundle import Bundle, CompiledRule, variables
from remit.bundle._locate import locate
from remit.cel import CelError, Node, Program, Type, compile, object_type, spell
from remit.check import Lines
from remit.resources import Policy
from remit.source import Path, Position
from remit.testing._points import points, start
from remit.testing._report import Coverage, Gap, Missing, PolicyCoverage, Tally
from remit.testing._trace import Tracer

_FIELDS = ("deny", "allow", "throttle", "when", "value", "delay", "message")
_CONDITIONS = frozenset({"deny", "allow", "throttle", "when"})
BOTH = frozenset({True, False})


@dataclass(slots=True)
class _Expression:
    """One expression as it is written, and the truth values its branch points took."""

    label: str
    path: Path
    source: str
    nodes: tuple[Node, ...]
    seen: tuple[set[bool], ...]

    @property
    def complete(self) -> bool:
        return all(each == BOTH for each in self.seen)


@dataclass(slots=True)
class _Traced:
    """A program of that expression for one point, tied to what the expression has seen."""

    program: Program
    tracer: Tracer


@dataclass(slots=True)
class _Rule:
    """The expressions of one rule, and how often which way it was decided."""

    rule: CompiledRule
    traced: dict[str, _Traced] = field(default_factory=dict)
    outcomes: set[bool] = field(default_factory=set)
    evaluated: bool = False


class _Variables(Mapping[str, object]):
    """Values of a policy's variables, each traced when it is first read."""

    def __init__(self, traced: Mapping[str, _Traced], activation: Mapping[str, object]) -> None:
        self._traced = traced
        self._activation = {**activation, "variables": self}
        self._values: dict[str, object] = {}

    @property
    def activation(self) -> Mapping[str, object]:
        return self._activation

    def __getitem__(self, name: str) -> object:
        if name not in self._values:
            each = self._traced[name]
            self._values[name] = each.tracer.value(each.program.ast, self._activation)
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._traced

    def __iter__(self) -> Iterator[str]:
        return iter(self._traced)

    def __len__(self) -> int:
        return len(self._traced)


class _PolicyWatch:
    """One policy: its rules and variables, compiled apart from each other so that each keeps its own text."""

    def __init__(self, bundle: Bundle, name: str) -> None:
        self.name = name
        self.policy: Policy = bundle.policies[name]
        self.expressions: dict[Path, _Expression] = {}
        self._environments: dict[tuple[str, bool], tuple[dict[str, Type], dict[str, _Traced]]] = {}
        rules = {rule.name: rule for rule in bundle.rules if rule.policy == name}
        self.rules = {
            rule.name: self._rule(number, rules[rule.name]) for number, rule in enumerate(self.policy.spec.rules)
        }

    def record(self, rule: CompiledRule, activation: Mapping[str, object]) -> None:
        """Evaluate a rule as it would be, and note what was seen."""
        watch = self.rules[rule.name]
        if self._is_complete(watch):
            return
        _, traced = self._environment(rule)
        values = _Variables(traced, activation)
        watch.evaluated = True
        outcome = self._value(watch, tuple(_CONDITIONS), values.activation)
        if isinstance(outcome, bool):
            watch.outcomes.add(outcome)
        if outcome is not False:
            for name in ("value", "delay", "message"):
                self._value(watch, (name,), values.activation)

    def _is_complete(self, watch: _Rule) -> bool:
        decided = watch.outcomes == BOTH if watch.rule.condition is not None else watch.evaluated
        return decided and all(expression.complete for expression in self.expressions.values())

    def _value(self, watch: _Rule, names: tuple[str, ...], activation: Mapping[str, object]) -> object:
        for name in names:
            each = watch.traced.get(name)
            if each is not None:
                try:
                    return each.tracer.value(each.program.ast, activation)
                except CelError:
                    return None
        return None

    def _rule(self, number: int, rule: CompiledRule) -> _Rule:
        watch = _Rule(rule)
        types, _ = self._environment(rule)
        for name in _FIELDS:
            source = getattr(rule.rule, name)
            if isinstance(source, str):
                path: Path = ("spec", "rules", number, name)
                watch.traced[name] = self._trace(rule.id, path, source, types)
        return watch

    def _environment(self, rule: CompiledRule) -> tuple[dict[str, Type], dict[str, _Traced]]:
        """(types of the variables of a point, those of the policy among them; the policy's own, traced)."""
        clock = rule.rule.cap is None
        known = self._environments.get((rule.on, clock))
        if known is None:
            known = self._environments[rule.on, clock] = self._declare(rule.on, clock)
        return known

    def _declare(self, point: str, clock: bool) -> tuple[dict[str, Type], dict[str, _Traced]]:
        types: dict[str, Type] = dict(variables(point, clock=clock))
        found: dict[str, Type] = {}
        traced: dict[str, _Traced] = {}
        for name, source in self.policy.spec.variables.items():
            try:
                each = self._trace(f"{self.name}/variables.{name}", ("spec", "variables", name), source, types)
            except CelError:
                continue  # it cannot be used at this point, and so it is not
            traced[name] = each
            found[name] = each.program.type
            types["variables"] = object_type("remit.Variables", found)
        return types, traced

    def _trace(self, label: str, path: Path, source: str, types: Mapping[str, Type]) -> _Traced:
        program = compile(source, variables=types)
        nodes = tuple(points(program.ast))
        known = self.expressions.get(path)
        if known is None:
            known = self.expressions[path] = _Expression(label, path, source, nodes, tuple(set() for _ in nodes))
        seen = {id(node): values for node, values in zip(nodes, known.seen, strict=True)}
        return _Traced(program, Tracer(seen))


class Watch:
    """All policies of a bundle. Nothing is compiled for a policy until one of its rules is recorded."""

    def __init__(self, bundle: Bundle, lines: Lines) -> None:
        self._bundle = bundle
        self._lines = lines
        self._policies: dict[str, _PolicyWatch] = {}

    def record(self, rule: CompiledRule, bundle: Bundle, activation: Mapping[str, object]) -> None:
        """Note one evaluation of a rule of `bundle`; a policy that a test laid over the tree's does not count."""
        if bundle.policies[rule.policy] is self._bundle.policies.get(rule.policy):
            self._policy(rule.policy).record(rule, activation)

    def coverage(self) -> Coverage:
        """What was seen so far, of every policy."""
        return Coverage(tuple(self._covered(self._policy(name)) for name in sorted(self._bundle.policies)))

    def _policy(self, name: str) -> _PolicyWatch:
        if name not in self._policies:
            self._policies[name] = _PolicyWatch(self._bundle, name)
        return self._policies[name]

    def _covered(self, watch: _PolicyWatch) -> PolicyCoverage:
        rules = [_outcomes(each) for each in watch.rules.values()]
        branches = [len(seen) for each in watch.expressions.values() for seen in each.seen]
        gaps = [*_rule_gaps(watch), *self._branch_gaps(watch)]
        return PolicyCoverage(
            watch.name, sum(rules, Tally(0, 0)), Tally(sum(branches), 2 * len(branches)), tuple(sorted(gaps))
        )

    def _branch_gaps(self, watch: _PolicyWatch) -> Iterator[Gap]:
        idle = {each.rule.id for each in watch.rules.values() if not each.evaluated}
        for expression in watch.expressions.values():
            # what was never evaluated is one gap, not one for each of its parts
            if expression.label in idle:
                continue
            for node, seen in zip(expression.nodes, expression.seen, strict=True):
                if seen != BOTH:
                    place = self._place(watch.name, expression, node)
                    yield Gap(place, expression.label, spell(node), _missing(seen))

    def _place(self, policy: str, expression: _Expression, node: Node) -> Position:
        at = self._bundle.declared("Policy", policy).position(expression.path)
        before = expression.source[: start(node)]
        return locate(self._lines(at.file), at, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _outcomes(watch: _Rule) -> Tally:
    if watch.rule.condition is None:
        return Tally(int(watch.evaluated), 1)
    return Tally(len(watch.outcomes), 2)


def _rule_gaps(watch: _PolicyWatch) -> Iterator[Gap]:
    for each in watch.rules.values():
        tally = _outcomes(each)
        if tally.covered < tally.total:
            missing = _missing(each.outcomes) if each.evaluated else "never evaluated"
            yield Gap(each.rule.position, each.rule.id, each.rule.name, missing)


def _missing(seen: set[bool]) -> Missing:
    if not seen:
        return "never evaluated"
    return "never false" if True in seen else "never true"
