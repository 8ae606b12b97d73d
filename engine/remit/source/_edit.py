"""Changes to a text that keep everything else as its author wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from remit.source import _messages as messages
from remit.source import _roundtrip as roundtrip
from remit.source._changes import Append, Change, Delete, Impossible, apply, copy, same, settle
from remit.source._data import Data
from remit.source._errors import EditFailed, SourceError
from remit.source._layout import Body, bodies, indents
from remit.source._proof import data_of, failed, guarded, lost_comments, read


def edited(text: str, changes: Sequence[Change], file: str) -> str:
    """See `remit.source.edit`."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    result = plain
    for change in changes:
        result = _edited(result, change, file)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return mark + (result.replace("\n", "\r\n") if "\r\n" in text else result)


def _edited(text: str, change: Change, file: str) -> str:
    settled, expected = _expected(text, change, file)
    body = bodies(text, file)[change.document]
    new = guarded(partial(_rewritten, text, body, settled, file), messages.edit_unsupported(), file)
    _prove(text, new, settled, expected, file)
    return new


def _expected(text: str, change: Change, file: str) -> tuple[Change, dict[int, Data]]:
    """The settled change, and the data that every document must have after it."""
    parsed = read(text, file)
    by_index = {document.index: document for document in parsed.documents}
    document = by_index.get(change.document)
    if document is None:
        raise failed(messages.no_document(change.document, len(by_index)), file)
    try:
        data = copy(document.data)
        settled = settle(data, change)
        apply(data, settled)
    except Impossible as error:
        raise EditFailed.of(error.words, document.position(error.path)) from None
    except ValueError:
        raise EditFailed.of(messages.value_unwritable(change.path), document.position(change.path)) from None
    return settled, {**{index: copy(other.data) for index, other in by_index.items()}, change.document: data}


def _rewritten(text: str, body: Body, change: Change, file: str) -> str:
    old = text[body.start : body.end]
    rewriter = roundtrip.Rewriter(indents(old, file))
    document = rewriter.load(old)
    if not isinstance(document, roundtrip.Collection):
        raise failed(messages.edit_unsupported(), file)
    if isinstance(change, Delete):
        roundtrip.drop(document, change.path)
    elif isinstance(change, Append):
        roundtrip.push(document, change.path, change.value)
    else:
        roundtrip.put(document, change.path, change.value)
    new = rewriter.dump(document)
    return text[: body.start] + (new if old.endswith("\n") else new.rstrip("\n")) + text[body.end :]


def _prove(before: str, after: str, change: Change, expected: dict[int, Data], file: str) -> None:
    try:
        found = data_of(after, file)
    except SourceError:
        raise failed(messages.edit_touched_more(), file) from None
    if found.keys() != expected.keys() or not all(same(found[index], expected[index]) for index in expected):
        raise failed(messages.edit_touched_more(), file)
    lost = lost_comments(before, after, file)
    if lost and (isinstance(change, Append) or not _went_with(before, change, lost, file)):
        raise failed(messages.comments_lost(), file)


def _went_with(text: str, change: Change, lost: Sequence[str], file: str) -> bool:
    """Whether the lost comments stood inside the value that was deleted or replaced."""
    document = next(one for one in read(text, file).documents if one.index == change.document)
    try:
        settle(document.data, Delete(change.path))
    except Impossible:
        return False
    first, last = document.line_span(change.path)
    inside = "\n".join(text.split("\n")[first - 1 : last])
    return all(comment in inside for comment in lost)
