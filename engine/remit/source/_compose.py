"""Events to documents: values, the place of each, and what is refused on the way.

Nothing here recurses: open collections are frames on a list, so depth is bounded by `Bounds`, not by the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NoReturn

import yaml

from remit.source import _messages as messages
from remit.source._bounds import Bounds
from remit.source._data import Data
from remit.source._document import Document, Parsed
from remit.source._errors import AmbiguousScalar, DuplicateKey, NotPlain, NotText, SourceError, Text, TooLarge
from remit.source._events import start
from remit.source._marks import Marks, pack
from remit.source._position import Position
from remit.source._scalars import resolve, resolve_key
from remit.source._text import hides_something

_CORE: Final = "tag:yaml.org,2002:"
_KNOWN_TAGS: Final = frozenset(
    (
        "binary",
        "bool",
        "float",
        "int",
        "map",
        "merge",
        "null",
        "omap",
        "pairs",
        "seq",
        "set",
        "str",
        "timestamp",
        "value",
    )
)


class _Frame:
    """An open collection: the document itself, a sequence, or a mapping that waits for a key or for a value."""

    __slots__ = ("anchor", "first", "items", "key", "keys", "pairs")

    def __init__(self, pairs: dict[str, Data] | None, items: list[Data] | None, first: int, anchor: str | None) -> None:
        self.pairs = pairs
        self.items = items
        self.key: str | None = None
        self.keys: list[int] = []
        self.first = first
        self.anchor = anchor


class _Anchor:
    """A value that aliases may repeat, with the slice of marks it covers; open until its collection ends."""

    __slots__ = ("end", "first", "open", "value")

    def __init__(self, value: Data, first: int, end: int, *, is_open: bool) -> None:
        self.value = value
        self.first = first
        self.end = end
        self.open = is_open


class Composer:
    """Builds the documents of one file from its events."""

    def __init__(self, file: str, bounds: Bounds) -> None:
        self.file = file
        self.bounds = bounds
        self.documents: list[Document] = []
        self.errors: list[SourceError] = []
        self._steps: dict[type[yaml.Event], Callable[..., None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._open_document,
            yaml.DocumentEndEvent: self._close_document,
        }
        self._index = -1
        self._room = 2 * bounds.nodes
        self._alias_nodes = 0
        self._faults_before = 0
        self._empty = False
        self._marks: list[int] = []
        self._anchors: dict[str, _Anchor] = {}
        self._stack: list[_Frame] = []
        self._frame = _Frame(None, [], 0, None)

    def run(self, events: Iterable[yaml.Event]) -> Parsed:
        """All documents; stops early at a fault after which nothing can be trusted."""
        steps = self._steps
        try:
            for event in events:
                step = steps.get(type(event))
                if step is not None:
                    step(event)
        except SourceError as error:
            self.errors.append(error)
        return Parsed(tuple(self.documents), tuple(self.errors))

    # Documents

    def _open_document(self, event: yaml.DocumentStartEvent) -> None:
        self._index += 1
        if self._index >= self.bounds.documents:
            self._stop(messages.too_many_documents(self.bounds.documents), event)
        self._faults_before = len(self.errors)
        self._empty = False
        self._marks = []
        self._anchors = {}
        self._stack = []
        self._frame = _Frame(None, [], 0, None)
        if event.version not in (None, (1, 2)):
            major, minor = event.version
            self._refuse(NotPlain, messages.old_version(f"{major}.{minor}"), event)

    def _close_document(self, _event: yaml.DocumentEndEvent) -> None:
        self._room -= len(self._marks)
        items = self._frame.items
        if items and not self._empty and len(self.errors) == self._faults_before:
            self.documents.append(Document(self.file, self._index, items[0], Marks(pack(self._marks))))

    # Values

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        text: str = event.value
        plain = event.style in (None, "") and event.tag is None
        frame = self._frame
        if frame.pairs is not None and frame.key is None:
            self._key(frame, text, plain, event)
            return
        value: Data = text
        if plain:
            resolved = resolve(text)
            if isinstance(resolved, Text):
                self._refuse(AmbiguousScalar, resolved, event)
            else:
                value = resolved
            if not text and not self._stack:
                self._empty = event.anchor is None
        else:
            self._check_written(event)
        self._check_room(event)
        first = len(self._marks)
        self._marks += start(event)
        if event.anchor is not None:
            self._anchor(event, event.anchor, _Anchor(value, first, first + 2, is_open=False))
        self._put(frame, value)

    def _check_written(self, event: yaml.ScalarEvent) -> None:
        if event.tag is not None:
            self._refuse(NotPlain, messages.tag(_tag_name(event.tag)), event)
        elif event.style == '"':
            words = hides_something(event.value)
            if words:
                self._refuse(NotText, words, event)

    def _put(self, frame: _Frame, value: Data) -> None:
        if frame.items is not None:
            frame.items.append(value)
            return
        assert frame.pairs is not None  # noqa: S101 - a frame holds items or pairs
        assert frame.key is not None  # noqa: S101 - in pairs, a value follows its key
        frame.pairs[frame.key] = value
        frame.key = None

    # Keys

    def _key(self, frame: _Frame, text: str, plain: bool, event: yaml.ScalarEvent) -> None:
        assert frame.pairs is not None  # noqa: S101 - only mappings have keys
        if plain:
            words = resolve_key(text)
            if words:
                self._refuse(NotPlain, words, event)
        else:
            self._check_written(event)
        line, column = start(event)
        if text in frame.pairs:
            self._duplicate(frame, text, Position(self.file, line, column))
        else:
            frame.keys.append(len(self._marks))
        if event.anchor is not None:
            self._anchor(event, event.anchor, _Anchor(text, len(self._marks), len(self._marks) + 2, is_open=False))
        self._marks += (line, column)
        frame.key = text

    def _duplicate(self, frame: _Frame, key: str, position: Position) -> None:
        assert frame.pairs is not None  # noqa: S101 - only mappings have keys
        at = frame.keys[list(frame.pairs).index(key)]
        first = Position(self.file, self._marks[at], self._marks[at + 1])
        self._report(DuplicateKey.of(messages.duplicate_key(key, first), position))

    # Collections

    def _mapping(self, event: yaml.MappingStartEvent) -> None:
        pairs: dict[str, Data] = {}
        self._open(event, pairs, _Frame(pairs, None, len(self._marks), event.anchor))

    def _sequence(self, event: yaml.SequenceStartEvent) -> None:
        items: list[Data] = []
        self._open(event, items, _Frame(None, items, len(self._marks), event.anchor))

    def _open(self, event: yaml.CollectionStartEvent, value: Data, inner: _Frame) -> None:
        outer = self._frame
        if len(self._stack) >= self.bounds.depth:
            self._stop(messages.too_deep(self.bounds.depth), event)
        self._check_room(event)
        if outer.pairs is not None and outer.key is None:
            self._stop_at_key(event)
        if event.tag is not None:
            self._refuse(NotPlain, messages.tag(_tag_name(event.tag)), event)
        if event.anchor is not None:
            self._anchor(event, event.anchor, _Anchor(value, inner.first, inner.first, is_open=True))
        self._marks += start(event)
        self._put(outer, value)
        self._stack.append(outer)
        self._frame = inner

    def _close(self, _event: yaml.CollectionEndEvent) -> None:
        anchor = self._frame.anchor
        if anchor is not None:
            self._anchors[anchor].end = len(self._marks)
            self._anchors[anchor].open = False
        self._frame = self._stack.pop()

    # Aliases

    def _alias(self, event: yaml.AliasEvent) -> None:
        frame = self._frame
        if frame.pairs is not None and frame.key is None:
            self._stop_at_key(event)
        anchor = self._anchors.get(event.anchor or "")
        if anchor is None or anchor.open:
            self._stop(messages.unknown_alias() if anchor is None else messages.recursive_alias(), event, NotPlain)
        size = (anchor.end - anchor.first) // 2
        self._alias_nodes += size
        if self._alias_nodes > self.bounds.alias_nodes:
            self._stop(messages.alias_bomb(self.bounds.alias_nodes), event)
        self._check_room(event)
        self._marks += start(event)
        self._marks += self._marks[anchor.first + 2 : anchor.end]
        self._put(frame, anchor.value)

    def _anchor(self, event: yaml.NodeEvent, name: str, anchor: _Anchor) -> None:
        earlier = self._anchors.get(name)
        if earlier is not None:
            first = Position(self.file, self._marks[earlier.first], self._marks[earlier.first + 1])
            self._stop(messages.duplicate_anchor(first), event, NotPlain)
        self._anchors[name] = anchor

    # Faults

    def _check_room(self, event: yaml.Event) -> None:
        if len(self._marks) >= self._room:
            self._stop(messages.too_many_nodes(self.bounds.nodes), event)

    def _stop_at_key(self, event: yaml.Event) -> NoReturn:
        self._stop(messages.complex_key(), event, NotPlain)

    def _refuse(self, cause: type[SourceError], words: Text, event: yaml.Event) -> None:
        self._report(cause.of(words, self._position(event)))

    def _report(self, error: SourceError) -> None:
        self.errors.append(error)
        if len(self.errors) >= self.bounds.errors:
            raise TooLarge.of(messages.too_many_errors(self.bounds.errors), error.position)

    def _stop(self, words: Text, event: yaml.Event, cause: type[SourceError] = TooLarge) -> NoReturn:
        raise cause.of(words, self._position(event))

    def _position(self, event: yaml.Event) -> Position:
        return Position(self.file, *start(event))


def _tag_name(tag: str) -> str:
    """A tag as written if it is a well-known one; a value that merely starts with `!` may be a secret."""
    name = tag.removeprefix(_CORE)
    if name.startswith("python/"):
        return "!!python/"
    return f"!!{name}" if name in _KNOWN_TAGS else ""
