"""Checking a tree, and saying what was found in the format asked for."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from remit._installed import registries
from remit.check import Report, check_tree, open_cache
from remit.cli._output import console, progress, write, write_file, write_line
from remit.cli._place import inside_repository
from remit.render import Excerpts, findings_github, findings_json, findings_junit, findings_sarif, findings_text
from remit.render._text import summary
from remit.source import Tree, open_tree


def run_check(place: Path, ref: str | None, at: datetime, *, cached: bool) -> tuple[Report, Tree]:
    """What a check finds, and the tree it looked at. Raises TreeError."""
    tree = open_tree(place, ref)
    folder = place if place.is_dir() else place.parent
    with progress("checking"), (open_cache(folder) if cached else None) or nullcontext() as cache:
        return check_tree(tree, at=at, cache=cache, registries=registries()), tree


def show_report(report: Report, tree: Tree, place: Path, form: str, output: Path | None) -> None:
    """To the terminal, or to a file with one line about it."""
    if output is not None:
        write_file(output, rendered(report, tree, place, form).encode())
        if form != "json":
            write_line(f"{summary(report.findings)}, written to `{output}`")
    elif form == "text" and (screen := console()).is_terminal:
        from remit.render.terminal import print_findings

        print_findings(report.findings, excerpts=Excerpts(tree.read), console=screen)
    else:
        write(rendered(report, tree, place, form))


def rendered(report: Report, tree: Tree, place: Path, form: str) -> str:
    """The findings in a format."""
    base = inside_repository(place)
    match form:
        case "json":
            return findings_json(report.findings)
        case "sarif":
            return findings_sarif(report.findings, base=base)
        case "github":
            return findings_github(report.findings, base=base)
        case "junit":
            return findings_junit(report.findings)
    return findings_text(report.findings, Excerpts(tree.read))
