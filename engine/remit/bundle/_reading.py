"""What each file declares: read and validated, or remembered from an earlier time."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Protocol

from remit.bundle._catalogue import Declared, declare
from remit.bundle._stamp import file_reader
from remit.resources import KINDS, secrets_in_text, validate
from remit.source import Document, Finding, Position, SourceError, Tree, read_documents

_CODE = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Cache(Protocol):
    """Remembers bytes by a key that names their whole content; may forget at any time.

    What `get` gives must be what was put: bytes that were altered in between are for the cache to notice.
    """

    def get(self, key: str) -> bytes | None:
        """What was put, or None."""
        ...

    def put(self, key: str, value: bytes) -> None:
        """Remember, if convenient."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One file: the resources that are valid by themselves, and what is wrong with it taken alone."""

    declared: tuple[Declared, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_file(tree: Tree, path: str, cache: Cache | None) -> Reading:
    """What one file of a tree declares. Never raises for what the file holds."""
    try:
        content = tree.read(path)
    except SourceError as error:
        return Reading(findings=(fault(error),))
    if cache is None:
        return _read(content, path)
    key = f"{file_reader()}:{path}:{hashlib.sha256(content).hexdigest()}"
    remembered = _recall(cache.get(key), path)
    if remembered is None:
        remembered = _read(content, path)
        cache.put(key, _remember(remembered))
    return remembered


def fault(error: SourceError) -> Finding:
    """A fault of the text, as a finding."""
    return Finding(error.position, _CODE.sub("-", type(error).__name__).lower(), error.message, error.remedy)


def _read(content: bytes, path: str) -> Reading:
    parsed = read_documents(content, path)
    findings = [fault(error) for error in parsed.errors]
    findings += secrets_in_text(content.decode("utf-8", errors="replace"), path)
    declared: list[Declared] = []
    for document in parsed.documents:
        resource, faults = validate(document)
        findings.extend(faults)
        if resource is not None:
            declared.append(declare(resource, document))
    return Reading(tuple(declared), tuple(findings))


def _remember(reading: Reading) -> bytes:
    """A line about everything, and a line with the data of each document."""
    findings = [
        [f.position.file, f.position.line, f.position.column, f.code, f.message, f.remedy, f.severity]
        for f in reading.findings
    ]
    packed = [(each, *each.document.pack()) for each in reading.declared]
    places = [[each.kind, each.document.index, marks] for each, marks, _ in packed]
    return b"\n".join((json.dumps([findings, places]).encode(), *(text for _, _, text in packed)))


def _recall(stored: bytes | None, path: str) -> Reading | None:
    """None for anything that is not exactly what was put: a cache is never trusted."""
    if stored is None:
        return None
    head, *texts = stored.split(b"\n")
    try:
        findings, places = json.loads(head)
        return Reading(
            tuple(_rebuilt(path, place, text) for place, text in zip(places, texts, strict=True)),
            tuple(Finding(Position(f[0], f[1], f[2]), f[3], f[4], f[5], f[6]) for f in findings),
        )
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def _rebuilt(path: str, place: tuple[str, int, str], text: bytes) -> Declared:
    """A resource that was found valid by this very version. The data of its document waits until it is needed."""
    kind, index, marks = place
    return declare(KINDS[kind].model_validate_json(text), Document.unpack(path, index, marks, text))
