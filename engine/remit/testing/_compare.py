"""What was expected against what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from remit.decide import Decision
from remit.resources import Expectation as Expected
from remit.resources import parse_duration
from remit.testing import _messages as messages


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, in words, and both sides of it; empty words when nothing does."""

    message: str = ""
    expected: str = ""
    actual: str = ""


SAME = Difference()


def names(found: Iterable[str]) -> str:
    """A set of names as text, in order."""
    return ", ".join(f"`{name}`" for name in sorted(set(found))) or "none"


def differing(message: str, expected: Iterable[str], actual: Iterable[str]) -> Difference:
    """The difference of two sets of names."""
    wanted, found = names(expected), names(actual)
    return SAME if wanted == found else Difference(message, wanted, found)


def compare(expected: Expected | None, decision: Decision) -> Difference:
    """The first thing in which a decision is not as expected; an unlisted combination must be denied."""
    if expected is None:
        return SAME if decision.effect == "deny" else Difference(messages.unlisted(), "deny", spell(decision))
    for check in _CHECKS:
        found = check(expected, decision)
        if found is not SAME:
            return found
    return SAME


def spell(decision: Decision) -> str:
    """A decision in a few words: the effect, then reasons and errors."""
    errors = f"; could not be evaluated: {names(each.id for each in decision.errors)}" if decision.errors else ""
    reasons = f" by {names(each.id for each in decision.reasons)}" if decision.reasons else ""
    return f"{decision.effect}{reasons}{errors}"


def _effect(expected: Expected, decision: Decision) -> Difference:
    if expected.effect == decision.effect:
        return SAME
    reasons = f" by {names(expected.reasons)}" if expected.reasons else ""
    return Difference(messages.wrong_effect(), f"{expected.effect}{reasons}", spell(decision))


def _reasons(expected: Expected, decision: Decision) -> Difference:
    if expected.reasons is None:
        return SAME
    wanted = expected.reasons
    # a built-in reason that names a rule goes by either: `key-violates-policy`, or the rule that is broken
    found = (each.code if each.code in wanted else each.id for each in decision.reasons)
    return differing(messages.wrong_reasons(), wanted, found)


def _errors(expected: Expected, decision: Decision) -> Difference:
    if expected.errors is None:
        return SAME
    return differing(messages.wrong_errors(), expected.errors, (each.id for each in decision.errors))


def _delay(expected: Expected, decision: Decision) -> Difference:
    if expected.delay is None:
        return SAME
    try:
        wanted = parse_duration(expected.delay).total_seconds()
    except ValueError as error:
        return Difference(messages.bad_field("delay", str(error)), expected.delay)
    if decision.retry_after == wanted:
        return SAME
    return Difference(
        messages.wrong_delay(), f"{wanted:g}s", "none" if decision.retry_after is None else f"{decision.retry_after:g}s"
    )


_CHECKS: tuple[Callable[[Expected, Decision], Difference], ...] = (_effect, _reasons, _errors, _delay)
