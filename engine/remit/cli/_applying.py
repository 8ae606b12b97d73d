"""Asking before a plan is applied, applying it, and saying what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from remit.bundle import Bundle
from remit.cli import _messages as messages
from remit.cli._consent import agreed_to
from remit.cli._lines import Line, write_lines
from remit.cli._output import progress, write_json
from remit.reconcile import Outcome, Plan, Progress, Result, TargetOutcome, apply_plan


def is_agreed(plan: Plan, *, yes: bool, silent: bool) -> bool:
    """Whether to go ahead: what alters nothing, or cannot be applied anyway, needs no answer.

    Raises Misuse where an answer is needed and nobody can be asked.
    """
    if yes or plan.empty or plan.blocked:
        return True
    return agreed_to(messages.apply_question(), silent=silent)


def applied(plan: Plan, bundle: Bundle, state: Path, policies: Path | None = None) -> Outcome:
    """What applying came to. Raises PlanBlocked and PlanStale, with nothing applied."""
    with progress("applying") as status:

        def tell(step: Progress) -> None:
            if status is not None:
                status.update(f"{step.done}/{step.total} {step.verb} {step.target}/{step.key}")

        return apply_plan(plan, bundle, state_dir=state, on_progress=tell, policies=policies)


def show_outcome(outcome: Outcome, *, json: bool) -> None:
    """On stdout."""
    if json:
        write_json(outcome.to_json())
    else:
        write_lines(outcome_lines(outcome))


def outcome_lines(outcome: Outcome) -> Iterator[Line]:
    """Each target with what was done, then what still needs mending."""
    for target in outcome.targets:
        yield from _target(target)
    for problem in outcome.problems:
        yield ("problem ", "error"), (f"{problem.address}: {problem.message}", "")


def _target(target: TargetOutcome) -> Iterator[Line]:
    style = "passed" if target.ok else "error"
    yield (f"{target.name}: ", "bold"), (target.status, style), (f": {target.message}" if target.message else "", "")
    for result in target.results:
        yield _result(result)


def _result(result: Result) -> Line:
    delivered = f", value delivered to {result.delivered_to}" if result.delivered_to else ""
    status = result.status.replace("-", " ")
    why = f": {result.message}" if result.message else ""
    style = "passed" if result.status == "in-force" else "error"
    return (f"  {result.address}: {result.action}: ", ""), (status, style), (f"{delivered}{why}", "")
