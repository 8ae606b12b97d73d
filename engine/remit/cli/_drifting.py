"""Looking for drift, and saying what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from remit.bundle import Bundle
from remit.cli._lines import Line, write_lines
from remit.cli._output import progress, write_json
from remit.cli._planning import known_targets
from remit.reconcile import Drift, Drifted, drift_bundle
from remit.render._plan_lines import value_of


def found_drift(bundle: Bundle, state: Path, targets: Sequence[str] | None) -> Drift:
    """What drifted on some targets, or on all. Raises Misuse for one that is not declared."""
    known_targets(bundle, targets)
    with progress("reading targets"):
        return drift_bundle(bundle, state_dir=state, targets=targets or None)


def show_drift(drift: Drift, *, json: bool) -> None:
    """On stdout."""
    if json:
        facts = {"drifted": drift.drifted, "unreadable": drift.unreadable, "revoked": drift.revoked}
        write_json({"ok": drift.ok, **facts})
    else:
        write_lines(drift_lines(drift))


def drift_lines(drift: Drift) -> Iterator[Line]:
    """Each key that drifted, property by property, each that was revoked, and each target that could not be read."""
    for each in drift.drifted:
        yield (each.address, "bold"), (" has drifted" if each.observed else " is gone", "warning")
        yield from _properties(each)
    for problem in drift.revoked:
        yield (problem.address, "bold"), (" has not drifted", ""), (f": {problem.message}", "")
    for name, why in drift.unreadable.items():
        yield (name, "bold"), (" cannot be read", "error"), (f": {why}", "")
    if drift.ok:
        yield (("nothing has drifted", "passed"),)


def _properties(each: Drifted) -> Iterator[Line]:
    for name in each.properties:
        before, after = value_of(each.applied, name), value_of(each.observed, name)
        yield ((f"  {name}: {before} → {after}", ""),)
