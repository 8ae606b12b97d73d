"""A bundle as one file: canonical JSON of the declarations with their positions and the checked expressions.

The digest is over that text, so it names exactly what is evaluated; the commit stands beside it.
Reading it back needs no parser of the language, and trusts nothing: the digest is recomputed, resources
are validated again, and expressions are rebuilt from data.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import zlib
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
from remit.bundle._stream import Text, TooLarge, verified
from remit.cel import CelError, Program, dump, from_ast, load, parse_type, render_type
from remit.resources import KINDS, Policy
from remit.source import Document

FORMAT = "remit-bundle/1"
# what there is a lot of, and is read by itself
_SHELVED = ("Key", "Project", "Team")
_RULES = ',"rules":['
_PROGRAMS = ("condition", "value", "delay", "message")


class NotABundle(ValueError):
    """A file that is no bundle, was altered, or is of another format."""


def encode(catalogue: Catalogue, rules: tuple[CompiledRule, ...]) -> bytes:
    """The canonical text of a bundle's content. Keys keep their order, on which the positions depend."""
    programs = [[rule.policy, rule.name, {name: _dump(getattr(rule, name)) for name in _PROGRAMS}] for rule in rules]
    documents = b",".join(_document(each.document) for each in catalogue)
    return b"%s%s]%s%s}" % (_beginning(FORMAT).encode(), documents, _RULES[:-1].encode(), _canonical(programs))


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
    packed = path.read_bytes()
    try:
        header = verified(packed)
        if header is None:
            raise NotABundle(messages.not_a_bundle(path.name, "its content does not have its digest"))
        with uncollected():
            return _decode(Text(packed), cast("str | None", header["commit"]), str(header["digest"]))
    except TooLarge:
        raise NotABundle(messages.not_a_bundle(path.name, "it is too large")) from None
    except NotABundle:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, CelError, OSError, zlib.error) as error:
        raise NotABundle(messages.not_a_bundle(path.name, "it is damaged or of another version")) from error


def _decode(text: Text, commit: str | None, digest: str) -> Bundle:
    if not text.passes(_beginning(FORMAT)):
        raise ValueError(FORMAT)
    catalogue = _catalogue(text)
    rules = tuple(_rules(text, catalogue))
    declared = [(name, rule.name) for name, each in catalogue.of(Policy).items() for rule in each.spec.rules]
    if [(rule.policy, rule.name) for rule in rules] != declared:
        raise ValueError("rules")
    return assemble(commit, catalogue, rules, lambda: encode(catalogue, rules), digest)


def _beginning(form: str) -> str:
    return f'{{"format":{json.dumps(form)},"documents":['


def _catalogue(text: Text) -> Catalogue:
    """What is declared. Most is put away at once, so that never much of it is there."""
    shelves = {kind: Shelf(kind) for kind in _SHELVED}
    kept: list[Declared] = []
    for each in _declared(text):
        shelf = shelves.get(each.kind)
        if shelf is None:
            kept.append(each)
        else:
            shelf.put(each)
    catalogue, findings = gather(kept)
    if findings:
        raise ValueError(findings[0].code)
    entries = {**catalogue.entries, **{kind: shelf.closed() for kind, shelf in shelves.items() if shelf}}
    return Catalogue(MappingProxyType(dict(sorted(entries.items()))))


def _declared(text: Text) -> Iterator[Declared]:
    for stored in _values(text):
        document = Document.from_json(cast("Mapping[str, object]", stored))
        marks, data = document.pack()
        kind = cast("Mapping[str, object]", document.data)["kind"]
        # from text, equal words become one; and data kept as text takes a quarter of the room
        resource = KINDS[str(kind)].model_validate_json(data)
        yield declare(resource, Document.unpack(sys.intern(document.file), document.index, marks, data))


def _values(text: Text) -> Iterator[object]:
    """The values of a list whose bracket was passed already."""
    if text.passes("]"):
        return
    yield text.value()
    while text.passes(","):
        yield text.value()
    if not text.passes("]"):
        raise ValueError("]")


def _rules(text: Text, catalogue: Catalogue) -> Iterator[CompiledRule]:
    if not text.passes(_RULES):
        raise ValueError(_RULES)
    for stored in _values(text):
        policy, name, programs = cast("tuple[str, str, Mapping[str, object]]", stored)
        yield _rule(catalogue, policy, name, programs)
    if not text.passes("}"):
        raise ValueError("}")


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
