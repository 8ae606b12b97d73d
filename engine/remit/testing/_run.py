"""Run every PolicyTest of a tree."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from remit.bundle import Compilation, Declared, compile_tree
from remit.check import Lines, lines_of
from remit.decide import Engine
from remit.resources import PolicyTest
from remit.source import Finding, Position, Tree
from remit.testing import _messages as messages
from remit.testing._compare import Difference
from remit.testing._declared import declared_cases
from remit.testing._observations import budget_cases, change_cases
from remit.testing._overlay import overlay
from remit.testing._report import Case, TestReport
from remit.testing._requests import request_cases
from remit.testing._session import Invalid, Session
from remit.testing._watch import Watch

_KINDS_OF_CASES = (request_cases, declared_cases, change_cases, budget_cases)


def run_tests(source: Tree | Compilation, *, only: Collection[str] | None = None) -> TestReport:
    """Run all suites of all tests, or those that `only` names: `test` or `test/suite`.

    A tree that does not compile is one errored case. Positions inside expressions of more than one line
    need the text: give the tree for those.
    """
    compilation = source if isinstance(source, Compilation) else compile_tree(source)
    lines = _no_lines if isinstance(source, Compilation) else lines_of(source)
    if compilation.bundle is None:
        return TestReport((_broken("", "", compilation.findings),))
    watch = Watch(compilation.bundle, lines)
    cases = tuple(
        case
        for name in compilation.bundle.tests
        for case in _cases(compilation, compilation.bundle.declared("PolicyTest", name), lines, watch, only)
    )
    return TestReport(cases, watch.coverage())


def _cases(
    base: Compilation, declared: Declared, lines: Lines, watch: Watch, only: Collection[str] | None
) -> Iterator[Case]:
    test = declared.resource
    assert isinstance(test, PolicyTest)  # noqa: S101  # narrows the type
    wanted = [at for at, suite in enumerate(test.spec.suites) if _is_wanted(declared.name, suite.name, only)]
    if not wanted:
        return
    compiled = overlay(base, declared, lines)
    if compiled.bundle is None:
        yield _broken(declared.name, test.spec.suites[wanted[0]].name, compiled.findings)
        return
    engine = Engine(compiled.bundle)
    for at in wanted:
        yield from _suite(Session(declared, test, at, compiled.bundle, engine, watch))


def _suite(session: Session) -> Iterator[Case]:
    cases = [case for kind in _KINDS_OF_CASES for case in kind(session)]
    if not cases:
        cases = [session.case(session.suite.name, (*session.path, "name"), _nothing)]
    yield from cases


def _nothing() -> Difference:
    raise Invalid(messages.nothing_expected())


def _is_wanted(test: str, suite: str, only: Collection[str] | None) -> bool:
    return only is None or test in only or f"{test}/{suite}" in only


def _broken(test: str, suite: str, findings: Sequence[Finding]) -> Case:
    errors = [finding for finding in findings if finding.severity == "error"]
    place = errors[0].position if errors else Position(".", 1, 1)
    return Case(test, suite, "compile", "errored", place, messages.no_bundle(errors))


def _no_lines(path: str) -> Sequence[str]:  # noqa: ARG001
    return ()
