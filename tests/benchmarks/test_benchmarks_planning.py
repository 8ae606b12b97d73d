"""That the benchmark of planning measures what it says, with few keys."""

from __future__ import annotations

from benchmarks import planning


def test_one_change_is_one_write() -> None:
    """Each size in a process of its own; one key of the larger changed, and one write puts it right."""
    table = planning.measure(few=20, many=60, rounds=1)
    rows = {row.what: row for row in table.rows}
    assert list(rows) == [
        "plan 20 keys",
        "plan 60 keys",
        "for one key of 60, against one of 20",
        "peak memory with 20 keys",
        "peak memory with 60 keys",
        "writes when one of 60 keys changed",
    ]
    writes, memory = rows["writes when one of 60 keys changed"], rows["peak memory with 60 keys"]
    assert (writes.ours, writes.met, memory.met) == ("1", True, True)
    assert 10 < int(memory.ours.removesuffix(" MB")) < 1_000
