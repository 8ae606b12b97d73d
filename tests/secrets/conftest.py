"""The built-in sinks, each with a store of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sink_subjects import BENCHES, Bench


@pytest.fixture
def open_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Bench]]:
    """Opens the bench of a sink by name, with nothing of this machine in the environment."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "VAULT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(BENCHES[name](tmp_path / name))
