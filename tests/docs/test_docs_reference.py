"""The reference says all of what there is, and nothing else."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from docs_page import ROOT, blocks
from typer.core import TyperGroup
from typer.main import get_command

from remit.cli import ExitCode
from remit.cli._app import app
from remit.decide._decision import Code
from remit.secrets import SINKS
from remit.source import SourceError

DOCS = ROOT / "docs"
ENGINE = ROOT / "engine" / "remit"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
_LINK = re.compile(r"(?<!\!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_CODE_IN_ENGINE = (
    re.compile(r'\bFinding\(\s*(?:Position\([^)]*\)|\w+),\s*"(?P<code>[a-z-]+)"'),
    re.compile(r'\.(?:finding|finding_at_key)\(\s*"(?P<code>[a-z-]+)"'),
    re.compile(r'\b(?:_report|VerbFault|Form)\("(?P<code>[a-z-]+)"'),
)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """`docs/generate.py`."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_parts_are_current(generator: ModuleType) -> None:
    """The tables of the reference are what `python docs/generate.py` writes."""
    stale = [page.name for page, text, made in generator.pages() if text != made]
    assert stale == [], "run `python docs/generate.py`"


def test_every_generated_part_is_shown(generator: ModuleType) -> None:
    """No table is made that no page shows."""
    shown = set(re.findall(r"<!-- generated: ([a-z-]+) -->", "".join(page.read_text() for page in PAGES)))
    assert shown == set(generator.PARTS)


def _first_column(page: str, heading: str) -> set[str]:
    """The code in the first column of the tables below a heading."""
    text = (DOCS / "reference" / page).read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+`) +\|", section, flags=re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`([^`]+)`", cell)}


def test_every_reason_code_is_documented() -> None:
    """The reference lists the built-in codes of reasons, and no others."""
    assert _first_column("decisions.md", "Codes") == set(get_args(Code))


def test_every_exit_code_is_documented() -> None:
    """The reference lists the exit codes, and no others."""
    assert {int(each) for each in _first_column("exit-codes.md", "Codes")} == {int(code) for code in ExitCode}


def test_every_environment_variable_is_documented() -> None:
    """The reference lists the variables that Remit reads, and no others."""
    read = {name for path in ENGINE.rglob("*.py") for name in re.findall(r'"(REMIT_[A-Z_]+)"', path.read_text())}
    documented = _first_column("environment.md", "Variables")
    assert read <= documented
    assert {name for name in documented if name.startswith("REMIT_")} == read


def test_every_sink_is_documented() -> None:
    """The reference lists the built-in sinks with their settings, and no others; the how-to shows each."""
    assert _first_column("targets.md", "Sinks") == set(SINKS.built_in)
    how_to = (DOCS / "how-to" / "deliver-values.md").read_text(encoding="utf-8")
    assert {name for name in SINKS.built_in if f"sink: {name}" not in how_to} == {"file"}


def _codes_in_engine() -> set[str]:
    found = {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", each.__name__).lower() for each in SourceError.__subclasses__()}
    for package in ("resources", "bundle", "check"):
        for path in (ENGINE / package).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            found.update(match["code"] for pattern in _CODE_IN_ENGINE for match in pattern.finditer(text))
    return found


def test_every_finding_code_is_documented() -> None:
    """The reference lists the codes that the engine can report; each is explained once."""
    documented = _first_column("findings.md", "Codes")
    assert _codes_in_engine() <= documented
    # codes that are put together from the kind of what is missing
    assert {each for each in documented - _codes_in_engine() if not each.startswith("unknown-")} == set()


def test_the_codes_of_the_corpus_are_documented() -> None:
    """What the tests of `remit check` expect is in the reference, codes put together included."""
    expected = (path.read_text() for path in (ROOT / "tests" / "check" / "corpus").rglob("expected.txt"))
    codes = {code for text in expected for code in re.findall(r"\[([a-z-]+)\]$", text, flags=re.MULTILINE)}
    assert codes <= _first_column("findings.md", "Codes")


def _commands_shown() -> Iterator[tuple[str, list[str]]]:
    """(place, words) of each `remit …` line in blocks that are shown and not run, workflows included."""
    for page in PAGES:
        for block in blocks(page):
            if block.language in ("sh", "yaml"):
                for line in re.findall(r"(?:^|run: |&& )(remit [^|&#\n]+)", block.body, flags=re.MULTILINE):
                    yield block.place, shlex.split(line)


def test_commands_that_are_only_shown_exist() -> None:
    """A command that a page shows without running it has the options that it is shown with."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    shown = list(_commands_shown())
    assert shown
    for place, words in shown:
        command = group.commands[words[1]]
        if isinstance(command, TyperGroup):
            command = command.commands[words[2]]
        known = {opt for each in command.params for opt in (*each.opts, *each.secondary_opts)}
        assert {word for word in words if word.startswith("-")} <= known, place


def _slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {_slug(heading) for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of the repository finds it, and its heading."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in _LINK.finditer(text):
        target, _, anchor = link["target"].partition("#")
        if "://" in target:
            continue
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), link["target"]
        if anchor:
            assert anchor in _anchors(found), link["target"]


def test_every_page_is_listed() -> None:
    """`docs/index.md` leads to every page."""
    index = DOCS / "index.md"
    linked = {(DOCS / link["target"].partition("#")[0]).resolve() for link in _LINK.finditer(index.read_text())}
    assert {page for page in DOCS.rglob("*.md") if page != index} <= linked


def test_the_readme_is_short_and_its_targets_exist() -> None:
    """The README can be read at once, and each `make` command in it is a target of the Makefile."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"\bmake ([a-z-]+)", text)
    assert {"demo", "test"} <= set(targets)
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in targets)
