"""Declarations put away, and a text read piece by piece: what comes back is what was put in, or a refusal."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from organisation import bundle_of, policy

from remit.bundle import NotABundle, _stream, load_bundle, save_bundle
from remit.bundle._shelf import Shelf
from remit.resources import Key, Model


def _shelf() -> Shelf:
    shelf = Shelf("Key")
    for declared in reversed(list(bundle_of().catalogue.entries["Key"].values())):
        shelf.put(declared)
    return shelf.closed()


def test_what_is_put_away_comes_back_in_the_order_of_names() -> None:
    """Equal resources, documents and positions, under the same names."""
    declared = bundle_of().catalogue.entries["Key"]
    shelf = _shelf()
    assert list(shelf) == list(declared)
    assert dict(shelf) == dict(declared)
    assert {name: shelf[name].position(("spec",)) for name in shelf} == {
        name: each.position(("spec",)) for name, each in declared.items()
    }


def test_what_was_not_put_away_is_not_there() -> None:
    """As in any mapping."""
    shelf = _shelf()
    assert ("ghost" in shelf, len(shelf)) == (False, len(bundle_of().catalogue.entries["Key"]))
    with pytest.raises(KeyError):
        shelf["ghost"]


def test_a_second_one_of_a_name_is_refused() -> None:
    """Two keys of one name would be one of them by chance."""
    shelf = Shelf("Key")
    declared = next(iter(bundle_of().catalogue.entries["Key"].values()))
    shelf.put(declared)
    with pytest.raises(ValueError, match=declared.name):
        shelf.put(declared)


def test_many_are_forgotten_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are asked for, few are remembered, and each is right."""
    monkeypatch.setattr("remit.bundle._shelf._REMEMBERED", 1)
    shelf = _shelf()
    assert [shelf[name].name for name in (*shelf, *shelf)] == [*shelf, *shelf]


def test_views_of_a_loaded_bundle_are_those_of_the_compiled_one(tmp_path: Path) -> None:
    """By kind: the same names and resources, whether they were put away or kept."""
    bundle = bundle_of()
    save_bundle(bundle, tmp_path / "b")
    loaded = load_bundle(tmp_path / "b")
    assert dict(loaded.keys) == dict(bundle.keys)
    assert (len(loaded.keys), "ghost" in loaded.keys) == (len(bundle.keys), False)
    assert dict(loaded.catalogue.of(Model)) == dict(bundle.catalogue.of(Model))
    assert loaded.catalogue.of(Key) is loaded.catalogue.of(Key)


def test_a_text_is_read_the_same_in_pieces_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a piece ends, in a word or in a character of several bytes."""
    bundle = bundle_of(policy("    - {name: odd, on: request, deny: 'request.user == \"Zoë\"'}"))
    save_bundle(bundle, tmp_path / "b")
    for size in (1, 7, 64):
        monkeypatch.setattr(_stream, "_PIECE", size)
        reader = _stream.Text((tmp_path / "b").read_bytes())
        assert reader.passes('{"format":')
        assert not reader.passes("{")
    monkeypatch.setattr(_stream, "_PIECE", 1_000)
    assert load_bundle(tmp_path / "b").payload() == bundle.payload()


CUTS = {
    "no list of documents": ('"documents":[', '"documents":{'),
    "no comma": ('},{"file":', '}{"file":'),
    "no rules": ('],"rules":[', '],"rulez":['),
    "no end": (b"]}", b"]"),
    "a document twice": None,
}


@pytest.mark.parametrize("change", CUTS.values(), ids=CUTS)
def test_a_text_that_is_no_bundle_is_refused(tmp_path: Path, change: tuple[str, str] | None) -> None:
    """A right digest over a text of another form is not enough."""
    bundle = bundle_of(policy("    - {name: odd, on: request, deny: request.stream}"))
    body = bundle.payload()
    if change is None:
        first = body.index(b'{"file"')
        last = body.index(b',{"file"', body.index(b'"kind":"Key"'))
        body = body[:first] + body[first:last] + b"," + body[first:last] + body[last:]
    else:
        old, new = (each if isinstance(each, bytes) else each.encode() for each in change)
        at = body.rindex(old)
        body = body[:at] + new + body[at + len(old) :]
    header = {"format": "remit-bundle/1", "digest": f"sha256:{hashlib.sha256(body).hexdigest()}", "commit": None}
    path = tmp_path / "b"
    path.write_bytes(gzip.compress(json.dumps(header).encode() + b"\n" + body, mtime=0))
    with pytest.raises(NotABundle, match="damaged or of another version"):
        load_bundle(path)
