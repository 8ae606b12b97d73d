"""Findings as text, JSON, SARIF, annotations and JUnit."""

from __future__ import annotations

import json
import re
from io import StringIO
from xml.etree import ElementTree as xml

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from remit.render import (
    Excerpts,
    findings_github,
    findings_json,
    findings_junit,
    findings_sarif,
    findings_text,
)
from remit.render._report_lines import finding_lines
from remit.render.terminal import print_findings
from remit.source import Finding, Position, SourceError

UNKNOWN = Finding(
    Position("keys/a.yaml", 2, 3), "unknown-field", "unknown field `rotate`", "did you mean `rotate_every`?"
)
OVER = Finding(Position("team.yaml", 1, 1), "overcommitted", "budgets exceed the parent's", severity="warning")
SOON = Finding(Position("keys/a.yaml", 1, 7), "expires-soon", "the key expires soon", severity="note")
HOSTILE = Finding(Position("x,y:%.yaml", 1, 1), "bad", "100%\n::set-env::\x1b[2J[bold]\u202e]]>&<\x00")
FILES = {"keys/a.yaml": b"spec:\n  rotate: 30d\n", "team.yaml": b"kind: Team\r\n"}
ALL = (UNKNOWN, OVER, SOON)

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too
FINDING = st.builds(
    Finding,
    position=st.builds(Position, TEXT, st.integers(1, 99), st.integers(1, 99)),
    code=TEXT,
    message=TEXT,
    remedy=TEXT,
    severity=st.sampled_from(("error", "warning", "note")),
)


def _terminal(findings: tuple[Finding, ...], *, colours: bool = False) -> str:
    out = StringIO()
    console = Console(file=out, width=40, force_terminal=colours, color_system="standard" if colours else None)
    print_findings(findings, excerpts=Excerpts(FILES.__getitem__), console=console)
    return out.getvalue()


def test_text_shows_the_line_and_a_caret() -> None:
    """Each finding is one line, then its line of source and a caret under the column; the count ends it."""
    assert findings_text(ALL, Excerpts(FILES.__getitem__)) == (
        "keys/a.yaml:2:3: error: unknown field `rotate`: did you mean `rotate_every`? [unknown-field]\n"
        "    2 |   rotate: 30d\n"
        "      |   ^\n"
        "team.yaml:1:1: warning: budgets exceed the parent's [overcommitted]\n"
        "    1 | kind: Team\n"
        "      | ^\n"
        "keys/a.yaml:1:7: note: the key expires soon [expires-soon]\n"
        "    1 | spec:\n"
        "      |      ^\n"
        "1 error, 1 warning, 1 note\n"
    )


def test_text_without_sources_has_lines_only() -> None:
    """No excerpts, no carets; and nothing found is said."""
    assert findings_text((OVER, OVER)).splitlines()[-1] == "2 warnings"
    assert findings_text(()) == "no findings\n"


def test_a_terminal_gets_the_same_text_in_colours() -> None:
    """Without a terminal the words are those of the text; with one, colours are added and nothing else."""
    assert _terminal(ALL) == findings_text(ALL, Excerpts(FILES.__getitem__))
    coloured = _terminal(ALL, colours=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == _terminal(ALL)


def test_a_terminal_is_not_steered_by_findings() -> None:
    """Escapes, markup of rich and line ends of a message come out as visible text on one line."""
    shown = _terminal((HOSTILE,))
    assert len(shown.splitlines()) == 2
    assert "\\x0a::set-env::\\x1b[2J[bold]\\u202e]]>&<\\x00" in shown


def test_json_holds_every_field() -> None:
    """Counts by severity, and each finding with its place."""
    content = json.loads(findings_json(ALL))
    assert content["format_version"] == "1.0"
    assert content["counts"] == {"error": 1, "warning": 1, "note": 1}
    assert content["findings"][0] == {
        "file": "keys/a.yaml",
        "line": 2,
        "column": 3,
        "severity": "error",
        "code": "unknown-field",
        "message": "unknown field `rotate`",
        "remedy": "did you mean `rotate_every`?",
    }


SARIF_SHAPE = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": {"$ref": "#/$defs/message"},
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
                },
            },
        },
    },
    "$defs": {
        "message": {
            "type": "object",
            "required": ["text"],
            "additionalProperties": False,
            "properties": {"text": {"type": "string"}},
        },
        "result": {
            "type": "object",
            "required": ["message"],
            "additionalProperties": False,
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": {"$ref": "#/$defs/message"},
                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                "locations": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "physicalLocation": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["artifactLocation"],
                                "properties": {
                                    "artifactLocation": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {"uri": {"type": "string", "pattern": "^[!-~]*$"}},
                                    },
                                    "region": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {
                                            "startLine": {"type": "integer", "minimum": 1},
                                            "startColumn": {"type": "integer", "minimum": 1},
                                        },
                                    },
                                },
                            }
                        },
                    },
                },
            },
        },
    },
}


@given(st.lists(FINDING, max_size=5))
def test_sarif_has_the_shape_of_2_1_0(findings: list[Finding]) -> None:
    """Whatever is found, the log fits the parts of the standard's schema that it uses, and indices point right."""
    log = json.loads(findings_sarif(findings))
    jsonschema.validate(log, SARIF_SHAPE)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [f.code for f in findings]
    assert [result["level"] for result in run["results"]] == [f.severity for f in findings]


def test_sarif_names_files_as_the_repository_does() -> None:
    """`base` is put before the path, and a path is a URI reference."""
    (result,) = json.loads(findings_sarif((HOSTILE,), base="policies"))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "policies/x%2Cy%3A%25.yaml"


