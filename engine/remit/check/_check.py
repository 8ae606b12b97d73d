"""From a tree to everything there is to say about it."""

from __future__ import annotations

from datetime import datetime

from remit.bundle import Cache, aware, compile_tree, uncollected
from remit.check._lines import lines_of
from remit.check._lints import LINTS
from remit.check._report import Report
from remit.check._survey import UNKNOWN, Registries, survey
from remit.source import Finding, Tree


def check_tree(tree: Tree, *, at: datetime, cache: Cache | None = None, registries: Registries = UNKNOWN) -> Report:
    """Compile the tree, and look at what it declares as of `at`. Never raises for what the tree holds.

    Lints run only over a tree that compiles: about half a policy they would guess. Raises ValueError when
    `at` has no zone.
    """
    instant = aware(at)
    with uncollected():
        compilation = compile_tree(tree, cache=cache)
        found = set(compilation.findings)
        if compilation.bundle is not None:
            surveyed = survey(compilation.bundle, instant, lines_of(tree), registries)
            for lint in LINTS.values():
                found.update(lint(surveyed))
    return Report(tuple(sorted(found, key=_order)), compilation.bundle)


def _order(finding: Finding) -> tuple[str, int, int, str, str, str, str]:
    """The order of findings, in a form that is compared at once."""
    place = finding.position
    return (place.file, place.line, place.column, finding.code, finding.message, finding.remedy, finding.severity)
