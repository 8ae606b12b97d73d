"""A plan as markdown, for the comment on a pull request. Every name and message is data, and escaped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.render._escape import code, markdown
from remit.render._plan_lines import grouped_notes, plan_summary, target_summary, value_of

if TYPE_CHECKING:
    from remit.reconcile import Change, Plan, Reason, TargetPlan


def plan_markdown(plan: Plan) -> str:
    """A heading, a table of changes for each target, then drift, problems and limits; ends in the digest."""
    parts = [f"### {markdown(plan_summary(plan))}"]
    for target in plan.targets:
        parts.extend(_target(target))
    parts.extend(_list("Must be mended", (f"{code(each.address)}: {markdown(each.message)}" for each in plan.problems)))
    parts.extend(_list("Blocked", (f"{code(each.scope)}: {markdown(each.message)}" for each in plan.exceeded)))
    commit = f" at commit {code(plan.commit)}" if plan.commit else ""
    parts.append(f"Bundle {code(plan.bundle)}{commit}, plan {code(plan.digest)}")
    return "\n\n".join(parts) + "\n"


def _target(target: TargetPlan) -> Iterator[str]:
    yield f"**{code(target.name)}** ({code(target.type)}): {markdown(target_summary(target))}"
    if target.pending:
        rows = [row for change in target.pending for row in _rows(change)]
        heading = ("| | Key | Property | Before | After | Direction |", "|---|---|---|---|---|---|")
        yield "\n".join((*heading, *rows))
    gone = (f"{code(each.address)}: {_drift(each.properties) if each.observed else 'gone'}" for each in target.drift)
    yield from _list("Drifted", gone)
    held = (f"{code(each.key)}: {_why(each.reasons)}" for each in target.withheld)
    yield from _list("Not created", held)
    notes = (markdown(each) for each in grouped_notes(target.notes))
    yield from _list("Enforced otherwise than declared", notes)


def _rows(change: Change) -> Iterator[str]:
    first = f"| {change.action} | {code(change.key)} "
    if not change.properties:
        yield f"{first}| {_why(change.reasons)} | | | |"
    for each in change.properties:
        before, after = (code(value_of(side, each.name)) for side in (change.before, change.after))
        yield f"{first}| {code(each.name)} | {before} | {after} | {each.direction} |"
        first = "| | "


def _why(reasons: tuple[Reason, ...]) -> str:
    return markdown("; ".join(reason.message for reason in reasons))


def _drift(properties: tuple[str, ...]) -> str:
    return ", ".join(code(name) for name in properties)


def _list(title: str, rows: Iterator[str]) -> Iterator[str]:
    listed = [f"- {row}" for row in rows]
    if listed:
        yield "\n".join((f"**{title}**", "", *listed))
