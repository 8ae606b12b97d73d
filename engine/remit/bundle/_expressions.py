"""From the expressions of a policy to programs: variables laid in, types checked, cost bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from remit.bundle import _messages as messages
from remit.bundle._catalogue import Declared
from remit.bundle._environment import result_type, variables
from remit.bundle._locate import locate
from remit.bundle._rules import CompiledRule
from remit.cel import (
    CelError,
    Checked,
    Ident,
    Node,
    Program,
    Select,
    Type,
    bad_patterns,
    check_all,
    check_cost,
    from_ast,
    parse,
    postorder,
    references,
    substitute,
)
from remit.cel import money_functions as money_functions_in
from remit.resources import Policy, Rule
from remit.source import Finding, Path, Position

Lines = Callable[[str], Sequence[str]]
MAX_NODES = 20_000
_FIELDS = ("deny", "allow", "throttle", "when", "value", "delay", "message")


@dataclass(frozen=True, slots=True)
class _Variable:
    path: Path
    source: str
    tree: Node
    size: int


@dataclass(slots=True)
class PolicyCompiler:
    """Compiles one policy, and collects what is wrong with it."""

    declared: Declared
    currency: str
    lines: Lines
    parse: Callable[[str], Node] = parse
    findings: list[Finding] = field(default_factory=list)
    _known: dict[str, _Variable] = field(default_factory=dict)
    _trees: dict[tuple[str, ...], Node] = field(default_factory=dict)
    _checked: dict[tuple[str, str, bool], bool] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def compile(self) -> Iterator[CompiledRule]:
        """Every rule that is sound."""
        policy = self.declared.resource
        assert isinstance(policy, Policy)  # noqa: S101  # narrows the type
        for name, source in policy.spec.variables.items():
            self._declare(name, source)
        for position, rule in enumerate(policy.spec.rules):
            compiled = self._rule(policy, rule, ("spec", "rules", position))
            if compiled is not None:
                yield compiled

    def _declare(self, name: str, source: str) -> None:
        path: Path = ("spec", "variables", name)
        found = self._tree(source, path)
        if found is not None:
            self._known[name] = _Variable(path, source, found[0], found[1])
            self._trees["variables", name] = found[0]

    def _tree(self, source: str, path: Path) -> tuple[Node, int, tuple[str, ...]] | None:
        """The expression with the variables declared so far laid in, its size, and the names of those it uses."""
        try:
            tree = self.parse(source)
        except CelError as error:
            self._report("cel-syntax", error, path)
            return None
        asked = sorted({each[:2] for each in references(tree) if each[0] == "variables"})
        unknown = [each for each in asked if each not in self._trees]
        for each in unknown:
            self.findings.append(messages.unknown_variable(self._start(path), each[1:], tuple(self._known)))
        if unknown:
            return None
        names = tuple(each[1] for each in asked)
        self.used.update(names)
        size = self._size(tree)
        if size > MAX_NODES:
            self.findings.append(messages.too_large(self._start(path), size, MAX_NODES))
            return None
        return substitute(tree, {each: self._trees[each] for each in asked}), size, names

    def _size(self, tree: Node) -> int:
        """How many nodes the tree has once the variables are laid in; counted without doing so."""
        size = 0
        for node in postorder(tree):
            variable = isinstance(node, Select) and isinstance(node.operand, Ident) and node.operand.name == "variables"
            known = self._known.get(node.field) if variable and isinstance(node, Select) else None
            size += known.size if known else 1
        return size

    def _rule(self, policy: Policy, rule: Rule, path: Path) -> CompiledRule | None:
        programs: dict[str, Program | None] = {}
        wanted = result_type(rule.verb, rule.cap)
        for name in _FIELDS:
            source = getattr(rule, name)
            if isinstance(source, str):
                programs[name] = self._program(source, rule, (*path, name), wanted[name])
        if None in programs.values():
            return None
        return CompiledRule(
            policy=policy.metadata.name,
            rule=rule,
            match=policy.spec.match,
            position=self.declared.position((*path, "name")),
            condition=programs.get("when") if rule.condition == rule.when else programs.get(rule.verb),
            value=programs.get("value"),
            delay=programs.get("delay"),
            message=programs.get("message"),
        )

    def _program(self, source: str, rule: Rule, path: Path, wanted: Type) -> Program | None:
        before = len(self.findings)
        found = self._tree(source, path)
        if found is None:
            return None
        clock = rule.cap is None
        if not all(self._sound(name, rule.on, clock) for name in found[2]):
            return None
        checked = self._check(found[0], source, path, variables(rule.on, clock=clock), wanted)
        if checked is None or len(self.findings) > before:
            return None
        return from_ast(checked.ast, type=checked.type, types=checked.types, source=source)

    def _sound(self, name: str, point: str, clock: bool) -> bool:
        """Whether a variable is sound where it is used; what is wrong is reported where it is declared."""
        known = self._checked.get((name, point, clock))
        if known is None:
            variable = self._known[name]
            declared = variables(point, clock=clock)
            checked = self._check(variable.tree, variable.source, variable.path, declared, None)
            known = self._checked[name, point, clock] = checked is not None
        return known

    def _check(
        self, tree: Node, source: str, path: Path, declared: Mapping[str, Type], wanted: Type | None
    ) -> Checked | None:
        checked, errors = check_all(tree, variables=declared, result=wanted, source=source)
        for error in errors:
            self._report("cel-type", error, path)
        if checked is None:
            return None
        for name, offset in money_functions_in(tree):
            if name != self.currency.lower():
                place = self._place(path, *_line_and_column(source, offset))
                self.findings.append(messages.wrong_currency(place, name, self.currency))
        for offset in bad_patterns(tree):
            place = self._place(path, *_line_and_column(source, offset))
            self.findings.append(messages.bad_pattern(place))
        try:
            check_cost(checked)
        except CelError as error:
            self._report("cel-cost", error, path)
            return None
        return checked

    def unused(self) -> Iterator[tuple[str, Position]]:
        """Variables that nothing uses."""
        for name, variable in self._known.items():
            if name not in self.used:
                yield name, self.declared.document.key_position(variable.path)

    def _report(self, code: str, error: CelError, path: Path) -> None:
        self.findings.append(Finding(self._place(path, error.line, error.column), code, error.message))

    def _start(self, path: Path) -> Position:
        return self.declared.position(path)

    def _place(self, path: Path, line: int, column: int) -> Position:
        start = self._start(path)
        return locate(self.lines(start.file), start, line, column)


def _line_and_column(source: str, offset: int) -> tuple[int, int]:
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
