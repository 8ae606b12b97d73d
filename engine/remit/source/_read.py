"""Reading the documents of one file."""

from __future__ import annotations

from remit.source._bounds import DEFAULT_BOUNDS, Bounds
from remit.source._document import Parsed
from remit.source._errors import SourceError
from remit.source._text import decode, forbidden


def read_documents(content: bytes, file: str, bounds: Bounds = DEFAULT_BOUNDS) -> Parsed:
    """The documents of a YAML file and every fault found; never raises for what the bytes hold.

    `file` names it in positions. A document with a fault, or with nothing in it, is left out; the others keep
    their index.
    """
    try:
        text = decode(content, file, bounds)
    except SourceError as error:
        return Parsed((), (error,))
    faults = forbidden(text, file, bounds)
    if faults:
        return Parsed((), tuple(faults))
    return read_text(text, file, bounds)


def read_text(text: str, file: str, bounds: Bounds = DEFAULT_BOUNDS) -> Parsed:
    """The documents of text that `decode` and `forbidden` have passed."""
    from remit.source._compose import Composer
    from remit.source._events import events

    return Composer(file, bounds).run(events(text, file))
