"""From a tree of files to a bundle, or to what keeps it from being one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

import remit.resources
import remit.source
from remit.bundle._bundle import Bundle, assemble
from remit.bundle._catalogue import Catalogue, Declared, declare, gather
from remit.bundle._expressions import Lines, PolicyCompiler
from remit.bundle._references import unsound
from remit.bundle._rules import CompiledRule
from remit.bundle._store import encode
from remit.resources import KINDS, Policy, Resource, secrets_in_text, validate
from remit.source import Document, Finding, Position, SourceError, Tree, read_documents

_CODE = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Cache(Protocol):
    """Remembers bytes by a key that names their whole content; may forget at any time."""

    def get(self, key: str) -> bytes | None:
        """What was put, or None."""
        ...

    def put(self, key: str, value: bytes) -> None:
        """Remember, if convenient."""
        ...


@dataclass(frozen=True, slots=True)
class Compilation:
    """`bundle` is None when any finding is an error: half a policy is worse than none."""

    bundle: Bundle | None
    findings: tuple[Finding, ...]
    declared: tuple[Declared, ...]
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class _Read:
    """One file: its documents, and what is wrong with it taken alone."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    valid: bool = False


def compile_tree(tree: Tree, *, cache: Cache | None = None) -> Compilation:
    """Read, validate, join and compile a tree. Never raises for what the tree holds."""
    findings = [_finding(problem) for problem in tree.problems()]
    declared: list[Declared] = []
    for path in tree.files():
        read = _read(tree, path, cache)
        findings.extend(read.findings)
        for document in read.documents:
            resource, faults = (rebuild(document), ()) if read.valid else validate(document)
            findings.extend(faults)
            if resource is not None:
                declared.append(declare(resource, document))
    return compile_declared(declared, lines=_lines(tree), commit=tree.commit, findings=findings)


def compile_declared(
    declared: Iterable[Declared], *, lines: Lines, commit: str | None = None, findings: Iterable[Finding] = ()
) -> Compilation:
    """Join and compile resources that are valid by themselves; `findings` are those made before."""
    every = tuple(declared)
    catalogue, clashes = gather(every)
    found = [*findings, *clashes, *unsound(catalogue)]
    rules = _rules(catalogue, lines, found)
    bundle = None
    if not any(finding.severity == "error" for finding in found):
        bundle = assemble(commit, catalogue, rules, lambda: encode(catalogue, rules))
    return Compilation(bundle, tuple(sorted(set(found))), every, catalogue)


def _rules(catalogue: Catalogue, lines: Lines, findings: list[Finding]) -> tuple[CompiledRule, ...]:
    currency = catalogue.organization.spec.currency if catalogue.entries.get("Organization") else "USD"
    rules: list[CompiledRule] = []
    for name in catalogue.of(Policy):
        compiler = PolicyCompiler(catalogue.declared("Policy", name), currency, lines)
        rules.extend(compiler.compile())
        findings.extend(compiler.findings)
        findings.extend(_unused(compiler))
    return tuple(rules)


def _unused(compiler: PolicyCompiler) -> Iterable[Finding]:
    for name, position in compiler.unused():
        yield Finding(position, "unused-variable", f"the variable `{name}` is never used", "remove it", "note")


def _read(tree: Tree, path: str, cache: Cache | None) -> _Read:
    try:
        content = tree.read(path)
    except SourceError as error:
        return _Read((), (_finding(error),))
    if cache is None:
        return _parse(content, path)
    key = f"{_reader_digest()}:{path}:{hashlib.sha256(content).hexdigest()}"
    remembered = _recall(cache.get(key))
    if remembered is None:
        remembered = _parse(content, path)
        valid = all(validate(each)[0] is not None for each in remembered.documents)
        cache.put(key, _remember(replace(remembered, valid=valid)))
    return remembered


def rebuild(document: Document) -> Resource:
    """The resource of a document that was found valid by this very version."""
    data = cast("Mapping[str, object]", document.data)
    return KINDS[str(data["kind"])].model_validate(data)


@lru_cache(maxsize=1)
def _reader_digest() -> str:
    """Names the code that reads files: what another version remembered is never found."""
    digest = hashlib.sha256()
    for package in (remit.source, remit.resources):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _parse(content: bytes, path: str) -> _Read:
    parsed = read_documents(content, path)
    findings = [_finding(error) for error in parsed.errors]
    text = content.decode("utf-8", errors="replace")
    return _Read(parsed.documents, (*findings, *secrets_in_text(text, path)))


def _remember(read: _Read) -> bytes:
    findings = [
        [f.position.file, f.position.line, f.position.column, f.code, f.message, f.remedy, f.severity]
        for f in read.findings
    ]
    return json.dumps([[each.to_json() for each in read.documents], findings, read.valid]).encode()


def _recall(stored: bytes | None) -> _Read | None:
    """None for anything that is not exactly what was put: a cache is never trusted."""
    if stored is None:
        return None
    try:
        documents, findings, valid = json.loads(stored)
        return _Read(
            tuple(Document.from_json(each) for each in documents),
            tuple(Finding(Position(f[0], f[1], f[2]), f[3], f[4], f[5], f[6]) for f in findings),
            valid is True,
        )
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def _lines(tree: Tree) -> Lines:
    @lru_cache(maxsize=64)
    def lines(path: str) -> Sequence[str]:
        try:
            return tree.read(path).decode("utf-8", errors="replace").splitlines()
        except SourceError:
            return ()

    return lines


def _finding(error: SourceError) -> Finding:
    return Finding(error.position, _CODE.sub("-", type(error).__name__).lower(), error.message, error.remedy)
