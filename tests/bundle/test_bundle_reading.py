"""What is remembered of files and of expressions, and when it is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from organisation import BASE, NOW, MemoryTree, bundle_of, policy

from remit.bundle import Compilation, _parsing, _stamp, compile_tree
from remit.bundle._reading import _recall, _remember, read_file
from remit.source import Position

ROOT = Path(__file__).parents[2]
RULES = policy("    - {name: r, on: key, deny: variables.x}", variables="{x: 'key.owner == \"bob\"'}")
SOURCES = sorted([*ROOT.glob("policies/**/*.yaml"), *ROOT.glob("tests/check/corpus/**/*.yaml")])


class Memory:
    """A cache that forgets nothing."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.held.get(key)

    def put(self, key: str, value: bytes) -> None:
        self.held[key] = value


@pytest.fixture
def anew() -> Iterator[None]:
    """The names of the code are computed anew, before and after."""
    for name in (_stamp.file_reader, _stamp.expression_parser):
        name.cache_clear()
    yield
    for name in (_stamp.file_reader, _stamp.expression_parser):
        name.cache_clear()


def _compile(cache: Memory, rules: str = RULES) -> Compilation:
    return compile_tree(MemoryTree({"a.yaml": BASE, "b.yaml": rules}), cache=cache)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_remembered_of_a_file_is_what_was_read(path: Path) -> None:
    """Resources, data, places and findings are equal, for every sample and every file of the corpus."""
    tree = MemoryTree({"f.yaml": path.read_bytes().decode("utf-8", errors="replace")})
    first = read_file(tree, "f.yaml", None)
    again = _recall(_remember(first), "f.yaml")
    assert again is not None
    assert again == first
    assert [each.document.data for each in again.declared] == [each.document.data for each in first.declared]
    assert [each.position(("spec",)) for each in again.declared] == [
        each.position(("spec",)) for each in first.declared
    ]


def test_a_file_with_an_invalid_document_is_remembered_with_its_fault() -> None:
    """The sound document beside it is kept, the fault is found again, and neither is read anew."""
    bad = BASE + "---\napiVersion: remit/v1\nkind: Group\nmetadata: {name: a}\nspec: {members: 7}\n"
    tree, cache = MemoryTree({"a.yaml": bad}), Memory()
    first, second = read_file(tree, "a.yaml", cache), read_file(tree, "a.yaml", cache)
    assert first == second
    assert len(first.declared) == BASE.count("\n---\n") + 1
    assert [each.code for each in second.findings] == ["wrong-type"]
    assert second.findings[0].position.file == "a.yaml"


def test_a_remembered_policy_needs_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time no expression is parsed, and the rules are the same."""
    cache, asked = Memory(), []
    first = _compile(cache)
    monkeypatch.setattr(_parsing, "parse", asked.append)
    second = _compile(cache)
    assert asked == []
    assert first.bundle is not None
    assert second.bundle is not None
    assert second.bundle.digest == first.bundle.digest
    assert [each.condition.ast for each in second.bundle.rules if each.condition] == [
        each.condition.ast for each in first.bundle.rules if each.condition
    ]


def test_faults_in_a_remembered_expression_stand_where_they_stood() -> None:
    """Places inside an expression survive, and so does one that does not parse at all."""
    rules = policy(
        "    - {name: r, on: key, deny: 'has(key.owner) && key.ownr == \"\"'}\n    - {name: s, on: key, deny: '1 +'}"
    )
    cache = Memory()
    first, second = _compile(cache, rules).findings, _compile(cache, rules).findings
    assert first == second == _compile(Memory(), rules).findings
    assert [(each.code, each.position) for each in first] == [
        ("cel-type", Position("b.yaml", 8, 55)),
        ("cel-syntax", Position("b.yaml", 9, 36)),
    ]


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"\xff",
        b"null",
        b"[]\n{}",
        b"[[], [[]]]\n{}",
        b'[[], [["Key", 0, "H"]]]\nnot json',
        b'[[], [["Nothing", 0, "H"]]]\n{}',
        b'[[], [["Key", 0, "H"]]]',
        b"[[7], []]",
        b'[["true", [["c", 0, "bool"]]]]',
        b'[["true", 7]]',
        b"7",
    ],
)
def test_a_spoilt_entry_is_read_anew(rubbish: bytes) -> None:
    """An entry of another form, about a file or about expressions, costs only time."""
    cache = Memory()
    first = _compile(cache)
    assert len(cache.held) == 3
    cache.held = dict.fromkeys(cache.held, rubbish)
    second = _compile(cache)
    assert second.bundle is not None
    assert first.bundle is not None
    assert second.findings == first.findings
    assert second.bundle.digest == first.bundle.digest


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize("library", ["pydantic", "pyyaml", "lark", "cel-python"])
def test_another_version_of_a_library_finds_nothing(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was remembered under one version has another name under the next."""
    before = (_stamp.file_reader(), _stamp.expression_parser())
    _stamp.file_reader.cache_clear()
    _stamp.expression_parser.cache_clear()
    real = _stamp.version
    monkeypatch.setattr(_stamp, "version", lambda name: "0.0" if name == library else real(name))
    assert set(before).isdisjoint((_stamp.file_reader(), _stamp.expression_parser()))


@pytest.mark.usefixtures("anew")
def test_a_library_without_a_version_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries that were copied in have no metadata."""

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(_stamp, "version", missing)
    assert _stamp.file_reader() != _stamp.expression_parser()


def test_standing_says_what_resolving_says() -> None:
    """Models, exclusions, violations and expiry of every sample key are those of its entitlement."""
    bundle = compile_tree(_Folder(ROOT / "policies")).bundle
    assert bundle is not None
    for at in (NOW, NOW + timedelta(days=120), NOW):
        for name in bundle.keys:
            standing, entitlement = bundle.resolver.standing(name, at), bundle.resolve(name, at)
            assert standing[3:] == (
                entitlement.models,
                entitlement.exclusions,
                entitlement.violations,
                entitlement.expires,
            )
            assert standing.key is bundle.keys[name]
            assert standing == bundle.resolver.standing(name, at)


def test_an_unknown_key_has_no_standing() -> None:
    """A name that is not declared is a KeyError."""
    with pytest.raises(KeyError):
        bundle_of().resolver.standing("nobody", NOW)


class _Folder(MemoryTree):
    def __init__(self, folder: Path) -> None:
        super().__init__({str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.yaml")})
