"""Edits that keep what their author wrote, and the canonical layout."""

from __future__ import annotations

import json
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from remit.source import (
    Append,
    Change,
    Data,
    Delete,
    DuplicateKey,
    EditFailed,
    Set,
    _roundtrip,
    edit,
    format_text,
    read_documents,
)

KEY = """\
# yaml-language-server: $schema=../schemas/key.json
# who may do what

apiVersion: remit/v1   # the version
kind: "Key"
spec:
  # the models
  models:   # reviewed
    - gpt-4o-mini   # cheap
    - 'haiku'

  # when it ends
  expires: 2027-02-01
  limits: {requests_per_minute: 600, tokens_per_minute: 1_000_000}  # flow
  nothing: null
  nil: ~
  empty:
  text: |
    hello # no comment
    world

  # last
  owner: ana  # a person
# the end
"""

EDITS: tuple[tuple[str, Change, str, str], ...] = (
    ("a plain value", Set(("spec", "expires"), "2028-01-01"), "  expires: 2027-02-01\n", "  expires: 2028-01-01\n"),
    ("a value with a comment", Set(("spec", "owner"), "bob"), "owner: ana  # a", "owner: bob  # a"),
    ("a quoted value keeps its quotes", Set(("kind",), "Team"), '"Key"', '"Team"'),
    ("a quoted item keeps its quotes", Set(("spec", "models", 1), "opus"), "'haiku'", "'opus'"),
    ("a number", Set(("spec", "limits", "requests_per_minute"), 900), "minute: 600", "minute: 900"),
    ("a quoted value becomes a number", Set(("kind",), 5), '"Key"', "5"),
    ("text that looks like a boolean", Set(("spec", "owner"), "no"), "ana  #", '"no" #'),
    ("text that looks like a number", Set(("spec", "owner"), "017"), "ana  #", '"017" #'),
    ("text with a colon", Set(("spec", "owner"), "a: b"), "ana  #", "'a: b' #"),
    ("null", Set(("spec", "owner"), None), "ana  #", "null #"),
    ("a boolean", Set(("spec", "owner"), True), "ana  #", "true #"),
    ("a decimal number", Set(("spec", "owner"), 1e16), "ana  #", "1e+16 #"),
    ("a block of text becomes a word", Set(("spec", "text"), "x"), "|\n    hello # no comment\n    world\n", "x\n"),
    ("a word becomes a block", Set(("spec", "expires"), "a\nb\n"), "2027-02-01\n", "|\n    a\n    b\n"),
    ("untidy text is quoted", Set(("spec", "expires"), "a \n b"), "2027-02-01\n", '"a \\n b"\n'),
    ("an item at the end", Append(("spec", "models"), "on"), "'haiku'\n", "'haiku'\n    - \"on\"\n"),
    ("a missing list", Append(("spec", "scopes"), "chat"), "# a person\n", "# a person\n  scopes:\n    - chat\n"),
    ("an empty value becomes a list", Append(("spec", "empty"), 1), "  empty:\n", "  empty:\n    - 1\n"),
    ("a new key", Set(("spec", "team"), "x"), "# a person\n", "# a person\n  team: x\n"),
    ("keys are quoted only if they must", Set(("spec", "1"), {"on": 2}), "person\n", 'person\n  "1":\n    on: 2\n'),
    ("a new branch", Set(("a", "b"), [1, {"c": []}]), "# the end", "a:\n  b:\n    - 1\n    - c: []\n# the end"),
    ("a key in flow style", Set(("spec", "limits", "x"), "y"), "1_000_000}  #", '1_000_000, x: "y"} #'),
    ("a key goes with its line", Delete(("spec", "nothing")), "  nothing: null\n", ""),
    ("a key with a flow value", Delete(("spec", "nil")), "  nil: ~\n", ""),
    ("a commented item goes with its comment", Delete(("spec", "models", 0)), "    - gpt-4o-mini   # cheap\n", ""),
    ("the last item leaves the next comment", Delete(("spec", "models", 1)), "    - 'haiku'\n", ""),
    ("the last key leaves the trailing comment", Delete(("spec", "owner")), "  owner: ana  # a person\n", ""),
)

