"""What plain documents mean, and where their values stand."""

from __future__ import annotations

import json
import pickle
import time
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.source import (
    AmbiguousScalar,
    Bounds,
    Data,
    Document,
    DuplicateKey,
    Finding,
    Path,
    Position,
    SourceError,
    TooLarge,
    _events,
    _syntax,
    read_documents,
)
from remit.source._marks import Marks, pack

SCALARS: tuple[tuple[str, Data], ...] = (
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("tRUE", "tRUE"),
    ("false", False),
    ("False", False),
    ("FALSE", False),
    ("0", 0),
    ("-0", 0),
    ("+7", 7),
    ("-12", -12),
    ("9223372036854775807", 2**63 - 1),
    ("-9223372036854775808", -(2**63)),
    ("1e3", 1000.0),
    ("1E-2", 0.01),
    ("-1.5", -1.5),
    (".5", 0.5),
    ("5.", 5.0),
    ("0.0", 0.0),
    ("0e5", 0.0),
    ("1_000", "1_000"),
    ("1_000.5", "1_000.5"),
    ("30d", "30d"),
    ("500 USD", "500 USD"),
    ("2027-02-01", "2027-02-01"),
    ("2027-02-01T10:00:00Z", "2027-02-01T10:00:00Z"),
    ("1.2.3", "1.2.3"),
    ("1:99", "1:99"),
    ("-", None),
    (".", "."),
    ("+", "+"),
    (".infinity", ".infinity"),
    ("\u0661\u0662", "\u0661\u0662"),
    ("yesterday", "yesterday"),
    ("none", "none"),
    ("=", "="),
    ("'yes'", "yes"),
    ('"017"', "017"),
    ("'1:30'", "1:30"),
    ('"tab\\tand\\nbreak"', "tab\tand\nbreak"),
    ("|\n  two\n  lines\n", "two\nlines\n"),
    (">-\n  two\n  lines\n", "two lines"),
)

TEXT = b"""# head
kind: Key
spec:
  models:
    - gpt
    - name: haiku   # inner
  "limits": {a: 1, b: [p, q]}
  empty:
  anchored: &it
    deep: 1
  again: *it
---
kind: Team
"""

PLACES: tuple[tuple[Path, tuple[int, int], tuple[int, int]], ...] = (
    ((), (2, 1), (2, 1)),
    (("kind",), (2, 7), (2, 1)),
    (("spec",), (4, 3), (3, 1)),
    (("spec", "models"), (5, 5), (4, 3)),
    (("spec", "models", 0), (5, 7), (5, 7)),
    (("spec", "models", 1), (6, 7), (6, 7)),
    (("spec", "models", 1, "name"), (6, 13), (6, 7)),
    (("spec", "limits"), (7, 13), (7, 3)),
    (("spec", "limits", "b", 1), (7, 27), (7, 27)),
    (("spec", "empty"), (8, 9), (8, 3)),
    (("spec", "anchored", "deep"), (10, 11), (10, 5)),
    (("spec", "again"), (11, 10), (11, 3)),
    (("spec", "again", "deep"), (10, 11), (10, 5)),
    (("spec", "models", 7), (5, 5), (4, 3)),
    (("spec", "models", "x"), (5, 5), (4, 3)),
    (("spec", "limits", "z", "q"), (7, 13), (7, 3)),
    (("absent",), (2, 1), (2, 1)),
)

BOUNDS: tuple[tuple[bytes, Bounds, str], ...] = (
    (b"a: 1\n" * 10, Bounds(file_bytes=49), "the file has 50 bytes, more than the 49 allowed"),
    (b"[" * 1000 + b"]" * 1000, Bounds(), "values are nested more than 100 deep"),
    (b"".join(b" " * n + b"a:\n" for n in range(1000)), Bounds(), "values are nested more than 100 deep"),
    (b"- " * 1000, Bounds(), "values are nested more than 100 deep"),
    (b"a: [[1]]", Bounds(depth=2), "values are nested more than 2 deep"),
    (b"a\n---\nb\n---\nc\n", Bounds(documents=2), "the file has more than 2 documents"),
    (b"[1, 2, 3, 4]", Bounds(nodes=4), "the file has more than 4 values"),
    (b"[1]\n---\n[1, [2]]\n", Bounds(nodes=4), "the file has more than 4 values"),
    (b"[&a [1, 2], *a]", Bounds(alias_nodes=2), "aliases expand to more than 2 values"),
)


def _one(text: str) -> Data:
    parsed = read_documents(text.encode(), "f.yaml")
    assert parsed.errors == ()
    (document,) = parsed.documents
    return document.data


