"""Decisions, explanations and entitlements as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.render._lines import BOLD, DIM, PLAIN, STYLES, Line
from remit.render._part_lines import part_lines
from remit.render._values import spell

if TYPE_CHECKING:
    from remit.bundle import Entitlement
    from remit.decide import Decision, Explanation, Reason

_OUTCOMES = {"holds": "bold", "error": STYLES["error"], "waived": STYLES["warning"]}


def decision_lines(decision: Decision) -> Iterator[Line]:
    """The effect, then why, then what could not be evaluated."""
    yield (decision.effect, STYLES[decision.effect]), (f"  {decision.key} asks for {decision.model}", PLAIN)
    for reason in decision.reasons:
        yield _reason(reason, reason.id, PLAIN)
    for error in decision.errors:
        yield _reason(error, f"{error.id} (error)", STYLES["error"])
    if decision.retry_after is not None:
        yield (("  retry after ", DIM), (f"{decision.retry_after:g}s", PLAIN))
    yield (("  bundle ", DIM), (decision.bundle, DIM))


def _reason(reason: Reason, name: str, style: str) -> Line:
    place = f"  {reason.position}" if reason.position else ""
    return ("  ", PLAIN), (name, style or BOLD), (f": {reason.message}", PLAIN), (place, DIM)


def explanation_lines(explanation: Explanation) -> Iterator[Line]:
    """The decision, then every rule that was looked at."""
    yield from decision_lines(explanation.decision)
    for step in explanation.steps:
        style = _OUTCOMES.get(step.outcome, DIM)
        yield (
            (f"  {step.outcome:<13} ", style),
            (f"{step.on} {step.verb} {step.rule}", PLAIN),
            (f"  {step.position}", DIM),
        )
        yield ((f"{'':>16}{step.expression}", DIM),)
        if step.detail:
            yield ((f"{'':>16}{step.detail}", style),)
        if step.parts is not None:
            yield from part_lines(step.parts, f"{'':>18}")


def entitlement_lines(entitlement: Entitlement) -> Iterator[Line]:
    """Whether the key is in force, what it may do, and where each bound comes from."""
    force = ("in force", STYLES["passed"]) if entitlement.in_force else ("not in force", STYLES["error"])
    yield (entitlement.key, BOLD), ("  ", PLAIN), force, (f"  {entitlement.position}", DIM)
    for violation in entitlement.violations:
        yield _bound("broken", f"{violation.rule}: {violation.message}", str(violation.origin))
    for name in ("team", "project", "environment", "owner", "models", "scopes", "purposes", "data_classes"):
        value = getattr(entitlement, name)
        yield _bound(name.replace("_", " "), "none" if value is None else spell(value))
    for exclusion in entitlement.exclusions:
        yield _bound("excluded", f"{exclusion.model}: {exclusion.reason}", str(exclusion.origin))
    for prefix, caps in (("", entitlement.caps), ("per user: ", entitlement.user_caps)):
        for cap in caps.values():
            yield _bound("cap", f"{prefix}{cap.name.replace('_', ' ')} {spell(cap.value)}", str(cap.origin))
    for pool in entitlement.budgets:
        yield _bound("budget", f"{pool.pool} {pool.name}, {pool.period}: {spell(pool.amount)}", str(pool.origin))
    yield from _ends(entitlement)


def _ends(entitlement: Entitlement) -> Iterator[Line]:
    yield _bound("expires", "never" if entitlement.expires is None else spell(entitlement.expires))
    if entitlement.rotate_every is not None:
        yield _bound("rotates", f"every {spell(entitlement.rotate_every)}")
    for name in ("client_side", "suspended"):
        if getattr(entitlement, name):
            yield _bound(name.replace("_", " "), "yes")
    yield _bound("targets", spell(entitlement.targets))


def _bound(name: str, value: str, origin: str = "") -> Line:
    return (f"  {name:<13} ", DIM), (value, PLAIN), (f"  {origin}" if origin else "", DIM)