SMALL: tuple[tuple[str, str, tuple[Change, ...], str], ...] = (
    ("CRLF and byte order mark stay", "\ufeffa: 1\r\nb: 2\r\n", (Set(("b",), 3),), "\ufeffa: 1\r\nb: 3\r\n"),
    ("a missing last line break stays missing", "a: 1", (Set(("b",), 2),), "a: 1\nb: 2"),
    ("lists in line with their key", "a:\n- 1\nb:\n- 2\n", (Append(("a",), 3),), "a:\n- 1\n- 3\nb:\n- 2\n"),
    ("four spaces", "a:\n    b: 1\n", (Set(("a", "c"), {"d": 2}),), "a:\n    b: 1\n    c:\n        d: 2\n"),
    ("other documents", "x:   1\n---\na: 1\n---\nx:   2\n", (Set(("a",), 2, 1),), "x:   1\n---\na: 2\n---\nx:   2\n"),
    (
        "comments between",
        "# h\n---\na: 1\n# t\n---\nb: 1\n...\n",
        (Delete(("a",)),),
        "# h\n---\n{}\n# t\n---\nb: 1\n...\n",
    ),
    ("changes in order", "a: [1, 2, 3]\n", (Delete(("a", 0)), Delete(("a", 0)), Append(("a",), 9)), "a: [3, 9]\n"),
    ("the last entry of a mapping", "x:\n  a: 1\n\n# y\ny: 2\n", (Delete(("x", "a")),), "x: {}\n\n# y\ny: 2\n"),
    ("the only item", "x:\n  - a # only\n\n# y\ny: 2\n", (Delete(("x", 0)),), "x: []\n\n# y\ny: 2\n"),
    ("the first key", "x:\n  a: 1\n  # b\n  b: 2\n", (Delete(("x", "a")),), "x:\n  # b\n  b: 2\n"),
    ("the first key before a blank line", "x:\n  a: 1\n\n  b: 2\n", (Delete(("x", "a")),), "x:\n  b: 2\n"),
    ("a nested last value", "x:\n  y:\n    z: 1\n# w\nw: 1\n", (Set(("v",), 1), Delete(("x",))), "# w\nw: 1\nv: 1\n"),
    ("a list replaced", "a:\n  - 1 # one\n# b\nb: 2\n", (Set(("a",), "x"),), "a: x\n# b\nb: 2\n"),
    ("a block before a comment", "a: |\n  x\n# b\nb: 2\n", (Set(("a",), [1]),), "a:\n  - 1\n# b\nb: 2\n"),
    ("an empty flow list", "a: []  # none\nb: 1\n", (Append(("a",), 1),), "a:     # none\n  - 1\nb: 1\n"),
    ("a list as the root", "[1]\n", (Append((), 2),), "[1, 2]\n"),
    ("an empty root list", "[]\n", (Append((), 2),), "  - 2\n"),
    ("an anchor moves to its first use", "a: &x 1\nb: *x\n", (Delete(("a",)),), "b: &x 1\n"),
    ("a folded text nearby", "a: >-\n  x\n  y\nb: 1\n", (Set(("b",), 2),), "a: >-\n  x\n  y\nb: 2\n"),
)

REFUSED: tuple[tuple[str, str, Change, str], ...] = (
    ("the root", "a: 1\n", Set((), 1), "t:1:1: a whole document cannot be set or deleted"),
    ("append to a root mapping", "a: 1\n", Append((), 1), "t:1:1: a whole document cannot be set or deleted"),
    ("a missing key", "a: 1\n", Delete(("x",)), "t:1:1: there is nothing at `x`"),
    ("a missing item", "a: [1]\n", Delete(("a", 1)), "t:1:4: there is nothing at `a.1`"),
    ("a negative item", "a: [1]\n", Set(("a", -1), 1), "t:1:4: there is nothing at `a.-1`"),
    ("an item of a missing list", "a: 1\n", Set(("b", 0), 1), "t:1:1: there is nothing at `b.0`"),
    ("a key below text", "a: x\n", Set(("a", "b"), 1), "t:1:4: `a` is not a mapping"),
    ("a key by number", "a: x\n", Set((0,), 1), "t:1:1: the root is not a mapping"),
    ("append to text", "a: x\n", Append(("a",), 1), "t:1:4: `a` is not a list"),
    ("another document", "a: x\n", Set(("a",), 1, 1), "t:1:1: there is no document 1: the text has 1"),
    ("infinity", "a: x\n", Set(("a",), float("inf")), "the new value at `a`"),
    ("no JSON value", "a: x\n", Set(("a",), {1, 2}), "is no JSON value"),  # type: ignore[arg-type]
    ("a shared anchor", "a: &x [1]\nb: *x\n", Append(("a",), 2), "would change more than was asked"),
    ("hidden characters", "a: x\n", Set(("a",), "\u202e"), "would change more than was asked"),
    ("too deep", "a: x\n", Set(("a",), json.loads("[" * 150 + "]" * 150)), "would change more than was asked"),
    ("a key that is no string", "a: x\n", Set(("a",), {1: 2}), "cannot be rewritten"),  # type: ignore[dict-item]
    (
        "commented flow mapping",
        "a: {\n  x: 1, # one\n  y: 2 # two\n}\n",
        Set(("a", "y"), 3),
        "would lose a comment",
    ),
    (
        "commented flow list",
        "a: [\n  1, # one\n  2 # two\n]\n",
        Append(("a",), 3),
        "would lose a comment",
    ),
    ("new key in such a mapping", "a: {\n  x: 1, # one\n}\n", Set(("a", "y"), 3), "would lose a comment"),
    ("a scalar root", "x\n", Set(("a",), 1), "t:1:1: the root is not a mapping"),
)


