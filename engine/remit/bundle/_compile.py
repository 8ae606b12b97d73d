"""From a tree of files to a bundle, or to what keeps it from being one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from remit.bundle._bundle import Bundle, assemble
from remit.bundle._catalogue import Catalogue, Declared, gather
from remit.bundle._collector import uncollected
from remit.bundle._expressions import Lines, PolicyCompiler
from remit.bundle._parsing import trees_of
from remit.bundle._reading import Cache, fault, read_file
from remit.bundle._references import unsound
from remit.bundle._rules import CompiledRule
from remit.bundle._store import encode
from remit.resources import Policy
from remit.source import Finding, SourceError, Tree

_MISSING = ("no-organization", "unknown-")


@dataclass(frozen=True, slots=True)
class Compilation:
    """`bundle` is None when any finding is an error: half a policy is worse than none."""

    bundle: Bundle | None
    findings: tuple[Finding, ...]
    declared: tuple[Declared, ...]
    catalogue: Catalogue


def compile_tree(tree: Tree, *, cache: Cache | None = None) -> Compilation:
    """Read, validate, join and compile a tree. Never raises for what the tree holds."""
    findings = [fault(problem) for problem in tree.problems()]
    declared: list[Declared] = []
    with uncollected():
        for path in tree.files():
            reading = read_file(tree, path, cache)
            findings.extend(reading.findings)
            declared.extend(reading.declared)
        return compile_declared(declared, lines=_lines(tree), commit=tree.commit, findings=findings, cache=cache)


def compile_declared(
    declared: Iterable[Declared],
    *,
    lines: Lines,
    commit: str | None = None,
    findings: Iterable[Finding] = (),
    cache: Cache | None = None,
) -> Compilation:
    """Join and compile resources that are valid by themselves; `findings` are those made before."""
    every, before = tuple(declared), tuple(findings)
    catalogue, clashes = gather(every)
    missing = (*clashes, *unsound(catalogue))
    # what could not be read may be the very thing that is missing here
    partial = any(finding.severity == "error" for finding in before)
    found = [*before, *(each for each in missing if not (partial and each.code.startswith(_MISSING)))]
    rules = _rules(catalogue, lines, found, cache)
    bundle = None
    if not any(finding.severity == "error" for finding in found):
        bundle = assemble(commit, catalogue, rules, lambda: encode(catalogue, rules))
    return Compilation(bundle, tuple(sorted(set(found))), every, catalogue)


def _rules(
    catalogue: Catalogue, lines: Lines, findings: list[Finding], cache: Cache | None
) -> tuple[CompiledRule, ...]:
    currency = catalogue.organization.spec.currency if catalogue.entries.get("Organization") else "USD"
    rules: list[CompiledRule] = []
    for name, policy in catalogue.of(Policy).items():
        trees = trees_of(policy, cache)
        compiler = PolicyCompiler(catalogue.declared("Policy", name), currency, lines, trees.parse)
        rules.extend(compiler.compile())
        trees.keep()
        findings.extend(compiler.findings)
        findings.extend(_unused(compiler))
    return tuple(rules)


def _unused(compiler: PolicyCompiler) -> Iterable[Finding]:
    for name, position in compiler.unused():
        yield Finding(position, "unused-variable", f"the variable `{name}` is never used", "remove it", "note")


def _lines(tree: Tree) -> Lines:
    @lru_cache(maxsize=64)
    def lines(path: str) -> Sequence[str]:
        try:
            return tree.read(path).decode("utf-8", errors="replace").splitlines()
        except SourceError:
            return ()

    return lines
