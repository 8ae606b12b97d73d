"""From a tree to everything there is to say about it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from remit.bundle import Cache, aware, compile_tree
from remit.check._lines import lines_of
from remit.check._lints import LINTS
from remit.check._report import Report
from remit.check._survey import UNKNOWN, Registries, survey
from remit.source import Tree


def check_tree(tree: Tree, *, at: datetime, cache: Cache | None = None, registries: Registries = UNKNOWN) -> Report:
    """Compile the tree, and look at what it declares as of `at`. Never raises for what the tree holds.

    Lints run only over a tree that compiles: about half a policy they would guess. Raises ValueError when
    `at` has no zone.
    """
    instant = aware(at)
    with _uncollected():
        compilation = compile_tree(tree, cache=cache)
        found = set(compilation.findings)
        if compilation.bundle is not None:
            surveyed = survey(compilation.bundle, instant, lines_of(tree), registries)
            for lint in LINTS.values():
                found.update(lint(surveyed))
    return Report(tuple(sorted(found)), compilation.bundle)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Millions of objects that live on: the collector would walk all of them again and again, for nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            _settle()
            gc.enable()


def _settle() -> None:
    """Count everything there is as old, so that the collector does not begin with a walk over all that was made."""
    if not gc.get_freeze_count():  # whoever froze objects of their own wants them to stay so
        gc.freeze()
        gc.unfreeze()