@pytest.mark.parametrize(("claim", "change", "old", "new"), EDITS, ids=[case[0] for case in EDITS])
def test_an_edit_changes_its_lines_only(claim: str, change: Change, old: str, new: str) -> None:
    """Everything but the lines of the change is byte for byte as it was."""
    assert KEY.count(old) == 1
    assert edit(KEY, [change]) == KEY.replace(old, new)


@pytest.mark.parametrize(("claim", "text", "changes", "expected"), SMALL, ids=[case[0] for case in SMALL])
def test_edits_keep_the_manners_of_the_text(claim: str, text: str, changes: tuple[Change, ...], expected: str) -> None:
    """Line ends, indentation, other documents and comments stay as they are."""
    assert edit(text, changes) == expected


@pytest.mark.parametrize(("claim", "text", "change", "message"), REFUSED, ids=[case[0] for case in REFUSED])
def test_an_edit_that_cannot_be_made_is_refused(claim: str, text: str, change: Change, message: str) -> None:
    """What is not there, not possible, or would touch something else raises EditFailed with its place."""
    with pytest.raises(EditFailed) as caught:
        edit(text, [change], file="t")
    assert message in str(caught.value)


def test_a_bad_text_is_not_edited() -> None:
    """The first fault of the text is raised."""
    with pytest.raises(DuplicateKey):
        edit("a: 1\na: 2\n", [Set(("a",), 3)])
    with pytest.raises(DuplicateKey):
        format_text("a: 1\na: 2\n")


def test_a_value_that_contains_itself_is_refused() -> None:
    """A cycle raises EditFailed, not RecursionError."""
    cycle: list[Data] = []
    cycle.append(cycle)
    with pytest.raises(EditFailed, match="contains itself"):
        edit("a: 1\n", [Set(("a",), cycle)])


def test_an_edit_never_keeps_the_callers_list() -> None:
    """The value of a change is copied, so changing it later is harmless."""
    value: list[Data] = [1]
    change = Set(("a",), value)
    assert edit("a: 0\n", [change, Append(("a",), 2)]) == "a:\n  - 1\n  - 2\n"
    assert value == [1]


FORMATS: tuple[tuple[str, str, str], ...] = (
    (
        "the envelope comes first",
        "spec: 1\nkind: K\nextra: 2\napiVersion: v\n",
        "apiVersion: v\nkind: K\nspec: 1\nextra: 2\n",
    ),
    ("comments go with the key below them", "# s\nspec: 1\n# k\n# l\nkind: K\n", "# s\n# k\n# l\nkind: K\nspec: 1\n"),
    (
        "the schema line stays on top",
        "# $schema=x\n\n# s\nspec: 1\nkind: K\n",
        "# $schema=x\n\n# s\nkind: K\nspec: 1\n",
    ),
    ("lists are indented", "a:\n- 1\n-   b: 2\n    c: 3\n", "a:\n  - 1\n  - b: 2\n    c: 3\n"),
    ("two spaces", "a:\n     b:\n       c: 1\n", "a:\n  b:\n    c: 1\n"),
    ("flow style is tidied", "a: {b:  1,c: [ 2,3 ]}\n", "a: {b: 1, c: [2, 3]}\n"),
    (
        "spelling of values stays",
        "a: 1_000\nb: ~\nc: 'x'\nd: \"y\"\ne: TRUE\nf:\n",
        "a: 1_000\nb: ~\nc: 'x'\nd: \"y\"\ne: TRUE\nf:\n",
    ),
    ("long lines stay", f"a: {'word ' * 60}end\n", f"a: {'word ' * 60}end\n"),
    ("line ends", "\ufeffa: 1\r\nb: 2", "a: 1\nb: 2\n"),
    ("documents", "--- # x \na:  1\n# t\n\n---\nb:  2\n...\n\n", "--- # x\na: 1\n# t\n\n---\nb: 2\n...\n"),
    ("an anchor that must come first", "spec: &a 1\nkind: *a\n", "spec: &a 1\nkind: *a\n"),
    ("a flow root is not reordered", "{kind: K, apiVersion: v}\n", "{kind: K, apiVersion: v}\n"),
    ("quoted keys", "'kind': K\n\"apiVersion\": v\n", "\"apiVersion\": v\n'kind': K\n"),
    ("a text that keeps its breaks", "kind: K\napiVersion: |+\n  v\n\n\n", "kind: K\napiVersion: |+\n  v\n\n\n"),
    ("nothing", "", ""),
    ("only a comment", "# c", "# c\n"),
    ("a bare word", "word", "word\n"),
    ("an empty document", "---\n---\na: 1\n", "---\n---\na: 1\n"),
)


