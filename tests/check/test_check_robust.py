"""Whatever a tree holds, a check ends with findings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.check import check_tree
from remit.render import Excerpts, findings_github, findings_text

CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FILES = sorted(CORPUS.glob("*/*.yaml"))
LINES = sorted({line for path in FILES for line in path.read_text().splitlines() if len(line) < 200})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 40), st.sampled_from(LINES)), min_size=1, max_size=4))
def test_lines_in_the_wrong_place_never_crash_a_check(
    make_tree: Callable, path: Path, changes: list[tuple[int, str]]
) -> None:
    """Files of the corpus with lines replaced by lines of others: always a report, whose places can be shown."""
    lines = path.read_text().splitlines()
    for at, line in changes:
        lines[at % len(lines)] = line
    tree = make_tree({path.name: "\n".join(lines) + "\n"})
    report = check_tree(tree, at=NOW)
    assert report.ok == (report.bundle is not None and not report.counts["error"])
    assert findings_text(report.findings, Excerpts(tree.read)).endswith("\n")
    assert findings_github(report.findings).count("\n") == len(report.findings)
