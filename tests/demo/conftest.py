"""One demo for many tests: it is the whole of Remit, and takes some seconds."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from demo_kept import REQUESTS, Kept
from rich.console import Console

from remit.bundle import Bundle, compile_tree
from remit.demo import run
from remit.demo._generate import generate
from remit.demo._sample import settle
from remit.demo._traffic import COLUMNS, Event
from remit.source import open_tree


@pytest.fixture(scope="session")
def events() -> list[Event]:
    return generate(REQUESTS)


@pytest.fixture(scope="session")
def recording(events: list[Event], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same traffic as a file."""
    place = tmp_path_factory.mktemp("traffic") / "day.csv"
    rows = [",".join(COLUMNS), *(",".join(map(str, event)) for event in events)]
    place.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return place


@pytest.fixture(scope="session")
def kept(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    place = tmp_path_factory.mktemp("kept") / "organisation"
    said = io.StringIO()
    code = run(keep=place, traffic=recording, console=Console(file=said, width=80))
    return Kept(code, said.getvalue(), place)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The sample organisation as the demo commits it."""
    compilation = compile_tree(open_tree(settle(tmp_path_factory.mktemp("sample") / "it"), "HEAD"))
    assert compilation.bundle is not None, compilation.findings
    return compilation.bundle
