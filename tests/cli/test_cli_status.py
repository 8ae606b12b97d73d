"""Two axes: as declared or not, and well or not."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import Run, changed, committed

pytest_plugins = ("command_fixtures",)


def test_status_from_nothing_to_in_sync(run: Run, place: Path) -> None:
    """Before a run a target is not in sync and well; after it, both, with the commit that was applied."""
    commit = committed(place)
    before = run("status", "--ref", "HEAD", "--json")
    assert before.code == 2
    (target,) = json.loads(before.out)["targets"]
    assert (target["in_sync"], target["healthy"], target["pending"]) == ("no", "yes", 1)
    assert (target["attempted"], target["applied"]) == (None, None)
    assert run("apply", "--yes", "--ref", "HEAD").code == 0
    after = run("status", "--ref", "HEAD", "--json")
    assert after.code == 0
    (target,) = json.loads(after.out)["targets"]
    assert (target["in_sync"], target["healthy"]) == ("yes", "yes")
    assert (target["attempted"]["commit"], target["applied"]["commit"]) == (commit, commit)


def test_status_as_text(run: Run, place: Path) -> None:
    """For people, a few lines a target."""
    assert run("status").out == (
        "store (local): in sync: no, healthy: yes\n  last attempted: never\n  last applied: never\n"
        "  1 pending, 0 held, 0 drifted\n"
    )
    run("apply", "--yes")
    lines = run("status").out.splitlines()
    assert lines[0] == "store (local): in sync: yes, healthy: yes"
    assert lines[2].startswith("  last applied: sha256:")


def test_status_of_a_failed_run(run: Run, place: Path) -> None:
    """A commit that was tried and not wholly applied is last attempted, not last applied, and that is not well."""
    changed(
        place / "policies/keys.yaml", "targets: [store]", "targets: [store]\n  deliver_to: {sink: file, path: taken}"
    )
    (place / ".remit/keys/taken").mkdir(parents=True)
    assert run("apply", "--yes").code == 1
    ran = run("status")
    assert ran.code == 1
    assert "in sync: no, healthy: degraded" in ran.out
    assert "was tried last and is not wholly applied" in ran.out


def test_status_of_nothing(run: Run) -> None:
    """A target that is not declared is a slip of the pen."""
    assert run("status", "--target", "nowhere").code == 64


def test_status_of_the_unreadable(run: Run, place: Path) -> None:
    """Of a target that cannot be read nobody knows whether it is in sync."""
    (place / ".remit").mkdir()
    (place / ".remit/store.db").write_text("no database " * 100)
    ran = run("status")
    assert ran.code == 1
    assert ran.out.startswith("store (local): in sync: unknown, healthy: no\n")