def test_sarif_fingerprints_do_not_depend_on_the_line() -> None:
    """A finding that moved is the same finding; another message is another."""
    moved = Finding(Position("keys/a.yaml", 9, 9), UNKNOWN.code, UNKNOWN.message)
    results = json.loads(findings_sarif((UNKNOWN, moved, SOON)))["runs"][0]["results"]
    first, second, third = (result["partialFingerprints"]["remit/v1"] for result in results)
    assert first == second != third


def test_annotations_are_one_command_a_finding() -> None:
    """Severity, place, code and text; a note is a notice."""
    assert findings_github(ALL, base="./policies/").splitlines() == [
        "::error file=policies/keys/a.yaml,line=2,col=3,title=unknown-field"
        "::unknown field `rotate`: did you mean `rotate_every`?",
        "::warning file=policies/team.yaml,line=1,col=1,title=overcommitted::budgets exceed the parent's",
        "::notice file=policies/keys/a.yaml,line=1,col=7,title=expires-soon::the key expires soon",
    ]


def test_annotations_cannot_be_broken_out_of() -> None:
    """Percent, line ends, colons and commas are encoded, so a message or a path starts no command."""
    assert findings_github((HOSTILE,)) == (
        "::error file=x%2Cy%3A%25.yaml,line=1,col=1,title=bad::100%25%0A::set-env::\\x1b[2J[bold]\\u202e]]>&<\\x00\n"
    )


@given(st.lists(FINDING, max_size=4))
def test_annotations_are_as_many_lines_as_findings(findings: list[Finding]) -> None:
    """No text adds a line, and every line is a command."""
    shown = findings_github(findings)
    assert [line[:2] for line in shown.splitlines()] == ["::"] * len(findings)


@given(st.lists(FINDING, max_size=4))
def test_junit_is_well_formed_and_counts(findings: list[Finding]) -> None:
    """Whatever is found, a parser reads it; errors are failures and the rest pass."""
    (suite,) = xml.fromstring(findings_junit(findings))
    errors = sum(finding.severity == "error" for finding in findings)
    assert (suite.get("tests"), suite.get("failures")) == (str(max(1, len(findings))), str(errors))
    assert [case.find("failure") is not None for case in suite] == [f.severity == "error" for f in findings] or [False]


def test_junit_holds_the_text_of_findings() -> None:
    """A failure has code, message and place; a warning is output."""
    suite = xml.fromstring(findings_junit((UNKNOWN, OVER)))[0]
    failure = suite[0].find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message"), failure.text) == (UNKNOWN.code, UNKNOWN.message, str(UNKNOWN))
    assert suite[1].findtext("system-out") == str(OVER)


def _missing(file: str) -> bytes:
    raise FileNotFoundError(file)


def _refused(file: str) -> bytes:
    raise SourceError("refused", Position(file, 1, 1))


@pytest.mark.parametrize(
    ("read", "position"),
    [
        (_missing, Position("a.yaml", 1, 1)),
        (_refused, Position("a.yaml", 1, 1)),
        ({}.__getitem__, Position("a.yaml", 1, 1)),
        ({"a.yaml": b"\xff\xfe"}.__getitem__, Position("a.yaml", 1, 1)),
        ({"a.yaml": b"one line"}.__getitem__, Position("a.yaml", 2, 1)),
    ],
)
def test_no_excerpt_of_what_cannot_be_read(read, position: Position) -> None:
    """A file that is gone, unreadable, no text, or shorter gives no excerpt."""
    assert Excerpts(read).at(position) is None


def test_no_excerpt_of_a_file_with_a_secret() -> None:
    """A value shaped like a key is never echoed, whichever finding stands on its line or near it."""
    secret = "sk-ant-api03-" + "Ab3dEf6hIj9kLm2n" * 5
    text = f"spec:\n  ticket: {secret}\n".encode()
    shown = findings_text((UNKNOWN,), Excerpts({"keys/a.yaml": text}.__getitem__))
    assert shown.count("\n") == 2
    assert secret not in shown


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("a: b", 4, ("a: b", 3)),
        ("漢字: b", 5, ("漢字: b", 6)),
        ("e\u0301x: b", 3, ("e\u0301x: b", 1)),
        ("\ta: \x1bb", 6, (" a: \\x1bb", 8)),
        ("short", 99, ("short", 5)),
        ("x" * 300, 200, ("x" * 120, 40)),
    ],
)
def test_the_caret_stands_under_the_column(line: str, column: int, expected: tuple[str, int]) -> None:
    """Wide letters take two cells, combining marks none, escapes as many as they show; long lines are cut."""
    found = Excerpts({"a": line.encode()}.__getitem__).at(Position("a", 1, column))
    assert found is not None
    assert (found.line, found.caret) == expected


def test_notes_that_nobody_would_read() -> None:
    """Of many notes of one sort people see the first ones and how many there are; machines get all of them."""
    notes = [
        Finding(Position("a.yaml", line, 1), "key-nowhere", f"note {line}", "", "note") for line in range(1, 2_001)
    ]
    error = Finding(Position("z.yaml", 1, 1), "denied", "an error", "")
    told = findings_text([*notes, error])
    assert told.count("key-nowhere") == 21
    assert "… and 1,980 more notes [key-nowhere]: `--json` has them all\n1 error, 2000 notes\n" in told
    assert "an error" in told
    assert findings_json([*notes, error]).count("key-nowhere") == 2_000
    assert [style for line in finding_lines([*notes, error], None) for text, style in line if "more notes" in text]
