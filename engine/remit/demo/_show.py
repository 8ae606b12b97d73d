"""The demo as it is told while it runs: lines on a terminal, plain text in a pipe, or one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from remit.demo._document import document
from remit.demo._steps import Run
from remit.render import plain
from remit.render.report_facts import PoolSpend, ReasonCount, Step, Timed, Traffic

_EFFECTS = {"allow": "green", "throttle": "yellow", "deny": "red"}
_REASONS = 12
_MICRO = 1_000_000
_BAR = 24


class Screen:
    """Tells the demo's story on one console."""

    def __init__(self, console: Console, *, as_json: bool) -> None:
        self._console = console
        self._as_json = as_json

    def begin(self, requests: int) -> None:
        """Before the first step."""
        self._line(("Remit", "bold"), (f" governs a sample organisation and decides {requests:,} requests", ""))
        self._line()

    def step(self, step: Step) -> None:
        """After each step."""
        mark = ("✓ ", "green") if step.ok else ("✗ ", "bold red")
        self._line(mark, (f"{step.name:<7}", "bold"), (f"{step.purpose}", ""), (f"  {step.seconds:.1f} s", "dim"))
        self._line((f"         {step.result}", ""))

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[int], None]]:
        """A bar while requests are decided; only on a terminal."""
        if self._as_json or not self._console.is_terminal:
            yield lambda _: None
            return
        columns = (TextColumn("  deciding"), BarColumn(_BAR), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda number: bar.advance(task, number)

    def end(self, run: Run, report: Path | None, keep: Path | None) -> None:
        """After the last step."""
        if self._as_json:
            self._console.out(json.dumps(document(run, report, keep), indent=2), highlight=False)
            return
        if run.traffic is not None:
            self._line()
            self._line((run.traffic.caveat, "dim"))
            self._reasons(run.traffic)
            self._spend(run.traffic)
            self._latency(run.traffic)
        self._line()
        if report is not None:
            self._line(("report  ", "bold"), (str(report), ""))
        for line in _next(keep):
            self._line((line, "dim"))

    def _reasons(self, traffic: Traffic) -> None:
        self._heading("decisions by reason")
        for each in traffic.reasons[:_REASONS]:
            self._line(*_reason(each))
        rest = traffic.reasons[_REASONS:]
        if rest:
            self._line((f"  {sum(each.requests for each in rest):>8,}  for {len(rest)} other reasons", "dim"))

    def _spend(self, traffic: Traffic) -> None:
        self._heading("spend by team, month to date, against its budget")
        teams = traffic.spend("team")
        width = max((len(each.name) for each in teams), default=0)
        for each in teams:
            self._line(*_pool(each, width))

    def _latency(self, traffic: Traffic) -> None:
        latency = traffic.latency
        self._heading("time to decide")
        self._line((f"  p50 {_micros(latency.p50)}   p99 {_micros(latency.p99)}", ""))
        for name, timed in (("fastest", latency.fastest), ("slowest", latency.slowest)):
            self._line((f"  {name}  {_micros(timed.nanoseconds)}", ""), (f"  {_asked(timed)}", "dim"))
        first = f"the first for each of {latency.prepared} keys and models also prepares it"
        self._line((f"  {first}: p50 {_micros(latency.preparing_p50)}", "dim"))

    def _heading(self, text: str) -> None:
        self._line()
        self._line((text, "bold"))

    def _line(self, *parts: tuple[str, str]) -> None:
        if not self._as_json:
            text = Text.assemble(*((plain(text), style) for text, style in parts))
            self._console.print(text, soft_wrap=True, highlight=False)


def _reason(each: ReasonCount) -> Iterator[tuple[str, str]]:
    yield f"  {each.requests:>8,}  ", ""
    yield f"{each.effect:<9}", _EFFECTS[each.effect]
    yield each.id, ""


def _pool(each: PoolSpend, width: int) -> Iterator[tuple[str, str]]:
    filled = min(_BAR, round(each.share * _BAR))
    style = "red" if each.share >= 1 else "yellow" if each.share >= 0.8 else "green"
    yield f"  {each.name:<{width}}  ", ""
    yield "█" * filled, style
    yield "░" * (_BAR - filled), "dim"
    yield f"  {each.share:>5.1%}  {each.after / _MICRO:>10,.2f} of {each.limit / _MICRO:,.0f}", ""
    yield f"  (today {(each.after - each.before) / _MICRO:,.2f})", "dim"


def _micros(nanoseconds: int) -> str:
    return f"{nanoseconds / 1_000:,.1f} µs"


def _asked(timed: Timed) -> str:
    return f"{timed.effect}: {timed.key} asks for {timed.model}"


def _next(keep: Path | None) -> Iterator[str]:
    if keep is None:
        yield "next    remit demo --keep DIR   leaves a git repository to try things in"
        return
    yield f"next    cd {keep}"
    yield "        remit check                # change a file below policies/ first"
    yield "        remit explain --key route-planner-prod --model gpt-6.1-terra --purpose route-planning"
    yield "        remit resolve care-assistant-prod"
    yield "        remit plan                 # the pilot's key has ended"
