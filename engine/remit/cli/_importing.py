"""Writing the keys of a target as YAML."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from remit.cli import _messages as messages
from remit.cli._errors import CommandError
from remit.cli._output import write, write_file, write_line
from remit.reconcile import Imported

_LEFT = "not-imported.txt"


def show_imports(found: Sequence[Imported]) -> None:
    """On stdout, as one file of several documents."""
    write("---\n".join(each.text for each in found))


def write_imports(found: Sequence[Imported], directory: Path) -> None:
    """A file for each key, and one for those that cannot be declared. Raises CommandError, with nothing written."""
    files = {f"{each.alias}.yaml": each.text for each in found if each.document is not None}
    left = [each.text for each in found if each.document is None]
    if left:
        files[_LEFT] = "\n".join(left)
    taken = [str(directory / name) for name in files if os.path.lexists(directory / name)]
    if taken:
        raise CommandError(messages.would_overwrite(taken))
    for name, text in files.items():
        write_file(directory / name, text.encode())
    write_line(messages.imported(len(found) - len(left), len(left)))