@pytest.mark.parametrize(("text", "value"), [case for case in SCALARS if case[0] != "-"])
def test_a_scalar_has_its_meaning_in_yaml_1_2(text: str, value: Data) -> None:
    """The core schema, exactly, by type and value."""
    data = _one(f"a: {text}\n")
    assert isinstance(data, dict)
    assert (value, type(value)) == (data["a"], type(data["a"]))


def test_keys_that_only_yaml_1_1_reads_as_booleans_are_strings() -> None:
    """`on:` and `no:` are fine as keys, and so are dates, numbers with underscores, and quoted numbers."""
    assert _one("on: 1\nno: 2\ny: 3\n2027-02-01: 4\n1_000: 5\n'1': 6\n'<<': 7\n") == {
        "on": 1,
        "no": 2,
        "y": 3,
        "2027-02-01": 4,
        "1_000": 5,
        "1": 6,
        "<<": 7,
    }


@pytest.mark.parametrize("text", [b"", b"# only\n", b"---\n", b"---\n---\n# x\n", b"\xef\xbb\xbf"])
def test_an_empty_document_is_left_out(text: bytes) -> None:
    """Nothing written means nothing read, not a null."""
    assert (read_documents(text, "f").documents, read_documents(text, "f").errors) == ((), ())


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfa: 1\nb: 2\n", b"a: 1\r\nb: 2\r\n", b"%YAML 1.2\n---\na: 1\nb: 2\n"])
def test_byte_order_mark_crlf_and_version_1_2_are_accepted(text: bytes) -> None:
    """They change neither the data nor the column of the first key."""
    (document,) = read_documents(text, "f").documents
    assert document.data == {"a": 1, "b": 2}
    assert document.key_position(("a",)).column == 1


@pytest.mark.parametrize(("path", "value", "key"), PLACES)
def test_every_value_and_key_has_its_place(path: Path, value: tuple[int, int], key: tuple[int, int]) -> None:
    """Values, keys, items, aliases; what is absent has the place of its nearest ancestor."""
    document = read_documents(TEXT, "p.yaml").documents[0]
    assert Position("p.yaml", *value) == document.position(path)
    assert Position("p.yaml", *key) == document.key_position(path)


def test_later_documents_keep_the_lines_of_the_file() -> None:
    """Lines count from the top of the file, not of the document."""
    document = read_documents(TEXT, "p.yaml").documents[1]
    assert (document.index, str(document.position(("kind",)))) == (1, "p.yaml:13:7")


def test_a_line_span_runs_from_the_key_to_the_last_value() -> None:
    """The span of an entry covers everything below it."""
    document = read_documents(TEXT, "p.yaml").documents[0]
    assert document.line_span(("spec", "models")) == (4, 6)
    assert document.line_span(("kind",)) == (2, 2)


def test_a_document_survives_a_json_cache() -> None:
    """Data and places are the same after `to_json`, json and `from_json`."""
    for document in read_documents(TEXT, "p.yaml").documents:
        again = Document.from_json(json.loads(json.dumps(document.to_json())))
        assert document == again
        assert hash(document) == hash(again)
        for path, _, _ in PLACES:
            assert document.position(path) == again.position(path)
            assert document.key_position(path) == again.key_position(path)


def test_a_document_keeps_its_data_as_text_until_it_is_asked() -> None:
    """Packed and unpacked, twice, before and after somebody asked: the same data and places."""
    for document in read_documents(TEXT, "p.yaml").documents:
        once = Document.unpack("p.yaml", document.index, *document.pack())
        twice = Document.unpack("p.yaml", document.index, *once.pack())
        assert once.pack() == document.pack()
        assert document == once == twice
        assert once.pack() == twice.pack() == document.pack()
        assert once.position(("kind",)) == document.position(("kind",))


def test_wide_columns_survive_packing() -> None:
    """Columns beyond 65,535 need the wider form."""
    (document,) = read_documents(b"a: [" + b"1, " * 30_000 + b"{b: 2}]\n", "w").documents
    again = Document.from_json(document.to_json())
    assert Position("w", 1, 90_006) == again.key_position(("a", 30_000, "b"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"marks": None}, "wrong type"),
        ({"index": "0"}, "wrong type"),
        ({"file": 1}, "wrong type"),
    ],
)
def test_a_damaged_cache_entry_is_refused(change: dict[str, object], message: str) -> None:
    """A stored document with a wrong field raises ValueError."""
    stored = {**read_documents(b"a: 1", "f").documents[0].to_json(), **change}
    with pytest.raises(ValueError, match=message):
        Document.from_json(stored)


