"""The demo from end to end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from remit import __version__
from remit.demo import _messages as messages
from remit.demo._errors import DemoError
from remit.demo._generate import generate
from remit.demo._sample import REPORT, recorded_traffic, settle
from remit.demo._show import Screen
from remit.demo._steps import Run
from remit.demo._traffic import Event, read_events, thinned
from remit.reconcile import STATE_DIRECTORY
from remit.render.report import report_html
from remit.render.report_facts import ReportFacts

FAST = 20_000


def run(
    *,
    keep: Path | None = None,
    fast: bool = False,
    traffic: Path | None = None,
    as_json: bool = False,
    console: Console | None = None,
) -> int:
    """Run the demo and tell on `console` (default: standard output) what happens; 0, or 1 when a step failed.

    `keep` names a new or empty directory to leave everything in, else only the report stays, in the temporary
    directory. `fast` replays about 20,000 requests. `traffic` is a CSV file to replay, plain or gzipped, with the
    columns t_seconds, key_id, model_class, input_tokens, output_tokens. Raises DemoError.
    """
    screen = Screen(console or Console(), as_json=as_json)
    events, origin = _events(traffic, fast=fast)
    with _place(keep) as place:
        current = Run(settle(place), place / STATE_DIRECTORY, screen.step)
        screen.begin(len(events))
        _perform(current, screen, events, origin)
        report = _written(current, place / REPORT if keep else _elsewhere())
        screen.end(current, report, keep)
    return 0 if current.ok else 1


def _perform(current: Run, screen: Screen, events: Sequence[Event], origin: str) -> None:
    """Every step, as far as they build on what went well."""
    current.check()
    bundle = current.bundle
    if bundle is None:
        return
    current.test()
    plan = current.propose(bundle)
    if plan.ok:
        current.apply(bundle, plan)
    with screen.progress(len(events)) as on_decided:
        current.replay(bundle, events, origin, on_decided)


def _events(traffic: Path | None, *, fast: bool) -> tuple[list[Event], str]:
    """The requests, and in words where they come from."""
    recorded = traffic or recorded_traffic()
    if recorded is None:
        return (generate(FAST) if fast else generate()), "a generated day of traffic"
    events = read_events(recorded)
    if fast and len(events) > FAST:
        return thinned(events, FAST), "a recorded day of traffic, thinned out"
    return events, "a recorded day of traffic"


def _written(current: Run, place: Path) -> Path | None:
    """Write the report; None when there is nothing to tell."""
    if current.bundle is None:
        return None
    facts = ReportFacts(
        bundle=current.bundle,
        version=__version__,
        steps=tuple(current.steps),
        findings=current.findings,
        tests=current.tests,
        plan=current.plan,
        entitlements=current.entitlements,
        traffic=current.traffic,
    )
    try:
        place.write_text(report_html(facts), encoding="utf-8")
    except OSError as error:
        raise DemoError(messages.cannot_keep(str(place.parent), error.strerror or str(error))) from error
    return place


def _elsewhere() -> Path:
    """A place for the report that outlives the demo, readable by nobody else."""
    return Path(tempfile.mkdtemp(prefix="remit-demo-")) / REPORT


@contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    """Where the demo happens: the directory to keep, or one that is gone afterwards."""
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="remit-demo-") as made:
        yield Path(made)
