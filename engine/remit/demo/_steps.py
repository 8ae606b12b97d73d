"""The steps of the demo: each runs one part of Remit and says in a sentence what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from remit.bundle import Bundle, Entitlement
from remit.check import check_tree
from remit.demo._replay import counted, replay
from remit.demo._sample import DAY
from remit.demo._targets import apply_at, plan_at, private_files
from remit.demo._traffic import Event
from remit.reconcile import Plan
from remit.render.report_facts import Step, Traffic
from remit.source import Finding, open_tree
from remit.testing import TestReport, run_tests

OnDecided = Callable[[int], None]
OnStep = Callable[[Step], None]


@dataclass(slots=True)
class Run:
    """A demo under way: where it lies, and what has been found so far."""

    policies: Path
    state: Path
    on_step: OnStep
    steps: list[Step] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    bundle: Bundle | None = None
    tests: TestReport | None = None
    plan: Plan | None = None
    traffic: Traffic | None = None

    @property
    def ok(self) -> bool:
        """Whether every step went well."""
        return all(step.ok for step in self.steps)

    @property
    def entitlements(self) -> tuple[Entitlement, ...]:
        """What every key may do on the demonstrated day."""
        return tuple(self.bundle.entitlements(DAY)) if self.bundle else ()

    def check(self) -> None:
        """Compile the committed tree and look for faults."""
        began = perf_counter()
        report = check_tree(open_tree(self.policies, "HEAD"), at=DAY)
        self.findings, self.bundle = report.findings, report.bundle
        counts = ", ".join(_counted(number, severity) for severity, number in report.counts.items())
        declared = f"{len(report.bundle.keys)} keys and {len(report.bundle.rules)} rules: " if report.bundle else ""
        self._done("check", "compile the policies and look for faults", f"{declared}{counts}", began, ok=report.ok)

    def test(self) -> None:
        """Run the policy tests with coverage."""
        began = perf_counter()
        report = self.tests = run_tests(open_tree(self.policies, "HEAD"))
        passed = f"{report.count('passed')} of {_counted(len(report.cases), 'test')} passed"
        covered = f"{report.coverage.percent:.1f} % of rules and branches covered"
        self._done("test", "run the policies' own tests", f"{passed}, {covered}", began, ok=report.ok)

    def propose(self, bundle: Bundle) -> Plan:
        """Plan every target."""
        began = perf_counter()
        plan = self.plan = plan_at(bundle, DAY, self.state)
        counts = ", ".join(f"{number} to {action}" for action, number in plan.counts.items() if number)
        result = f"{counts or 'nothing to change'} on {_counted(len(plan.targets), 'target')}"
        self._done("plan", "compare every target with what is declared", result, began, ok=plan.ok)
        return plan

    def apply(self, bundle: Bundle, plan: Plan) -> None:
        """Apply the plan, and plan again."""
        began = perf_counter()
        outcome = apply_at(plan, bundle, DAY, self.state)
        again = plan_at(bundle, DAY, self.state)
        files, private = private_files(self.state)
        in_force = _counted(outcome.counts["in-force"], "key")
        result = f"{in_force} in force, {private} of {files} values in files of mode 0600, "
        result += "a second plan is empty" if again.empty else "a second plan is not empty"
        ok = outcome.ok and again.empty and files == private
        self._done("apply", "make the targets so, and deliver the keys' values", result, began, ok=ok)

    def replay(self, bundle: Bundle, events: Sequence[Event], origin: str, on_decided: OnDecided) -> None:
        """Decide a day of requests."""
        began = perf_counter()
        traffic = self.traffic = replay(bundle, events, DAY, origin, on_decided)
        effects = ", ".join(f"{number:,} {effect}" for effect, number in traffic.effects.items())
        result = f"{traffic.requests:,} requests of {_counted(counted(events), 'caller')}: {effects}"
        self._done("replay", f"decide {origin}", result, began, ok=traffic.requests == len(events))

    def _done(self, name: str, purpose: str, result: str, began: float, *, ok: bool) -> None:
        step = Step(name, purpose, result, perf_counter() - began, ok)
        self.steps.append(step)
        self.on_step(step)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
