"""A bundle as one file: canonical JSON of the declarations with their positions and the checked expressions.

The digest is over that text, so it names exactly what is evaluated; the commit stands beside it.
Reading it back needs no parser of the language, and trusts nothing: the digest is recomputed, resources
are validated again, and expressions are rebuilt from data.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import cast

from remit.bundle import _messages as messages
from remit.bundle._bundle import Bundle, assemble
from remit.bundle._catalogue import Catalogue, Declared, declare, gather
from remit.bundle._collector import uncollected
from remit.bundle._rules import CompiledRule
from remit.bundle._shelf import Shelf
from remit.cel import CelError, Program, dump, from_ast, load, parse_type, render_type
from remit.resources import KINDS, Policy
from remit.source import Document

FORMAT = "remit-bundle/1"
MAX_BYTES = 512 * 1024 * 1024
# what there is a lot of, and is read by itself
_SHELVED = ("Key", "Project", "Team")
_PROGRAMS = ("condition", "value", "delay", "message")


class NotABundle(ValueError):
    """A file that is no bundle, was altered, or is of another format."""


def encode(catalogue: Catalogue, rules: tuple[CompiledRule, ...]) -> bytes:
    """The canonical text of a bundle's content. Keys keep their order, on which the positions depend."""
    programs = [[rule.policy, rule.name, {name: _dump(getattr(rule, name)) for name in _PROGRAMS}] for rule in rules]
    documents = b",".join(_document(each.document) for each in catalogue)
    return b'%s%s],"rules":%s}' % (_beginning(FORMAT).encode(), documents, _canonical(programs))


def _document(document: Document) -> bytes:
    marks, data = document.pack()
    place = (_canonical(document.file), document.index, data, _canonical(marks))
    return b'{"file":%s,"index":%d,"data":%s,"marks":%s}' % place


def _canonical(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def save_bundle(bundle: Bundle, path: Path) -> None:
    """Write a bundle as one file, whole or not at all."""
    header = json.dumps({"format": FORMAT, "digest": bundle.digest, "commit": bundle.commit}).encode()
    packed = gzip.compress(header + b"\n" + bundle.payload(), mtime=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(packed)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def load_bundle(path: Path) -> Bundle:
    """Read a bundle back. Raises NotABundle, and OSError when the file cannot be read."""
    try:
        header, body = _unpack(path)
        if f"sha256:{hashlib.sha256(body).hexdigest()}" != header["digest"]:
            raise NotABundle(messages.not_a_bundle(path.name, "its content does not have its digest"))
        text, digest = body.decode(), str(header["digest"])
        del body
        with uncollected():
            return _decode(text, cast("str | None", header["commit"]), digest)
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, CelError, gzip.BadGzipFile) as error:
        if isinstance(error, NotABundle):
            raise
        raise NotABundle(messages.not_a_bundle(path.name, "it is damaged or of another version")) from error


def _unpack(path: Path) -> tuple[Mapping[str, object], bytes]:
    with gzip.open(path, "rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NotABundle(messages.not_a_bundle(path.name, "it is too large"))
    head, _, body = content.partition(b"\n")
    return json.loads(head), body


def _decode(body: str, commit: str | None, digest: str) -> Bundle:
    beginning = _beginning(FORMAT)
    if not body.startswith(beginning):
        raise ValueError(beginning)
    catalogue, at = _catalogue(body, len(beginning))
    content = json.loads("{" + body[at:])
    rules = tuple(_rule(catalogue, policy, name, programs) for policy, name, programs in content["rules"])
    declared = [(name, rule.name) for name, each in catalogue.of(Policy).items() for rule in each.spec.rules]
    if [(rule.policy, rule.name) for rule in rules] != declared:
        raise ValueError("rules")
    return assemble(commit, catalogue, rules, lambda: encode(catalogue, rules), digest)


def _beginning(form: str) -> str:
    return f'{{"format":{json.dumps(form)},"documents":['


def _catalogue(body: str, start: int) -> tuple[Catalogue, int]:
    """(what is declared, where the text goes on). Most is put away at once, so that never much is there."""
    shelves = {kind: Shelf(kind) for kind in _SHELVED}
    kept: list[Declared] = []
    reader = _Documents(body, start)
    for each in reader:
        shelf = shelves.get(each.kind)
        if shelf is None:
            kept.append(each)
        else:
            shelf.put(each)
    catalogue, findings = gather(kept)
    if findings:
        raise ValueError(findings[0].code)
    entries = {**catalogue.entries, **{kind: shelf.closed() for kind, shelf in shelves.items() if shelf}}
    return Catalogue(MappingProxyType(dict(sorted(entries.items())))), reader.at


class _Documents(Iterator[Declared]):
    """Reads one document after the other; `at` is where the text goes on after the last."""

    def __init__(self, body: str, at: int) -> None:
        self.at = at
        self._body = body
        self._decoder = json.JSONDecoder()

    def __next__(self) -> Declared:
        if self._body.startswith("],", self.at):
            self.at += 2
            raise StopIteration
        stored, at = self._decoder.raw_decode(self._body, self.at)
        self.at = at + self._body.startswith(",", at)
        document = Document.from_json(stored)
        marks, text = document.pack()
        # from text, equal words become one; and data kept as text takes a quarter of the room
        resource = KINDS[str(stored["data"]["kind"])].model_validate_json(text)
        return declare(resource, Document.unpack(sys.intern(document.file), document.index, marks, text))


def _rule(catalogue: Catalogue, policy: str, name: str, programs: Mapping[str, object]) -> CompiledRule:
    declared = catalogue.declared("Policy", policy)
    spec = catalogue.of(Policy)[policy].spec
    at, rule = next((at, rule) for at, rule in enumerate(spec.rules) if rule.name == name)
    position = declared.position(("spec", "rules", at, "name"))
    loaded = {field: _load(programs[field]) for field in _PROGRAMS}
    written = {"condition": rule.condition, "value": rule.value, "delay": rule.delay, "message": rule.message}
    if any((loaded[field] is None) != (written[field] is None) for field in _PROGRAMS):
        raise ValueError(name)
    return CompiledRule(policy, rule, spec.match, position, **loaded)


def _dump(program: Program | None) -> object:
    return None if program is None else [dump(program.ast), render_type(program.type), program.source]


def _load(stored: object) -> Program | None:
    if stored is None:
        return None
    form, type_, source = cast("tuple[object, str, str]", stored)
    return from_ast(load(form), type=parse_type(type_), source=source)
