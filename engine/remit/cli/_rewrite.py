"""Rewriting files in place: what `fmt` and `migrate` share."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from remit.cli import _messages as messages
from remit.cli._errors import Misuse, explained, say
from remit.cli._exit import ExitCode
from remit.cli._output import write, write_file, write_json, write_line
from remit.source import SourceError, Tree, open_tree

Transform = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One file, or one refused entry: its text before and after, or why it has none."""

    path: Path
    before: str = ""
    after: str = ""
    error: str = ""

    @property
    def changed(self) -> bool:
        """Whether the file would be another."""
        return self.before != self.after


def rewrite(
    paths: Sequence[Path] | None, transform: Transform, *, keep: bool, fail: bool, diff: bool, json: bool
) -> int:
    """Rewrite the files below `paths`, unless `keep`; with `fail`, one that differs is a finding."""
    found = [each for path in paths or [_default()] for each in _rewrites(path, transform)]
    for each in found:
        if each.error:
            say(each.error)
        elif each.changed and not keep:
            write_file(each.path, each.after.encode())
    _show(found, keep=keep, diff=diff, json=json)
    if any(each.error for each in found):
        return ExitCode.ERROR
    return ExitCode.FINDINGS if fail and any(each.changed for each in found) else ExitCode.OK


def _default() -> Path:
    return Path(os.environ.get("REMIT_POLICIES") or "policies")


def _rewrites(path: Path, transform: Transform) -> Iterator[Rewrite]:
    tree = open_tree(path)
    if path.is_file() and not tree.files() and not tree.problems():
        raise Misuse(messages.not_yaml(str(path)))
    folder = path if path.is_dir() else path.parent
    for problem in tree.problems():
        yield Rewrite(folder / problem.position.file, error=explained(problem))
    for name in tree.files():
        yield _rewritten(tree, name, folder / name, transform)


def _rewritten(tree: Tree, name: str, path: Path, transform: Transform) -> Rewrite:
    try:
        before = tree.read(name).decode()
        return Rewrite(path, before, transform(before, str(path)))
    except SourceError as error:
        return Rewrite(path, error=explained(error))
    except UnicodeDecodeError:
        return Rewrite(path, error=messages.not_utf8(str(path)))


def _show(found: Sequence[Rewrite], *, keep: bool, diff: bool, json: bool) -> None:
    changed = [each for each in found if each.changed]
    if json:
        files = [{"file": str(each.path), "changed": each.changed} for each in found if not each.error]
        errors = [{"file": str(each.path), "message": each.error} for each in found if each.error]
        write_json({"written": not keep, "files": files, "errors": errors})
        return
    for each in changed:
        if diff:
            write("".join(_difference(each)))
        else:
            write_line(f"{'would rewrite' if keep else 'rewrote'} {each.path}")
    if not diff:
        sound = sum(not each.error for each in found) - len(changed)
        write_line(messages.rewritten(len(changed), sound, keep=keep))


def _difference(each: Rewrite) -> Iterator[str]:
    before, after = each.before.splitlines(keepends=True), each.after.splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, str(each.path), str(each.path)):
        yield line if line.endswith("\n") else f"{line}\n"
