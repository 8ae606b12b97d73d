"""Every command, program and document that the documentation shows is run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from docs_page import ROOT, Block, Mismatch, Reader, blocks, compare, edited, moved

PAGES = sorted(
    page
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    if not {"decisions", "benchmarks.md"} & {page.parent.name, page.name}
)
GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "init.defaultBranch",
    "GIT_CONFIG_VALUE_0": "main",
    "GIT_AUTHOR_NAME": "Ana",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Ana",
    "GIT_COMMITTER_EMAIL": "ana@example.org",
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, with nothing of this machine in the environment."""
    for name in ("REMIT_BUNDLE", "REMIT_POLICIES", "REMIT_STATE", "REMIT_LEDGER", "REMIT_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**GIT, "NO_COLOR": "1", "REMIT_CACHE_DIR": str(tmp_path / "cache")}.items():
        monkeypatch.setenv(name, value)
    directory = tmp_path / "work"
    directory.mkdir()
    return directory


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_says(page: Path, place: Path) -> None:
    """A reader who does everything on a page sees what the page shows."""
    Reader(place).follow(page)


def test_there_are_pages_with_commands() -> None:
    """The documentation is found, and has commands, programs and documents to run."""
    found = {block.language for page in PAGES for block in blocks(page)}
    assert {"console", "python", "yaml", "diff"} <= found


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("one\ntwo\n", "one\ntwo\n", True),
        ("one\n...\nfour\n", "one\ntwo\nthree\nfour\n", True),
        ("one …\n", "one two\n", True),
        ("2 files\n", "3 files\n", False),
        ("one\n", "one\ntwo\n", False),
        ("", "an error\n", False),
        ("on 2026-11-23\n", "on 2031-01-02\n", True),
        ("sha256:12ab…\n", "sha256:" + "f" * 64 + "\n", True),
        ("a (b) [c]\n", "a (b) [c]\n", True),
    ],
)
def test_output_is_compared(expected: str, actual: str, same: bool) -> None:
    """What a page shows must be what is printed, except for what it leaves out and what varies."""
    try:
        compare(expected, actual, "here")
    except Mismatch:
        assert not same
    else:
        assert same


def test_an_exit_code_is_not_kept_back(place: Path, tmp_path: Path) -> None:
    """A command that fails fails the page, unless the page says so."""
    silent = Block("console", "$ false\n", "", "", "here:1")
    told = Block("console", "$ false\n$ echo $?\n1\n", "", "", "here:1")
    Reader(place).block(told)
    with pytest.raises(Mismatch, match="exits with 1"):
        Reader(place).block(silent)


def test_an_edit_finds_its_lines(place: Path) -> None:
    """A difference changes the lines it names, and fails where they are not, or not once."""
    change = Block("diff", " a\n-b\n+c\n", "edit", "x", "here:1")
    assert edited("a\nb\n", change) == "a\nc\n"
    for text in ("a\n", "a\nb\na\nb\n"):
        with pytest.raises(Mismatch):
            edited(text, change)


def test_dates_are_moved() -> None:
    """Pages can be run on any day: their dates keep their distance from it, and times their hour."""
    text = "expires: 2027-01-22\nnow: 2026-11-23T12:00:00Z\nversion 2026.11.23\n"
    assert moved(text, timedelta(days=100)) == "expires: 2027-05-02\nnow: 2027-03-03T12:00:00Z\nversion 2026.11.23\n"


def test_a_wrong_document_fails_its_page(place: Path) -> None:
    """YAML on a page that Remit would refuse is found."""
    wrong = Block(
        "yaml", "apiVersion: remit/v1\nkind: Group\nmetadata: {name: x}\nspec: {member: [a]}\n", "", "", "x:1"
    )
    with pytest.raises(Mismatch, match="member"):
        Reader(place).block(wrong)
