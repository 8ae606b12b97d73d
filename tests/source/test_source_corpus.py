"""Every way to write a bad file, one file each, with the error it must get."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from corpus_table import EXPECTED, Faults

from remit.source import Parsed, _events, read_documents

CORPUS = Path(__file__).parent / "corpus"
SECRET = "not-a-real-secret"
IGNORED_BY_PYTHON = "unknown-directive.yaml"


def _facts(parsed: Parsed) -> Faults:
    return tuple((type(e).__name__, e.position.line, e.position.column, e.message) for e in parsed.errors)


def test_the_table_names_every_file_of_the_corpus() -> None:
    """No file of the corpus goes unchecked."""
    assert sorted(EXPECTED) == sorted(path.name for path in CORPUS.iterdir())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_bad_file_gets_its_message_at_its_place(name: str) -> None:
    """The error has the expected kind, line, column and message, names the file, and has a remedy."""
    parsed = read_documents((CORPUS / name).read_bytes(), name)
    assert EXPECTED[name] == _facts(parsed)
    assert all(error.remedy and error.position.file == name for error in parsed.errors)
    assert all(str(error).startswith(f"{name}:{error.position.line}:") for error in parsed.errors)


@pytest.mark.parametrize("name", sorted(EXPECTED.keys() - {IGNORED_BY_PYTHON}))
def test_the_python_parser_refuses_the_same_files(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libyaml the same files are refused, for the same kind of reason, on the same line."""
    monkeypatch.setattr(_events, "_Loader", yaml.SafeLoader)
    parsed = read_documents((CORPUS / name).read_bytes(), name)
    assert [fault[:2] for fault in EXPECTED[name]] == [fault[:2] for fault in _facts(parsed)]
    assert all(error.remedy for error in parsed.errors)


def test_the_python_parser_skips_an_unknown_directive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one difference: without libyaml an unknown directive is skipped, as YAML asks, and changes nothing."""
    monkeypatch.setattr(_events, "_Loader", yaml.SafeLoader)
    content = (CORPUS / IGNORED_BY_PYTHON).read_bytes()
    (with_directive,) = read_documents(content, "f").documents
    (without,) = read_documents(content.partition(b"\n")[2], "f").documents
    assert without.data == with_directive.data


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_messages_are_one_clause_in_the_style_of_the_house(name: str) -> None:
    """A message starts in lower case, does not end with a full stop, and echoes no value that could be secret."""
    for error in read_documents((CORPUS / name).read_bytes(), name).errors:
        assert error.message[0] == error.message[0].lower()
        assert not error.message.endswith(".")
        assert SECRET not in f"{error} {error.remedy} {error!r}"


def test_a_fault_leaves_out_only_its_own_document() -> None:
    """The other documents of a file are still read, and keep their number."""
    parsed = read_documents(b"a: 1\n---\nb: yes\n---\nc: 3\n", "x.yaml")
    assert [(d.index, d.data) for d in parsed.documents] == [(0, {"a": 1}), (2, {"c": 3})]
    assert len(parsed.errors) == 1
