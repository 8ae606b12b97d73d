"""Planning, applying and drift on a real local target."""

from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from command_line import Run, changed

from remit.cli._applying import outcome_lines
from remit.reconcile import Outcome, Problem, Result, TargetOutcome
from remit.targets.local import KeyStore

pytest_plugins = ("command_fixtures",)


def test_apply_creates_and_settles(run: Run, place: Path) -> None:
    """`apply` makes what is declared and says where the value went; then there is nothing left to do."""
    assert run("plan").code == 2
    ran = run("apply", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert "  store/ranker-prod: create: in force, value delivered to file:keys/ranker-prod\n" in ran.out
    value = (place / ".remit/keys/ranker-prod").read_text().strip()
    assert value not in ran.out
    assert stat.S_IMODE((place / ".remit/keys/ranker-prod").stat().st_mode) == 0o600
    assert run("plan").code == 0
    assert "store: unchanged" in run("apply").out
    assert run("drift").out == "nothing has drifted\n"


def test_apply_as_json_hides_the_value(run: Run, place: Path) -> None:
    """The document of an outcome says that all is in force, and never the value."""
    ran = run("apply", "--yes", "--json")
    assert json.loads(ran.out)["ok"] is True
    assert (place / ".remit/keys/ranker-prod").read_text().strip() not in ran.out


def test_state_elsewhere(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--state`, else `REMIT_STATE`, says where the state is."""
    assert run("apply", "--yes", "--state", "one").code == 0
    monkeypatch.setenv("REMIT_STATE", str(place / "two"))
    assert run("apply", "--yes").code == 0
    assert [(place / name).is_dir() for name in ("one", "two", ".remit")] == [True, True, False]


def test_apply_needs_an_answer(run: Run, place: Path) -> None:
    """Where nobody can be asked, nothing is applied without `--yes`; the plan is shown all the same."""
    ran = run("apply", stdin="y\n")
    assert ran.code == 64
    assert ran.err == "error: nobody can be asked here: review the plan, then add `--yes`\n"
    assert "+ store/ranker-prod" in ran.out
    assert run("apply", "--json").out == ""
    assert run("plan").code == 2


@pytest.mark.parametrize(("answer", "code", "left"), [("y\n", 0, 0), ("n\n", 2, 2), ("\n", 2, 2), ("", 130, 2)])
def test_apply_asks(run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, left: int) -> None:
    """On a terminal `apply` asks; anything but a yes leaves the changes pending."""
    monkeypatch.setattr("remit.cli._consent.is_watched", lambda: True)
    ran = run("apply", stdin=answer)
    assert ran.code == code
    assert "Apply this plan? [y/N]" in ran.err
    assert run("plan").code == left


def test_plan_file(run: Run, place: Path) -> None:
    """A saved plan is applied once, and is stale afterwards."""
    assert run("plan", "--out", "plans/plan.json").code == 2
    assert run("apply", "plans/plan.json", "--yes").code == 0
    ran = run("apply", "plans/plan.json", "--yes")
    assert ran.code == 1
    assert ran.err.startswith("error: nothing was applied, the plan is stale: `store/ranker-prod` changed since")


def test_plan_file_altered(run: Run, place: Path) -> None:
    """A plan that was altered after it was made is refused."""
    run("plan", "--out", "plan.json")
    changed(place / "plan.json", "500 USD" if "500 USD" in (place / "plan.json").read_text() else "500000000", "9")
    ran = run("apply", "plan.json", "--yes")
    assert (ran.code, ran.err) == (1, "error: the plan file was altered after it was made: plan again\n")


def test_plan_file_of_other_policies(run: Run, place: Path) -> None:
    """A plan belongs to the policies that it was made from."""
    run("plan", "--out", "plan.json")
    changed(place / "policies/keys.yaml", "500 USD", "400 USD")
    ran = run("apply", "plan.json", "--yes")
    assert ran.code == 1
    assert "the plan was made from another bundle" in ran.err
    assert not (place / ".remit/keys").exists()


def test_plan_over_its_limits(run: Run, place: Path) -> None:
    """A plan that a limit forbids is an error to make and to apply."""
    changed(place / "policies/organization.yaml", "path: store.db", "path: store.db, limits: {create: {max_count: 0}}")
    assert run("plan").code == 1
    ran = run("apply")
    assert ran.code == 1
    assert ran.err.startswith("error: nothing was applied, the plan exceeds its limits")


def test_unreadable_target(run: Run, place: Path) -> None:
    """A target that cannot be read is an error of `plan` and `drift`, and of `apply` in its outcome."""
    (place / ".remit").mkdir()
    (place / ".remit/store.db").write_text("this is no database, whatever its name says")
    codes = [run("plan").code, run("drift").code, run("apply", "--yes").code]
    assert codes == [1, 1, 1]
    assert "store cannot be read: " in run("drift").out


def test_drift(run: Run, place: Path) -> None:
    """What changed on the target behind our back is shown property by property, and ends with 2."""
    run("apply", "--yes")
    database = place / ".remit/store.db"
    with sqlite3.connect(database) as connection:
        [(table,)] = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 1").fetchall()
        connection.execute(f"DELETE FROM {table}")
    ran = run("drift")
    assert (ran.code, ran.out) == (2, "store/ranker-prod is gone\n")
    assert json.loads(run("drift", "--json").out)["drifted"][0]["key"] == "ranker-prod"
    assert run("drift", "--target", "store").code == 2


def test_drift_of_properties(run: Run, place: Path) -> None:
    """A key that was loosened on the target shows what it was and what it is."""
    run("apply", "--yes")
    with sqlite3.connect(place / ".remit/store.db") as connection:
        for table, column in _text_columns(connection):
            connection.execute(f"UPDATE {table} SET {column} = replace({column}, 'mini', 'maxi')")
    ran = run("drift")
    assert (ran.code, ran.out) == (2, "store/ranker-prod has drifted\n  models: grand, mini → grand, maxi\n")
    assert "has drifted" in run("plan").out


def _text_columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {table: connection.execute(f"PRAGMA table_info({table})").fetchall() for table in tables}
    return [(table, column[1]) for table, found in columns.items() for column in found if column[2] in ("TEXT", "JSON")]


def test_outcome_of_a_failure() -> None:
    """What failed, and what still needs mending, is said key by key."""
    failed = Result("store", "ranker-prod", "create", "failed", "the target said no")
    problem = Problem("conflict", "store", "ranker-dev", "a key called `ranker-dev` exists already")
    target = TargetOutcome("store", "applied", (failed,))
    lines = ["".join(text for text, _ in line) for line in outcome_lines(Outcome("p", "b", (target,), (problem,)))]
    assert lines == [
        "store: applied",
        "  store/ranker-prod: create: failed: the target said no",
        "problem store/ranker-dev: a key called `ranker-dev` exists already",
    ]


def test_applied_key_authenticates(run: Run, place: Path) -> None:
    """The value that was delivered opens the store that was applied to."""
    run("apply", "--yes")
    value = (place / ".remit/keys/ranker-prod").read_text().strip()
    found = KeyStore(place / ".remit/store.db").authenticate(value)
    assert found is not None
    assert found.key == "ranker-prod"
