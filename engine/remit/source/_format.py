"""The canonical layout of a text: two spaces, envelope keys first, comments and quotes kept."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Final

from remit.source import _messages as messages
from remit.source import _roundtrip as roundtrip
from remit.source._data import Data
from remit.source._errors import SourceError
from remit.source._layout import Indents, bodies
from remit.source._proof import data_of, failed, guarded, lost_comments, read

_ENVELOPE: Final = ("apiVersion", "kind", "metadata", "spec")
_ROUNDS: Final = 4
_KEEPS_BLANK_LINES: Final = re.compile(r"[|>][0-9]?\+")  # such a text swallows the blank lines of a new neighbour


def formatted(text: str, file: str) -> str:
    """See `remit.source.format_text`."""
    before = text.removeprefix("\ufeff").replace("\r\n", "\n")
    read(before, file)
    after = _stable(before, file)
    if not _same_data(before, after, file):  # documents that are sound one by one may still affect each other
        raise failed(messages.edit_unsupported(), file)
    if lost_comments(before, after, file):
        raise failed(messages.comments_lost(), file)
    return after


def _stable(text: str, file: str) -> str:
    for _ in range(_ROUNDS):
        before = text
        text = guarded(partial(_once, before, file), messages.edit_unsupported(), file)
        if text == before:
            return text
    raise failed(messages.format_unstable(), file)


def _once(text: str, file: str) -> str:
    parts: list[str] = []
    done = 0
    for body in bodies(text, file):
        parts += (_between(text[done : body.start]), _document(text[body.start : body.end], file))
        done = body.end
    tail = _between(text[done:]).rstrip("\n")
    return "".join(parts) + (tail + "\n" if tail else "")


def _between(text: str) -> str:
    """The markers, blank lines and comments between two documents."""
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _document(text: str, file: str) -> str:
    rewriter = roundtrip.Rewriter(Indents())
    document = rewriter.load(text)
    if not isinstance(document, roundtrip.Collection):
        return text if text.endswith("\n") or not text else text + "\n"
    written = rewriter.dump(document)
    if not _same_data(text, written, file):
        raise failed(messages.edit_unsupported(), file)
    ordered = written if _KEEPS_BLANK_LINES.search(written) else _envelope_first(written, file)
    return ordered if _same_data(written, ordered, file) else written


def _envelope_first(text: str, file: str) -> str:
    """The entries of the root in the order of the envelope, each with the comment lines right above it."""
    lines = text.splitlines(keepends=True)
    starts = _entry_starts(lines, file)
    names = [name for name, _ in starts]
    order = [name for name in _ENVELOPE if name in names] + [name for name in names if name not in _ENVELOPE]
    if order == names:
        return text
    edges = [line for _, line in starts] + [len(lines)]
    entries = {name: "".join(lines[edges[at] : edges[at + 1]]) for at, name in enumerate(names)}
    return "".join(lines[: edges[0]]) + "".join(entries[name] for name in order)


def _entry_starts(lines: list[str], file: str) -> list[tuple[str, int]]:
    """Each key of a root written as a block, and the first line (from 0) that goes with it."""
    (document,) = read("".join(lines), file).documents
    starts: list[tuple[str, int]] = []
    for name in document.data if isinstance(document.data, dict) else ():
        position = document.key_position((name,))
        line = position.line - 1
        if not lines[line].startswith((name, f'"{name}"', f"'{name}'", "&")):
            return []
        while starts and lines[line - 1].startswith("#"):
            line -= 1
        starts.append((name, line))
    return starts


def _same_data(one: str, other: str, file: str) -> bool:
    try:
        return _unordered(data_of(one, file)) == _unordered(data_of(other, file))
    except SourceError:
        return False


def _unordered(documents: dict[int, Data]) -> str:
    return json.dumps(documents, sort_keys=True)
