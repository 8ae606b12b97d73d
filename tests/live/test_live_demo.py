"""The whole of it, as a newcomer runs it: a real process over a recorded day of real tenants' traffic."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TRAFFIC = ROOT.parent / "shared" / "data" / "servegen_events_24h.csv.gz"

pytestmark = pytest.mark.live


def _remit(*arguments: str, within: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "remit", *arguments]
    return subprocess.run(command, cwd=within, capture_output=True, text=True, check=False, env={**os.environ})


def test_a_recorded_day_is_decided_request_by_request(tmp_path: Path) -> None:
    """Every recorded request gets one decision, the targets are in force, and the report stands by itself."""
    with gzip.open(TRAFFIC, "rt") as lines:
        recorded = sum(1 for _ in lines) - 1
    done = _remit("demo", "--traffic", str(TRAFFIC), "--keep", str(tmp_path / "kept"), "--json", within=tmp_path)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    decided = document["traffic"]
    assert sum(decided["effects"].values()) == recorded
    assert {"allow", "deny", "throttle"} <= set(decided["effects"])
    report = (tmp_path / "kept" / "report.html").read_text()
    assert "http://" not in report.replace("http://www.w3.org/", "")
    assert "<script src" not in report


def test_what_the_demo_leaves_behind_can_be_played_with(tmp_path: Path) -> None:
    """The kept repository checks, tests, and plans nothing that the demo did not apply, on the demo's day."""
    kept = tmp_path / "kept"
    assert _remit("demo", "--fast", "--keep", str(kept), within=tmp_path).returncode == 0
    assert _remit("check", within=kept).returncode == 0
    assert _remit("test", "--fail-under", "100", within=kept).returncode == 0
    assert _remit("plan", "--now", "2026-11-23T08:00:00Z", within=kept).returncode == 0
