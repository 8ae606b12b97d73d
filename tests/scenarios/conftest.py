"""The command line, run inside this process with nothing from outside."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest
import typer

from remit.cli._app import app


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def command() -> Callable[..., int]:
    """The command line, put together once."""
    return typer.main.get_command(app).main


@pytest.fixture
def remit(command: Callable, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Run a command: `remit("check", "policies")`."""
    monkeypatch.setenv("REMIT_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in ("REMIT_POLICIES", "REMIT_STATE", "REMIT_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str | Path) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = command(list(map(str, words)), prog_name="remit", standalone_mode=False)
        return Ran(code, out.getvalue(), err.getvalue())

    return run
