"""Where output goes: results to stdout, progress to the stderr of a terminal and nowhere else."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from remit.cli._text import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

FORMAT_VERSION = "1.0"


def console(*, stderr: bool = False) -> Console:
    """A terminal or a pipe; rich honours NO_COLOR and FORCE_COLOR."""
    from rich.console import Console

    class _Console(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return _Console(stderr=stderr, highlight=False)


def write(text: str) -> None:
    """Text for stdout as it is."""
    sys.stdout.write(text)


def write_line(text: str) -> None:
    """One line for stdout; what does not print is escaped."""
    sys.stdout.write(printable(text) + "\n")


def write_json(content: Mapping[str, object]) -> None:
    """The one document on stdout."""
    from remit.cli._json import jsonable

    document = jsonable({"format_version": FORMAT_VERSION, **content})
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def write_rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; in a pipe, columns of text that other tools can cut."""
    if sys.stdout.isatty():
        from remit.render.terminal import print_table

        print_table(headings, rows, console=console())
        return
    cells = [[printable(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(padded.rstrip() + "\n")


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; one that exists keeps its mode. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current


@contextmanager
def progress(text: str) -> Iterator[Status | None]:
    """A sign of life while something takes long; None where nobody is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    with console(stderr=True).status(text) as status:
        yield status
