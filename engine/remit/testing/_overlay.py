"""The resources of one PolicyTest laid over the tree, by kind and name."""

from __future__ import annotations

from remit.bundle import Compilation, Declared, compile_declared, declare
from remit.check import Lines
from remit.resources import PolicyTest, validate
from remit.source import Finding
from remit.testing._fragment import fragment


def overlay(base: Compilation, test: Declared, lines: Lines) -> Compilation:
    """`base` with the test's own resources in the place of those of the same kind and name, compiled anew."""
    spec = test.resource
    assert isinstance(spec, PolicyTest)  # noqa: S101  # narrows the type
    if not spec.spec.resources:
        return base
    added: dict[tuple[str, str], Declared] = {}
    findings: list[Finding] = []
    for number in range(len(spec.spec.resources)):
        document = fragment(test.document, ("spec", "resources", number))
        resource, faults = validate(document)
        findings.extend(faults)
        if resource is not None:
            declared = declare(resource, document)
            added[declared.kind, declared.name] = declared
    kept = [each for each in base.declared if (each.kind, each.name) not in added]
    return compile_declared([*kept, *added.values()], lines=lines, findings=findings)
