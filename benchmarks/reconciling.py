"""How long a real LiteLLM proxy takes to be as declared, beside what the proxy itself takes.

    python -m benchmarks.reconciling --url http://127.0.0.1:4000 [--out docs/benchmarks-reconcile.md]

The master key is in LITELLM_MASTER_KEY. The proxy is emptied before and after, so it must be one for tests.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar
from uuid import uuid4

import httpx2

from benchmarks.governed import MASTER_KEY, write_governed
from benchmarks.results import Row, Table, duration, section, text, times
from remit.bundle import Bundle, compile_tree
from remit.reconcile import apply_plan, plan_bundle
from remit.source import open_tree
from remit.targets import Context
from remit.targets.litellm import LiteLLMTarget

T = TypeVar("T")
TEAMS, KEYS = 20, 500
APPLY_GOAL, PLAN_GOAL = 60.0, 5.0
"""Seconds: everything from empty to in force, and a plan that finds nothing to do."""
_INTRODUCTION = """\
# Benchmarks of reconciling

Written by `python -m benchmarks.reconciling`, against a real LiteLLM proxy on the same machine. Proxy, database and
Remit share its processors, so that the proxy is slower than it would be on its own.

"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where it listens, and the key that may do everything."""

    url: str
    master_key: str

    def client(self) -> httpx2.Client:
        """An administrator's client."""
        return httpx2.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.master_key}"}, timeout=60)

    def empty(self) -> None:
        """Delete every key and team."""
        with self.client() as admin:
            while keys := admin.get("/key/list", params={"size": 100}).json()["keys"]:
                admin.post("/key/delete", json={"keys": keys}).raise_for_status()
            if teams := [team["team_id"] for team in admin.get("/team/list").json()]:
                admin.post("/team/delete", json={"team_ids": teams}).raise_for_status()


@dataclass(frozen=True, slots=True)
class Measured:
    """One run, in seconds; `reads` are the calls of the second plan."""

    applying: float
    again: float
    reads: int
    create: float
    list_page: float


class Counting(httpx2.HTTPTransport):
    """Counts what goes through."""

    calls = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Count and send."""
        self.calls += 1
        return super().handle_request(request)


def measure(proxy: Proxy, *, keys: int = KEYS, teams: int = TEAMS, rounds: int = 3) -> Table:
    """The table: the median of some runs, each on an empty proxy."""
    runs = [measured(proxy, keys=keys, teams=teams) for _ in range(rounds)]
    create, page = median(run.create for run in runs), median(run.list_page for run in runs)
    applying, again = median(run.applying for run in runs), median(run.again for run in runs)
    pages, reads = ceil(keys / 100), max(run.reads for run in runs)
    about = (
        f"{keys} keys in {teams} teams on a LiteLLM proxy with one worker, applied from empty until everything was read"
        f" back as declared. The median of {rounds} runs, of which each took"
        f" {', '.join(duration(run.applying) for run in runs)}. The reference is the proxy itself, asked for nothing"
        f" else: creating a key takes it {duration(create)}, as often as there are keys, one after the other; and"
        f" listing a hundred keys {duration(page)}, as often as there are pages."
    )
    rows = (
        _row("From empty to in force", applying, create * keys, APPLY_GOAL),
        _row("A second plan, which is empty", again, page * pages, PLAN_GOAL),
        Row("Calls of that plan", str(reads), "", "", f"at most {pages + teams}", reads <= pages + teams),
    )
    return Table("Reconciling a gateway", about, rows)


def _row(what: str, ours: float, reference: float, goal: float) -> Row:
    return Row(what, duration(ours), duration(reference), times(ours / reference), f"under {goal:.0f} s", ours < goal)


def measured(proxy: Proxy, *, keys: int, teams: int) -> Measured:
    """One run. Raises ValueError when the proxy is not as declared afterwards."""
    proxy.empty()
    with tempfile.TemporaryDirectory(prefix="remit-reconciling-") as place:
        directory = Path(place)
        write_governed(directory / "policies", proxy.url, keys=keys, teams=teams)
        bundle, state, environ = _bundle(directory / "policies"), directory / "state", {MASTER_KEY: proxy.master_key}
        planning, plan = _timed(lambda: plan_bundle(bundle, state_dir=state, environ=environ))
        applying, outcome = _timed(lambda: apply_plan(plan, bundle, state_dir=state, environ=environ))
        again, second = _timed(lambda: plan_bundle(bundle, state_dir=state, environ=environ))
        if not outcome.ok or outcome.counts["in-force"] != keys + teams or second.changes:
            raise ValueError("the proxy is not as declared")
        found = Measured(planning + applying, again, _calls(bundle, state, environ), *_latencies(proxy))
    proxy.empty()
    return found


def _bundle(policies: Path) -> Bundle:
    compilation = compile_tree(open_tree(policies))
    if compilation.bundle is None:
        raise ValueError(str(compilation.findings[0]))
    return compilation.bundle


def _timed(call: Callable[[], T]) -> tuple[float, T]:
    began = perf_counter()
    result = call()
    return perf_counter() - began, result


def _calls(bundle: Bundle, state: Path, environ: dict[str, str]) -> int:
    """How many calls it takes to read everything, which is all that a plan asks of the proxy."""
    transport = Counting()
    context = Context(bundle.organization.metadata.name, state, environ)
    LiteLLMTarget(transport).open_reader(bundle.targets["gateway"], context).read()
    return transport.calls


def _latencies(proxy: Proxy) -> tuple[float, float]:
    """Seconds of the proxy's own, one call at a time: to create a key, and to list a hundred."""
    with proxy.client() as admin:
        created = [_timed(lambda: _created(admin))[0] for _ in range(20)]
        listed = [_timed(lambda: admin.get("/key/list", params=_PAGE))[0] for _ in range(5)]
    return median(created), median(listed)


_PAGE: dict[str, str | int | bool] = {"page": 1, "size": 100, "return_full_object": True}


def _created(admin: httpx2.Client) -> None:
    name = uuid4().hex
    body = {"key": f"sk-{name}", "key_alias": name, "models": ["gpt-4o"], "max_budget": 300, "budget_duration": "1mo"}
    admin.post("/key/generate", json=body).raise_for_status()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reconciling", description=__doc__)
    parser.add_argument("--url", required=True, help="the address of a LiteLLM proxy for tests, which is emptied")
    parser.add_argument("--keys", type=int, default=KEYS)
    parser.add_argument("--teams", type=int, default=TEAMS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, help="where to write the section of a page")
    options = parser.parse_args()
    proxy = Proxy(options.url, os.environ[MASTER_KEY])
    table = measure(proxy, keys=options.keys, teams=options.teams, rounds=options.rounds)
    print(text(table), table.about, sep="\n")
    if options.out is not None:
        options.out.write_text(_INTRODUCTION + section(table), encoding="utf-8")


if __name__ == "__main__":
    main()
