"""Findings and test results as JUnit XML, which every CI system reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as xml

from remit.render._escape import plain
from remit.source import Finding

if TYPE_CHECKING:
    from remit.testing import Case, TestReport

_CHILDREN = {"failed": "failure", "errored": "error"}


def findings_junit(findings: Sequence[Finding]) -> str:
    """One case a finding: an error fails, anything less passes with its text as output; one passing case when none."""
    suite = xml.Element("testsuite", name="remit check")
    for finding in findings:
        _add_finding(suite, finding)
    if not findings:
        _case(suite, "remit check", "no findings")
    return _document([suite])


def tests_junit(report: TestReport) -> str:
    """One suite for each suite of each PolicyTest."""
    suites: dict[str, xml.Element] = {}
    for case in report.cases:
        name = f"{case.test}/{case.suite}"
        if name not in suites:
            suites[name] = xml.Element("testsuite", name=plain(name))
        _add_case(suites[name], name, case)
    return _document(suites.values())


def _add_finding(suite: xml.Element, finding: Finding) -> None:
    element = _case(suite, finding.position.file, f"{finding.code} {finding.position}")
    if finding.severity == "error":
        _child(element, "failure", finding.message, str(finding)).set("type", plain(finding.code))
    else:
        xml.SubElement(element, "system-out").text = plain(str(finding), lines=True)


def _add_case(suite: xml.Element, classname: str, case: Case) -> None:
    element = _case(suite, classname, case.name)
    element.set("time", f"{case.seconds:.6f}")
    if case.outcome in _CHILDREN:
        lines = (f"expected: {case.expected}", f"actual: {case.actual}", str(case.position))
        _child(element, _CHILDREN[case.outcome], case.message, "\n".join(lines))


def _case(suite: xml.Element, classname: str, name: str) -> xml.Element:
    return xml.SubElement(suite, "testcase", classname=plain(classname), name=plain(name))


def _child(parent: xml.Element, tag: str, message: str, text: str) -> xml.Element:
    element = xml.SubElement(parent, tag, message=plain(message))
    element.text = plain(text, lines=True)
    return element


def _document(suites: Iterable[xml.Element]) -> str:
    root = xml.Element("testsuites", name="remit")
    for suite in suites:
        _count(suite)
        root.append(suite)
    xml.indent(root)
    return xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _count(suite: xml.Element) -> None:
    counts = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for name, path in counts.items():
        suite.set(name, str(len(suite.findall(path))))
