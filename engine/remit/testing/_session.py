"""One suite while it runs: a bundle, an instant, and a way to write down cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from remit.bundle import Bundle, CompiledRule, Context, Declared
from remit.decide import Engine
from remit.resources import PolicyTest, Suite
from remit.source import Path
from remit.testing import _messages as messages
from remit.testing._compare import SAME, Difference
from remit.testing._report import Case, Outcome
from remit.testing._watch import Watch

# any instant will do where nothing depends on it
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Invalid(Exception):
    """The test itself is at fault: the case is errored, neither passed nor failed."""


@dataclass(frozen=True, slots=True)
class Session:
    """Suite `index` of a PolicyTest over `bundle`, which has the test's own resources in it."""

    declared: Declared
    test: PolicyTest
    index: int
    bundle: Bundle
    engine: Engine
    watch: Watch

    @property
    def suite(self) -> Suite:
        """The suite that runs."""
        return self.test.spec.suites[self.index]

    @property
    def path(self) -> Path:
        """Where the suite stands in its document."""
        return ("spec", "suites", self.index)

    def now(self, cause: str) -> datetime:
        """The time of the suite. Raises Invalid when it sets none and `cause` says why it must."""
        if self.suite.now is not None:
            return self.bundle.instant(self.suite.now)
        if cause:
            raise Invalid(messages.needs_now(cause))
        return _SOME_TIME

    def record(self, rule: CompiledRule, activation: Mapping[str, object]) -> None:
        """Count an evaluation of a rule towards coverage."""
        self.watch.record(rule, self.bundle, activation)

    def selected(self, point: str, context: Context, at: datetime) -> tuple[CompiledRule, ...]:
        """The rules of a point that hold for a subject: those not waived."""
        index, effective = self.bundle.index, self.bundle.effective(at)
        return (*index.applicable(point, context, effective), *index.applicable(point, context, effective, "cap"))

    def case(self, name: str, path: Path, run: Callable[[], Difference]) -> Case:
        """Run one expectation, and write down how it ended."""
        begun = perf_counter()
        try:
            found = run()
            outcome: Outcome = "passed" if found is SAME else "failed"
        except Invalid as error:
            found, outcome = Difference(str(error)), "errored"
        return Case(
            test=self.declared.name,
            suite=self.suite.name,
            name=name,
            outcome=outcome,
            position=self.declared.position(path),
            message=found.message,
            expected=found.expected,
            actual=found.actual,
            seconds=perf_counter() - begun,
        )
