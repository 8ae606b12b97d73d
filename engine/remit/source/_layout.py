"""How a text is laid out: its documents, its comments, its indentation. Lines end with LF."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

import yaml

from remit.source._events import events, span

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_REST_OF_MARKER = re.compile(r"[ \t]*(?:#[^\n]*)?\n?")
_BLANK_LINES = re.compile(r"\n[ \t\n]*\Z")


@dataclass(frozen=True, slots=True)
class Body:
    """The slice of a text that holds one document: after its `---`, up to the line of its last value."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Indents:
    """How far a nested mapping is indented, and how far the `-` of a list below a key."""

    mapping: int = 2
    dash: int = 2


class Lines:
    """A text that knows where its lines start."""

    __slots__ = ("file", "starts", "text")

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def at(self, place: tuple[int, int]) -> int:
        """The index of the character at a line and column, from 0."""
        return min(self.starts[min(place[0], len(self.starts) - 1)] + place[1], len(self.text))

    def line_end(self, index: int) -> int:
        """The index after the line that holds the character at `index`."""
        newline = self.text.find("\n", index)
        return len(self.text) if newline < 0 else newline + 1


def bodies(text: str, file: str) -> tuple[Body, ...]:
    """The slice of each document, in order. Raises SyntaxFault."""
    source = Lines(text, file)
    found: list[Body] = []
    begin = end = 0
    for event in events(text, file):
        if isinstance(event, yaml.DocumentStartEvent):
            begin = end = _begin(event, source, first=not found)
        elif isinstance(event, yaml.DocumentEndEvent):
            found.append(Body(begin, end))
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent | yaml.CollectionEndEvent):
            end = max(end, _content_end(event, source, begin))
    return tuple(found)


def comments(text: str, file: str) -> Counter[str]:
    """The comments of a text and how often each occurs. Raises SyntaxFault."""
    source = Lines(text, file)
    parts: list[str] = []
    done = 0
    for event in events(text, file):
        if isinstance(event, yaml.ScalarEvent):
            begin, end = (source.at(place) for place in (span(event).start, span(event).end))
            is_block = event.style in ("|", ">")
            begin = source.line_end(begin) if is_block else begin
            parts += (text[done:begin], "\n" if is_block else "x" * (end > begin))
            done = max(end, begin)
    parts.append(text[done:])
    return Counter(match.group().strip() for match in _COMMENT.finditer("".join(parts)))


def indents(text: str, file: str) -> Indents:
    """The indentation that the text uses first. Raises SyntaxFault."""
    mapping = dash = -1
    stack: list[tuple[bool, int]] = []
    for event in events(text, file):
        if isinstance(event, yaml.CollectionStartEvent):
            is_mapping, column = isinstance(event, yaml.MappingStartEvent), span(event).start[1]
            if stack and stack[-1][0] and not event.flow_style:
                inner = column - stack[-1][1]
                mapping = inner if is_mapping and mapping < 0 else mapping
                dash = inner if not is_mapping and dash < 0 else dash
            stack.append((is_mapping and not event.flow_style, column))
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
    return Indents(mapping if mapping > 0 else 2, dash if dash >= 0 else 2)


def _begin(event: yaml.DocumentStartEvent, source: Lines, *, first: bool) -> int:
    if event.explicit:
        after = source.at(span(event).end)
        rest = _REST_OF_MARKER.match(source.text, after)
        assert rest is not None  # noqa: S101 - the pattern matches the empty string
        return rest.end()
    return 0 if first else source.at((span(event).start[0], 0))


def _content_end(event: yaml.Event, source: Lines, begin: int) -> int:
    """The index after the last line of what an event covers; a block collection covers what its values do."""
    place = span(event)
    end = source.at(place.end)
    if isinstance(event, yaml.CollectionEndEvent):
        is_block = place.start == place.end
        return begin if is_block else source.line_end(end)
    if not isinstance(event, yaml.ScalarEvent) or event.style not in ("|", ">"):
        return source.line_end(end) if end > source.at(place.start) else begin
    start = source.at(place.start)
    end = source.at((place.end[0], 0)) if not source.text[source.at((place.end[0], 0)) : end].strip() else end
    if "+" in source.text[start : source.line_end(start)].partition("#")[0]:
        return end
    return start + len(_BLANK_LINES.sub("\n", source.text[start:end]))
