"""A plan as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from remit.render._lines import BOLD, DIM, PLAIN, STYLES, Line
from remit.render._values import counted, spell

if TYPE_CHECKING:
    from remit.reconcile import Change, Note, Plan, PropertyChange, TargetPlan
    from remit.targets import TargetObject

SIGNS = {
    "create": "+",
    "replace": "±",
    "rotate": "↻",
    "adopt": "→",
    "update": "~",
    "revoke": "!",
    "delete": "-",
    "no-op": " ",
}
_SIGN_STYLES = {
    "+": "green",
    "±": "yellow",
    "↻": "yellow",
    "→": "yellow",
    "~": "yellow",
    "!": "red",
    "-": "red",
    " ": "dim",
}


_NOTES = {
    "suspended": ", suspended: planned and not applied",
    "waiting": ", waiting: planned, and applied when its window opens",
    "observed": ", observed: compared and never changed",
}


def plan_lines(plan: Plan) -> Iterator[Line]:
    """Each target with its changes, then drift, what a person must mend, and the limits."""
    for target in plan.targets:
        yield from _target(target)
    for problem in plan.problems:
        at = f"  {problem.origin}" if problem.origin else ""
        yield ("problem ", STYLES["error"]), (f"{problem.address}: {problem.message}", PLAIN), (at, DIM)
    for verdict in plan.exceeded:
        yield ("blocked ", STYLES["error"]), (f"{verdict.scope}: {verdict.message}", PLAIN)
    for verdict in plan.verdicts:
        if verdict.overridden:
            yield ("override ", STYLES["warning"]), (f"{verdict.message}: {verdict.overridden}", PLAIN)
    for target in plan.targets:
        if any(verdict.scope == target.name for verdict in plan.exceeded):
            yield ("changes ", DIM), (f"{target.name} {target.changes_digest}", PLAIN)
    yield ((plan_summary(plan), BOLD),)
    yield (("digest ", DIM), (plan.digest, PLAIN))


def plan_summary(plan: Plan) -> str:
    """One sentence: how many changes of each sort, and whether they may be made."""
    if plan.empty and not plan.changes:
        return "every target is as declared" if plan.ok else "nothing to change, but not everything is as declared"
    counts = ", ".join(f"{count} to {action}" for action, count in plan.counts.items() if count and action != "no-op")
    return f"{counts}{': a limit forbids it' if plan.blocked else ''}"


def target_summary(target: TargetPlan) -> str:
    """What is known of one target in a few words."""
    if target.status == "unreadable":
        return f"cannot be read: {target.error}"
    note = _NOTES.get(target.status, "")
    return f"{counted(target.managed, 'managed key')}, {target.unmanaged:,} unmanaged and left alone{note}"


def value_of(key: TargetObject | None, name: str) -> str:
    """A property of a key that may not be there."""
    return "absent" if key is None else spell(key.properties.get(name))


def _target(target: TargetPlan) -> Iterator[Line]:
    style = STYLES["error"] if target.status == "unreadable" else PLAIN
    yield (f"{target.name} ({target.type})", BOLD), (f": {target_summary(target)}", style)
    for change in target.pending:
        yield from _change(change)
    for withheld in target.withheld:
        why = "; ".join(reason.message for reason in withheld.reasons)
        yield ("  · ", DIM), (f"{withheld.target}/{withheld.key} is not created: {why}", PLAIN)
    for drifted in target.drift:
        what = ", ".join(drifted.properties) if drifted.observed else "it is gone"
        yield ("  ≠ ", STYLES["warning"]), (f"{drifted.address} has drifted: {what}", PLAIN)
    for text in grouped_notes(target.notes):
        yield ((f"  {text}", DIM),)


def grouped_notes(notes: Iterable[Note]) -> Iterator[str]:
    """What a target does not enforce exactly, a line for each reason: `caps, models: evaluate-only: …`."""
    groups: dict[tuple[str, str], list[str]] = {}
    for note in notes:
        names = groups.setdefault((note.support, note.note), [])
        name = note.property.partition(".")[0]
        if name not in names:
            names.append(name)
    for (support, why), names in groups.items():
        yield f"{support}: {', '.join(names)}: {why}"


def _change(change: Change) -> Iterator[Line]:
    sign = SIGNS[change.action]
    yield (f"  {sign} ", _SIGN_STYLES[sign]), (change.address, BOLD), (f"  {change.action}", PLAIN)
    for reason in change.reasons:
        yield (f"      {reason.message}", PLAIN), (f"  {reason.origin}" if reason.origin else "", DIM)
    for each in change.properties:
        yield _property(change, each)


def _property(change: Change, each: PropertyChange) -> Line:
    before, after = value_of(change.before, each.name), value_of(change.after, each.name)
    moved = f"{before} → {after}" if change.before is not None else after
    drift = " (the target had drifted)" if each.cause != "intent" else ""
    return (
        (f"      {each.name}: {moved}", PLAIN),
        (f"  {each.direction}", STYLES.get(each.direction, DIM)),
        (f"{drift}  {each.origin}".rstrip(), DIM),
    )