@pytest.mark.parametrize(("claim", "text", "expected"), FORMATS, ids=[case[0] for case in FORMATS])
def test_the_canonical_layout(claim: str, text: str, expected: str) -> None:
    """Formatting gives the expected text, and formatting that changes nothing."""
    assert format_text(text) == expected
    assert format_text(expected) == expected


def test_a_comment_that_would_be_lost_is_an_error() -> None:
    """Formatting drops no comment: it refuses."""
    with pytest.raises(EditFailed, match="would lose a comment"):
        format_text("a: {\n  x: 1, # one\n  y: 2 # two\n}\n")


@pytest.mark.parametrize(
    ("dumped", "message"),
    [("{b: 1}\n", "cannot be rewritten"), ("a: [1\n", "cannot be rewritten"), ("a: yes\n", "cannot be rewritten")],
)
def test_a_layout_that_changes_the_data_is_refused(dumped: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the round trip writes is read again before anyone gets it."""
    monkeypatch.setattr(_roundtrip.Rewriter, "dump", lambda self, document: dumped)
    with pytest.raises(EditFailed, match=message):
        format_text("a: 1\n", "t")


def test_a_layout_that_never_settles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that grows with each round has no canonical layout."""
    widths = count(1)
    monkeypatch.setattr(_roundtrip.Rewriter, "dump", lambda self, document: f"a: 1{' ' * next(widths)}# c\n")
    with pytest.raises(EditFailed, match="no stable format"):
        format_text("a: 1\n")


def test_a_failing_round_trip_is_an_edit_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of the library does not escape."""
    monkeypatch.setattr(_roundtrip.Rewriter, "load", lambda self, text: text[-1_000])
    with pytest.raises(EditFailed, match="cannot be rewritten"):
        edit("a: 1\n", [Set(("a",), 2)])


def test_a_document_that_ruamel_takes_for_a_scalar_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubt about the shape of a document ends the edit."""
    monkeypatch.setattr(_roundtrip.Rewriter, "load", lambda self, text: text)
    with pytest.raises(EditFailed, match="cannot be rewritten"):
        edit("a: 1\n", [Set(("a",), 2)])


WORDS = st.text("abz09 .:#-'\"\n{}[],&*!|>%@~_", max_size=8)
NAMES = st.sampled_from(("kind", "spec", "apiVersion", "metadata", "on", "name", "x-y", "1"))
LEAVES = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6, allow_nan=False) | WORDS
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
ROOTS = st.dictionaries(NAMES, TREES, min_size=1, max_size=4)


def _data(text: str) -> Data:
    return read_documents(text.encode(), "f").documents[0].data


@given(ROOTS)
@example({"kind": "...\n"})
@example({"kind": "a\n---\nb"})
@settings(max_examples=60, deadline=None)
def test_any_value_can_be_set_and_formatted(data: dict[str, Data]) -> None:
    """What is set reads back equal; its format is equal in data and is its own format."""
    text = "base: 1\n"
    for name, value in data.items():
        text = edit(text, [Set((name,), value)])
    assert json.dumps(_data(text)) == json.dumps({"base": 1, **data})
    formatted = format_text(text)
    assert json.dumps(_data(formatted), sort_keys=True) == json.dumps(_data(text), sort_keys=True)
    assert format_text(formatted) == formatted


COMMENTED = st.lists(
    st.sampled_from(
        ("# note\n", "\n", "kind: K  # k\n", "spec:\n  a: 1\n  # in\n  b: [1]\n", "metadata:\n- x # y\n# z\n- w\n")
    ),
    max_size=6,
    unique=True,
)


@given(COMMENTED)
@settings(max_examples=60, deadline=None)
def test_formatting_keeps_every_comment(parts: list[str]) -> None:
    """However comments and keys are mixed, the format has the same comments and is its own format."""
    text = "".join(parts)
    formatted = format_text(text)
    assert sorted(line.partition("#")[2] for line in formatted.split("\n") if "#" in line) == sorted(
        line.partition("#")[2] for line in text.split("\n") if "#" in line
    )
    assert format_text(formatted) == formatted