@pytest.mark.parametrize("marks", ["", "X", "HAAA=", "H!!!!", "HAQABAA=="])
def test_damaged_marks_are_refused_when_used(marks: str) -> None:
    """Places are decoded late, and damage shows as ValueError rather than as a wrong place."""
    stored = {**read_documents(b"a: [1, 2]", "f").documents[0].to_json(), "marks": marks}
    with pytest.raises(ValueError):  # noqa: PT011 - base64 has words of its own
        Document.from_json(stored).position(("a", 1))


def test_a_missing_cache_field_is_named() -> None:
    """The error says which field is missing."""
    with pytest.raises(ValueError, match="lacks 'file'"):
        Document.from_json({})


def test_a_document_is_equal_only_to_a_document() -> None:
    """Comparison with other types is not an error, and the repr shows no values."""
    (document,) = read_documents(b"secret: hunter", "f").documents
    assert document != {"secret": "hunter"}
    assert repr(document) == "Document('f', index=0)"


@pytest.mark.parametrize(("text", "bounds", "message"), BOUNDS)
def test_bounds_are_kept(text: bytes, bounds: Bounds, message: str) -> None:
    """Bytes, depth, documents, values and what aliases expand to."""
    parsed = read_documents(text, "f", bounds)
    assert message == parsed.errors[-1].message
    assert isinstance(parsed.errors[-1], TooLarge)
    assert parsed.errors[-1].remedy


@pytest.mark.parametrize("text", [b"[1, 2, 3]", b"[&a [1], *a]"])
def test_a_bound_that_is_just_met_is_no_error(text: bytes) -> None:
    """Bounds are inclusive."""
    bounds = Bounds(file_bytes=len(text), depth=2, documents=1, nodes=5, alias_nodes=2, errors=2)
    assert read_documents(text, "f", bounds).errors == ()


def test_a_hundred_levels_are_read() -> None:
    """The depth that is allowed is allowed."""
    parsed = read_documents(b"[" * 100 + b"]" * 100, "f")
    assert parsed.errors == ()
    assert Position("f", 1, 100) == parsed.documents[0].position((0,) * 99)


def test_an_alias_bomb_is_refused_at_once() -> None:
    """Ten levels of ten aliases would be ten thousand million values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    started = time.perf_counter()
    parsed = read_documents("\n".join(lines).encode(), "bomb")
    assert parsed.errors[0].message == "aliases expand to more than 100000 values"
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize("unit", [b"a: 1\n", b"[", b"- ", b"&a ", b"'x", b"{a: ", b"\xff", b"\x00", b"? ", b"a: *b\n"])
def test_ten_megabytes_of_anything_end_in_an_error(unit: bytes) -> None:
    """A file over the bound is not parsed at all, and one at the bound ends with an error in good time."""
    over = unit * (10_000_001 // len(unit) + 1)
    assert isinstance(read_documents(over, "big").errors[0], TooLarge)
    started = time.perf_counter()
    assert read_documents(unit * (1_000_000 // len(unit)), "big").errors
    assert time.perf_counter() - started < 60


def test_a_flood_of_errors_is_cut_off() -> None:
    """The list of errors ends with one that says so."""
    parsed = read_documents(b"a: yes\n" * 500, "f")
    assert (101, TooLarge) == (len(parsed.errors), type(parsed.errors[-1]))
    assert {AmbiguousScalar, DuplicateKey} == {type(error) for error in parsed.errors[:-1]}
    assert len(read_documents(b"\x00" * 500, "f").errors) == 100


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (b"a`\\t", " `a'\\t`"),
        (b"a" * 90, ""),
        (b"output_tokens_per_request", " `output_tokens_per_request`"),
        (b"apiVersion", " `apiVersion`"),
        (b"__proto__", " `__proto__`"),
        (b"search-team-2", ""),
        (b"zq-not3a7real9secret", ""),
        (b"zqNOTaREALsECRET", ""),
    ],
)
def test_a_duplicate_key_is_told_only_if_it_is_no_secret(key: bytes, told: str) -> None:
    """A key in a message cannot flood it, break out of its backticks, control a terminal, or be a secret."""
    (error,) = read_documents(b'"%b": 1\n"%b": 2\n' % (key, key), "f").errors
    assert error.message == f"duplicate key{told}: first at f:1:1"


@settings(max_examples=20, deadline=None)
@given(st.text("aB_.-", min_size=1, max_size=40))
def test_telling_a_key_takes_no_time(key: str) -> None:
    """Whatever the key, the message is there at once."""
    (error,) = read_documents(f'"{key}": 1\n"{key}": 2\n'.encode(), "f").errors
    assert error.message.endswith("first at f:1:1")


def test_long_scalars_are_not_echoed() -> None:
    """Only short numbers and words are quoted: anything longer may be a secret."""
    (error,) = read_documents(b"a: 0x" + b"1234567890abcdef" * 2, "f").errors
    assert error.message == "this value is a different number or a string in YAML 1.1 and 1.2"


def test_errors_can_be_pickled() -> None:
    """An error crosses a process boundary whole."""
    (error,) = read_documents(b"a: yes", "f").errors
    again = pickle.loads(pickle.dumps(error))
    assert (str(error), error.remedy, type(error)) == (str(again), again.remedy, type(again))


def test_positions_are_ordered() -> None:
    """By file, line, column."""
    places = [Position("b", 1, 1), Position("a", 10, 1), Position("a", 2, 9), Position("a", 2, 10)]
    assert [str(place) for place in sorted(places)] == ["a:2:9", "a:2:10", "a:10:1", "b:1:1"]


PLAIN_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")) | st.just(" "), max_size=12)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | PLAIN_TEXT
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN_TEXT, inner, max_size=4), max_leaves=20
)


class _Quoting(yaml.SafeDumper):
    """Quotes every string, as the claim needs, and never uses aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(VALUES, st.booleans())
