"""Opening two versions of the policies, and saying in plain words how they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from remit.bundle import Bundle, load_bundle
from remit.bundle._diff import Difference, EntitlementChange, PoolChange, ResourceChange
from remit.bundle._diff_shift import Shift
from remit.cli._lines import Line, write_lines
from remit.cli._output import write_json
from remit.cli._place import open_bundle
from remit.render._values import counted, spell

_SIGNS = {"add": ("+", "green"), "remove": ("-", "red"), "change": ("~", "yellow")}
_LONGEST = 200


def open_side(policies: Path, side: str | None) -> Bundle:
    """The bundle of a commit or of a saved file; of the policies as they lie there without `side`."""
    if side is not None and Path(side).is_file():
        return load_bundle(Path(side))
    return open_bundle(policies, side)


def show_difference(difference: Difference, *, json: bool) -> None:
    """On stdout."""
    if json:
        write_json({each.name: getattr(difference, each.name) for each in fields(difference)})
    else:
        write_lines(difference_lines(difference))


def difference_lines(difference: Difference) -> Iterator[Line]:
    """Declarations, then keys, then budgets, then how many of them loosen and tighten."""
    for resource in difference.resources:
        yield from _resource(resource)
    for entitlement in difference.entitlements:
        yield from _entitlement(entitlement)
    for pool in difference.pools:
        yield _pool(pool)
    yield ((_summary(difference), "bold"),)


def _summary(difference: Difference) -> str:
    if difference.empty:
        return "no differences"
    counts = [counted(len(difference.resources), "declaration"), counted(len(difference.entitlements), "key")]
    pools = counted(len(difference.pools), "budget")
    loosened, tightened = difference.count("loosen"), difference.count("tighten")
    return f"{', '.join(counts)} and {pools} differ: {loosened} loosen, {tightened} tighten"


def _resource(change: ResourceChange) -> Iterator[Line]:
    sign, style = _SIGNS[change.action]
    former = f" (was {change.renamed_from})" if change.renamed_from else ""
    yield (
        (f"{sign} ", style),
        (f"{change.kind} {change.name}{former}", "bold"),
        (f"  {change.position}", "dim"),
        *_mark(change.direction),
    )
    yield from _shifts(change.shifts)


def _entitlement(change: EntitlementChange) -> Iterator[Line]:
    yield ("  ", ""), (f"key {change.key}", "bold"), (" may now", "")
    yield from _shifts(change.shifts)


def _pool(change: PoolChange) -> Line:
    shift = change.shift
    moved = f"{_spelt(shift.before)} → {_spelt(shift.after)}"
    return (
        ("  ", ""),
        (f"{change.pool} {change.name}", "bold"),
        (f" {shift.name}: {moved}", ""),
        *_mark(shift.direction),
    )


def _shifts(shifts: Iterable[Shift]) -> Iterator[Line]:
    for shift in shifts:
        yield (f"    {shift.name}: {_moved(shift)}", ""), *_mark(shift.direction)


def _mark(direction: str) -> Line:
    return () if direction == "neutral" else ((f"  {direction}s", direction),)


def _moved(shift: Shift) -> str:
    """Lists by what they gained and lost, everything else from one to the other."""
    before, after = shift.before, shift.after
    if isinstance(before, tuple) and isinstance(after, tuple) and all(map(_is_word, (*before, *after))):
        gained = [f"+{each}" for each in after if each not in before]
        lost = [f"-{each}" for each in before if each not in after]
        return ", ".join((*gained, *lost)) or "in another order"
    old, new = _spelt(before), _spelt(after)
    return f"{old} → {new}" if old != new else f"{new}, changed"


def _is_word(value: object) -> bool:
    return isinstance(value, str)


def _spelt(value: object) -> str:
    if value is None:
        return "absent"
    if isinstance(value, date):
        return spell(value) if hasattr(value, "hour") else value.isoformat()
    if isinstance(value, tuple) and any(isinstance(each, BaseModel) for each in value):
        return counted(len(value), "entry").replace("entrys", "entries")
    text = spell(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
