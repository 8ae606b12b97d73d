"""Measure everything in one run, print it, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import cel_rules, cel_sets, compiling, evaluating, large, planning, processes, scaling
from benchmarks.results import Row, Table, duration, markdown, text, times

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def tables(directory: Path, *, quick: bool = False) -> Iterator[Table]:
    """Every table, measured when it is asked for; `quick` measures smaller things, and proves less."""
    if quick:
        yield evaluating.measure(directory / "evaluating", keys=30, rules=20, rounds=1)
        yield scaling.measure(directory / "scaling", keys=(10, 30), idle=(20, 40), rounds=1)
        yield large.measure(directory / "large", keys=30, rules=40, few=20)
        yield processes.checking(directory / "checking", keys=30)
        yield planning.measure(few=30, many=60, rounds=1)
        yield processes.importing(rounds=1)
        yield compiling.measure(count=30, rounds=1)
        yield cel_sets.measure(count=30, rounds=1)
        return
    yield evaluating.measure(directory / "evaluating")
    yield scaling.measure(directory / "scaling")
    yield large.measure(directory / "large")
    yield processes.checking(directory / "checking")
    yield planning.measure()
    yield processes.importing()
    yield compiling.measure()
    yield cel_sets.measure()
    yield one_rule()


def one_rule() -> Table:
    """One rule at a time, against a function written by hand and against other engines."""
    about = (
        "One condition, evaluated on its own. The reference is a Python function written by hand, which needs no"
        " conversion; the other engines' conversion of a request is counted, unless it was converted before."
        " Cedar, Rego and Casbin have the rules in their own languages; Cedar reads its request each time."
        " A ratio below 1 x beats the reference."
    )
    rows = []
    for measured in cel_rules.run():
        micros = {name: float(str(value)) for name, value in measured.items() if name != "rule"}
        hand = micros.pop("by hand")
        for name, took in micros.items():
            what = f"{measured['rule']}: {name}"
            goal, met = _goal(name, took, hand, micros["remit"])
            rows.append(Row(what, duration(took / 1e6), duration(hand / 1e6), times(took / hand), goal, met))
    return Table("One rule", about, tuple(rows))


def _goal(name: str, took: float, hand: float, ours: float) -> tuple[str, bool | None]:
    """What this row is held against, and whether it is so."""
    if name == "remit":
        return "at most 1.5 x", took <= 1.5 * hand
    if name in (cel_rules.GOOGLE, cel_rules.CEL_RUST):
        return "Remit at least 5 x faster", took >= 5 * ours
    if name == cel_rules.CEL_PYTHON:
        return "Remit at least 500 x faster", took >= 500 * ours
    return "", None


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure small sizes, to see that everything runs")
    parser.add_argument("--out", type=Path, help=f"where to write the page (default: {PAGE.name} in docs)")
    options = parser.parse_args()
    done = []
    with tempfile.TemporaryDirectory(prefix="remit-benchmarks-") as place:
        for table in tables(Path(place), quick=options.quick):
            print(text(table), flush=True)
            done.append(table)
    out = options.out or (None if options.quick else PAGE)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(markdown(done), encoding="utf-8")
        print(f"written to {out}")


if __name__ == "__main__":
    main()
