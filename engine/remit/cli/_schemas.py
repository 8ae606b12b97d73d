"""JSON Schemas: printed, written, and compared with what lies there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from remit.cli._output import write, write_json, write_line
from remit.cli._showing import kind_named
from remit.resources import ANY_KIND, render_schema, schema_name, schemas, write_schemas


def print_schema(kind: str | None) -> None:
    """That of a kind, or of any kind. Raises Misuse."""
    write(render_schema(schemas()[schema_name(kind_named(kind)) if kind else ANY_KIND]))


def write_all(directory: Path, *, json: bool) -> None:
    """All of them."""
    written = [str(path) for path in write_schemas(directory)]
    if json:
        write_json({"files": written})
    else:
        write_line(f"{len(written)} schemas written to `{directory}`")


def outdated(directory: Path, *, json: bool) -> bool:
    """Whether any schema there differs from what it should be, is missing, or belongs to no kind."""
    found = sorted(_outdated(directory))
    if json:
        write_json({"ok": not found, "files": [{"file": path, "fault": fault} for path, fault in found]})
        return bool(found)
    for path, fault in found:
        write_line(f"{path}: {fault}")
    write_line(
        f"{len(found)} schemas are not current: run `remit schema --write {directory}`" if found else "all are current"
    )
    return bool(found)


def _outdated(directory: Path) -> Iterator[tuple[str, str]]:
    wanted = schemas()
    for name, value in wanted.items():
        path = directory / name
        if not path.is_file():
            yield str(path), "missing"
        elif path.read_text(encoding="utf-8") != render_schema(value):
            yield str(path), "differs"
    for path in directory.glob("*.schema.json"):
        if path.name not in wanted:
            yield str(path), "belongs to no kind"
