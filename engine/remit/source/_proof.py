"""What a rewritten text is held against before anyone sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from remit.source._bounds import DEFAULT_BOUNDS
from remit.source._data import Data
from remit.source._document import Parsed
from remit.source._errors import EditFailed, SourceError, Text
from remit.source._layout import comments
from remit.source._position import Position
from remit.source._read import read_documents


def read(text: str, file: str) -> Parsed:
    """The documents of a text. Raises the first of its faults."""
    parsed = read_documents(text.encode("utf-8", "surrogatepass"), file, DEFAULT_BOUNDS)
    if parsed.errors:
        raise parsed.errors[0]
    return parsed


def data_of(text: str, file: str) -> dict[int, Data]:
    """The data of each document by its number. Raises as `read` does."""
    return {document.index: document.data for document in read(text, file).documents}


def failed(words: Text, file: str) -> EditFailed:
    """The error about a whole text."""
    return EditFailed.of(words, Position(file, 1, 1))


def lost_comments(before: str, after: str, file: str) -> Sequence[str]:
    """The comments that stand in one text and not in the other."""
    return list((comments(before, file) - comments(after, file)).elements())


def guarded(rewrite: Callable[[], str], words: Text, file: str) -> str:
    """What `rewrite` gives; whatever the round trip raises becomes an EditFailed."""
    try:
        return rewrite()
    except SourceError:
        raise
    except Exception as error:  # ruamel raises many unrelated kinds
        raise failed(words, file) from error
