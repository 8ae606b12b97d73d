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
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from remit.bundle import _messages as messages
from remit.bundle._bundle import Bundle, assemble
from remit.bundle._catalogue import Catalogue, Declared, declare, gather
from remit.bundle._collector import uncollected
from remit.bundle._rules import CompiledRule
from remit.cel import CelError, Program, dump, from_ast, load, parse_type, render_type
from remit.resources import KINDS, Policy
from remit.source import Document

FORMAT = "remit-bundle/1"
MAX_BYTES = 512 * 1024 * 1024
_PROGRAMS = ("condition", "value", "delay", "message")


class NotABundle(ValueError):
    """A file that is no bundle, was altered, or is of another format."""


def encode(catalogue: Catalogue, rules: tuple[CompiledRule, ...]) -> bytes:
    """The canonical text of a bundle's content. Keys keep their order, on which the positions depend."""
    programs = [[rule.policy, rule.name, {name: _dump(getattr(rule, name)) for name in _PROGRAMS}] for rule in rules]
    documents = b",".join(_document(each.document) for each in catalogue)
    return b'{"format":%s,"documents":[%s],"rules":%s}' % (_canonical(FORMAT), documents, _canonical(programs))


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
        with uncollected():
            return _decode(body, cast("str | None", header["commit"]))
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


def _decode(body: bytes, commit: str | None) -> Bundle:
    content = json.loads(body)
    if content["format"] != FORMAT:
        raise ValueError(content["format"])
    catalogue, findings = gather(_declared(content["documents"]))
    if findings:
        raise ValueError(findings[0].code)
    rules = tuple(_rule(catalogue, policy, name, programs) for policy, name, programs in content["rules"])
    declared = [(name, rule.name) for name, each in catalogue.of(Policy).items() for rule in each.spec.rules]
    if [(rule.policy, rule.name) for rule in rules] != declared:
        raise ValueError("rules")
    return assemble(commit, catalogue, rules, lambda: encode(catalogue, rules))


def _declared(documents: list[Mapping[str, object]]) -> Iterator[Declared]:
    """Takes each document out of the list, so that never all are there twice."""
    documents.reverse()
    while documents:
        document = Document.from_json(documents.pop())
        marks, text = document.pack()
        kind = cast("Mapping[str, object]", document.data)["kind"]
        # from text, equal words become one; and data kept as text takes a quarter of the room
        resource = KINDS[str(kind)].model_validate_json(text)
        yield declare(resource, Document.unpack(document.file, document.index, marks, text))


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
