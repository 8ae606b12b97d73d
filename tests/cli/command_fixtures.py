"""The command line, run inside this process, on a small organisation in a directory."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import KEY, ORGANIZATION, RULES, TEST, Ran, Run
from typer.testing import CliRunner

from remit.cli._app import app


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory: `policies/` of a small organisation, no cache, no settings from outside."""
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "organization.yaml").write_text(ORGANIZATION)
    (policies / "keys.yaml").write_text(KEY)
    (policies / "rules.yaml").write_text(RULES)
    (policies / "tests.yaml").write_text(TEST)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REMIT_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("REMIT_POLICIES", "REMIT_STATE", "REMIT_LEDGER", "REMIT_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(place: Path) -> Run:
    """Run a command in `place`."""

    def invoke(*words: str, stdin: str = "") -> Ran:
        result = CliRunner().invoke(app, list(words), input=stdin, prog_name="remit")
        return Ran(result.exit_code, result.stdout, result.stderr)

    return invoke