@settings(max_examples=120, deadline=None)
def test_what_yaml_dumps_is_read_back(value: Data, flow: bool) -> None:
    """Any JSON-like data, written by another library with its strings quoted, reads back equal."""
    text = yaml.dump(value, Dumper=_Quoting, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    parsed = read_documents(text.encode(), "f")
    visible = [error for error in parsed.errors if "invisible" not in error.message]
    assert visible == []
    if not parsed.errors:
        assert json.dumps(value) == json.dumps(parsed.documents[0].data)


@given(
    st.binary(max_size=200) | st.text(" \t\n-:[]{}&*!|>'\"%@`#?,~<0a.\r", max_size=40).map(str.encode), st.booleans()
)
@settings(max_examples=250, deadline=None)
def test_arbitrary_bytes_never_crash(content: bytes, pure: bool) -> None:
    """Whatever the bytes, there are documents or errors, and every place lies in the file."""
    with pytest.MonkeyPatch.context() as patch:
        if pure:
            patch.setattr(_events, "_Loader", yaml.SafeLoader)
        parsed = read_documents(content, "f")
    lines = content.decode("utf-8", "replace").count("\n") + 1
    assert all(isinstance(error, SourceError) and 1 <= error.position.line <= lines for error in parsed.errors)
    assert all(1 <= document.position().line <= lines for document in parsed.documents)


@pytest.mark.parametrize(("text", "line"), [("", 1), ("a\n", 2), ("a\nb", 2)])
def test_a_place_beyond_the_text_is_its_end(text: str, line: int) -> None:
    """Should a parser point past the end, the error still has a place a reader can find."""
    fault = _syntax.fault("found character that cannot start any token", "", (9, 9), text, "f")
    assert (fault.message, fault.position.line) == ("the text is not valid YAML", line)


def test_a_parser_that_breaks_is_a_syntax_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of the parser without a place becomes an error at the top of the file."""

    class Broken(yaml.SafeLoader):
        def get_event(self) -> yaml.Event:
            raise ValueError

    monkeypatch.setattr(_events, "_Loader", Broken)
    (error,) = read_documents(b"a: 1", "f").errors
    assert str(error) == "f:1:1: the text is not valid YAML"


def test_an_anchored_key_can_be_repeated_as_a_value() -> None:
    """Anchors on keys are fine, and an alias may repeat them as a value."""
    (document,) = read_documents(b"&k name: 1\nother: *k\n", "f").documents
    assert document.data == {"name": 1, "other": "name"}
    assert str(document.position(("other",))) == "f:2:8"


@pytest.mark.parametrize(("remedy", "tail"), [("", ""), ("quote it", ": quote it")])
def test_a_finding_reads_as_one_line(remedy: str, tail: str) -> None:
    """Place, severity, message, remedy where there is one, and code."""
    finding = Finding(Position("a.yaml", 3, 5), "ambiguous-scalar", "`no` is a boolean", remedy)
    assert str(finding) == f"a.yaml:3:5: error: `no` is a boolean{tail} [ambiguous-scalar]"


@given(
    st.recursive(
        st.text(max_size=3),
        lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=3), each, max_size=3),
    )
)
def test_the_first_question_is_answered_as_every_other(data: Data) -> None:
    """Without an index and with one, a path leads to the same place; so does one that leads nowhere."""
    paths = list(_paths(data))
    packed = pack(tuple(range(2 * 200)))
    asked = Marks(packed)
    asked.find(data, ("first",))
    for path in [*paths, *((*path, "nowhere") for path in paths), *((*path, 7) for path in paths)]:
        assert Marks(packed).find(data, path) == asked.find(data, path)


def _paths(data: Data, path: Path = ()) -> Iterator[Path]:
    yield path
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in steps:
        yield from _paths(value, (*path, step))
