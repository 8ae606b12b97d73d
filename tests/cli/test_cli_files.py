"""Commands that write files: what they write, and what they leave alone."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from command_line import Run, changed
from syrupy.assertion import SnapshotAssertion

from remit.check import check_tree
from remit.cli._scaffold import Scaffold, scaffold
from remit.source import open_tree
from remit.testing import run_tests

pytest_plugins = ("command_fixtures",)


@pytest.mark.parametrize("created", ["2026-11-23", "2028-02-29", "2031-12-31"])
def test_scaffold_is_sound(tmp_path: Path, created: str) -> None:
    """What `init` writes checks without a finding and tests with full coverage, whenever it is written."""
    at = datetime.fromisoformat(f"{created}T18:00:00Z")
    scaffold(tmp_path, Scaffold("acme", "ana", at))
    assert check_tree(open_tree(tmp_path / "policies"), at=at).findings == ()
    report = run_tests(open_tree(tmp_path / "policies"))
    assert report.ok
    assert report.coverage.percent == 100


def test_scaffold_by_command(run: Run, place: Path, snapshot: SnapshotAssertion) -> None:
    """`init` lists what it wrote; its files are in canonical layout, its schemas current, its plan makes two keys."""
    ran = run("init", "gov", "--organization", "acme", "--owner", "ana")
    assert ran.code == 0
    assert ran.out == snapshot
    assert run("check", "gov/policies", "--strict").code == 0
    assert run("test", "gov/policies", "--fail-under", "100").code == 0
    assert run("fmt", "gov/policies", "--check").code == 0
    assert run("schema", "--check", "gov/schemas").code == 0
    assert json.loads(run("plan", "-p", "gov/policies", "--json").out)["targets"][0]["counts"]["create"] == 2


def test_scaffold_names_its_owner(tmp_path: Path) -> None:
    """Organisation and owner stand where people would look for them."""
    scaffold(tmp_path, Scaffold("acme", "ana", datetime(2026, 11, 23, tzinfo=UTC)))
    assert "@ana" in (tmp_path / ".github/CODEOWNERS").read_text()
    assert yaml.safe_load((tmp_path / "policies/organization.yaml").read_text())["metadata"] == {"name": "acme"}


@pytest.mark.parametrize("name", ["validate", "reconcile"])
def test_scaffold_workflows(tmp_path: Path, name: str) -> None:
    """Workflows start without permissions, keep no credentials, and use actions by their commit only."""
    scaffold(tmp_path, Scaffold("acme", "ana"))
    workflow = yaml.safe_load((tmp_path / f".github/workflows/{name}.yml").read_text())
    assert workflow["permissions"] == {}
    [job] = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    actions = [step for step in job["steps"] if "uses" in step]
    assert actions[0]["with"]["persist-credentials"] is False
    assert all(len(step["uses"].partition("@")[2]) == 40 for step in actions)
    assert not any("${{" in step.get("run", "") for step in job["steps"])


def test_scaffold_never_overwrites(run: Run, place: Path) -> None:
    """One file that exists, even a dangling link, keeps all others from being written."""
    (place / "gov").mkdir()
    (place / "gov/README.md").symlink_to("nowhere")
    ran = run("init", "gov")
    assert ran.code == 1
    assert ran.err == "error: nothing was written, `README.md` would be overwritten: choose another directory\n"
    assert [each.name for each in (place / "gov").iterdir()] == ["README.md"]


def test_fmt_rewrites(run: Run, place: Path) -> None:
    """Files are rewritten in place with their mode, and are canonical then; `--check` and `--diff` write nothing."""
    path = place / "policies/keys.yaml"
    path.write_text("kind: Group # first\napiVersion: remit/v1\nmetadata: {name: a}\nspec:\n    members: [b]\n")
    path.chmod(0o640)
    before = path.read_bytes()
    assert run("fmt", "--check", str(path)).out == f"would rewrite {path}\n1 to rewrite, 0 as they should be\n"
    assert run("fmt", "--check", str(path)).code == 3
    shown = run("fmt", "--diff", str(path))
    assert (shown.code, path.read_bytes()) == (0, before)
    assert "+  members: [b]\n" in shown.out
    assert run("fmt", str(path)).out == f"rewrote {path}\n1 rewritten, 0 as they should be\n"
    assert path.read_text() == "apiVersion: remit/v1\nkind: Group # first\nmetadata: {name: a}\nspec:\n  members: [b]\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert run("fmt", "--check", str(path)).code == 0


def test_fmt_goes_on_after_a_fault(run: Run, place: Path) -> None:
    """A file that cannot be read is told and left; the others are rewritten; the end is 1."""
    (place / "policies/a.yaml").write_bytes(b"\xff\xfe")
    (place / "policies/b.yaml").write_text("a: [\n")
    (place / "policies/c.yaml").symlink_to("keys.yaml")
    changed(place / "policies/keys.yaml", "spec:\n", "spec:  \n")
    ran = run("fmt", "policies")
    assert ran.code == 1
    assert "rewrote policies/keys.yaml\n" in ran.out
    assert "error: `policies/a.yaml` is not UTF-8" in ran.err
    assert "error: policies/b.yaml:" in ran.err
    assert "c.yaml" in ran.err
    document = json.loads(run("fmt", "policies", "--json").out)
    assert [each["file"] for each in document["errors"]] == ["policies/c.yaml", "policies/a.yaml", "policies/b.yaml"]


def test_migrate_tells_faults(run: Run, place: Path) -> None:
    """A text that is no YAML is no migration either."""
    (place / "policies/b.yaml").write_text("a: [\n")
    assert run("migrate").code == 1
