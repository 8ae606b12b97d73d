"""One document as ruamel.yaml keeps it: comments, order, quotes, and every plain scalar exactly as it is spelt."""

from __future__ import annotations

import io
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    PlainScalarString,
    ScalarString,
    SingleQuotedScalarString,
)
from ruamel.yaml.tag import Tag
from ruamel.yaml.tokens import CommentToken

from remit.source._data import Data, Path
from remit.source._layout import Indents
from remit.source._scalars import needs_quotes, resolve_key

Collection: TypeAlias = CommentedMap | CommentedSeq
Step: TypeAlias = str | int

_NO_WRAPPING = 1 << 30
_NULL = Tag(suffix="tag:yaml.org,2002:null")


class _Verbatim(VersionedResolver):
    """Takes every plain scalar for text, so that it is written as it was read; only an empty one is null."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:  # noqa: ANN401 - ruamel's own signature
        if kind is ScalarNode and implicit[0]:
            return _NULL if value == "" else self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)


class Rewriter:
    """Reads and writes documents with the given indentation."""

    def __init__(self, indents: Indents) -> None:
        yaml = YAML(typ="rt", pure=True)
        yaml.Resolver = _Verbatim
        yaml.preserve_quotes = True
        yaml.width = _NO_WRAPPING
        yaml.indent(mapping=indents.mapping, sequence=indents.dash + 2, offset=indents.dash)
        self._yaml = yaml

    def load(self, text: str) -> Collection | ScalarString | str | None:
        """The document as ruamel's own collections. Raises what ruamel raises."""
        loaded: Collection | ScalarString | str | None = self._yaml.load(text)
        return loaded

    def dump(self, document: Collection | ScalarString | str | None) -> str:
        """The text of a document, ending with a line break."""
        stream = io.StringIO()
        self._yaml.dump(document, stream)
        return stream.getvalue().removesuffix("...\n")  # written after a last value that keeps its line breaks


def written(value: Data, like: object = None) -> object:
    """A value as ruamel writes it so that we read back the same; text is quoted as `like` is, where that is text."""
    if isinstance(value, dict):
        mapping = CommentedMap()
        for key, inner in value.items():
            mapping[_key(key)] = written(inner)
        return mapping
    if isinstance(value, list):
        return CommentedSeq([written(inner) for inner in value])
    if isinstance(value, str):
        return _text(value, like)
    if isinstance(value, bool):
        return PlainScalarString("true" if value else "false")
    return PlainScalarString("null" if value is None else repr(value))


def _text(value: str, like: object = None) -> str:
    style: type[str] = PlainScalarString
    if isinstance(like, SingleQuotedScalarString | DoubleQuotedScalarString):
        style = type(like)
    elif "\n" in value:
        style = LiteralScalarString if all(_is_tidy(line) for line in value.split("\n")) else DoubleQuotedScalarString
    elif needs_quotes(value):
        style = DoubleQuotedScalarString
    return style(value)


def _key(key: str) -> str:
    style: type[str] = DoubleQuotedScalarString if resolve_key(key) else PlainScalarString
    return style(key)


def _is_tidy(line: str) -> bool:
    """Neither blanks that nobody sees, nor what may end or begin a document."""
    return line == line.strip() and not line.startswith(("...", "---"))


# Comments. ruamel hangs the comment lines that follow an entry on the deepest last value of that entry.


def put(root: Collection, path: Path, value: Data) -> None:
    """Sets the entry or item at `path`, whose parent exists."""
    parent, step = _at(root, path[:-1]), path[-1]
    exists = isinstance(parent, CommentedSeq) or step in parent
    anchor = (parent, step) if exists else _last(parent)
    following = _detach(*anchor) if anchor else ""
    parent[step if exists else _key(str(step))] = written(value, parent[step] if exists else None)
    _attach(parent, step, following)


def drop(root: Collection, path: Path) -> None:
    """Deletes the entry or item at `path`, which exists."""
    parent, step = _at(root, path[:-1]), path[-1]
    following = _detach(parent, step)
    steps = _steps(parent)
    at = steps.index(step)
    if isinstance(parent, CommentedMap):
        parent.ca.items.pop(step, None)
    del parent[step]
    if at > 0:
        _attach(parent, steps[at - 1], following)
    elif len(parent) == 0 and len(path) > 1:
        parent.fa.set_flow_style()
        _attach(_at(root, path[:-2]), path[-2], following)
    elif len(parent) > 0:
        _precede(parent, following)


def push(root: Collection, path: Path, value: Data) -> None:
    """Adds an item to the list at `path`, which exists."""
    items = _at(root, path)
    assert isinstance(items, CommentedSeq)  # noqa: S101 - the change was settled against the same data
    last = _last(items)
    following = _detach(*last) if last else _detach(_at(root, path[:-1]), path[-1]) if path else ""
    items.append(written(value))
    _attach(items, len(items) - 1, following)


def _at(root: Collection, path: Path) -> Collection:
    at: Collection = root
    for step in path:
        at = at[step]
    return at


def _steps(collection: Collection) -> list[Step]:
    return list(collection) if isinstance(collection, CommentedMap) else list(range(len(collection)))


def _last(collection: Collection) -> tuple[Collection, Step] | None:
    steps = _steps(collection)
    return (collection, steps[-1]) if steps else None


def _leaf(collection: Collection, step: Step) -> tuple[Collection, Step]:
    """The deepest last entry below an entry that is written in lines of its own."""
    while True:
        value = collection[step]
        last = _last(value) if isinstance(value, CommentedMap | CommentedSeq) and not _is_flow(value) else None
        if last is None:
            return collection, step
        collection, step = last


def _is_flow(collection: Collection) -> bool:
    return bool(collection.fa.flow_style())


def _slot(collection: Collection) -> int:
    return 2 if isinstance(collection, CommentedMap) else 0


def _detach(collection: Collection, step: Step) -> str:
    """Takes the comment lines below an entry off it; what stands beside its last value stays."""
    leaf, step = _leaf(collection, step)
    slots = leaf.ca.items.get(step)
    token = slots[_slot(leaf)] if slots else None
    if token is None:
        return ""
    beside, newline, below = ("", "", token.value) if _is_block(leaf[step]) else token.value.partition("\n")
    slots[_slot(leaf)] = _token(beside + newline, _column(token)) if beside else None
    return str(below)


def _attach(collection: Collection, step: Step, below: str) -> None:
    """Puts comment lines below an entry."""
    leaf, step = _leaf(collection, step)
    if not below:
        return
    slots = leaf.ca.items.setdefault(step, [None, None, None, None])
    token = slots[_slot(leaf)]
    beside = token.value if token else "" if _is_block(leaf[step]) else "\n"
    slots[_slot(leaf)] = _token(beside + below, _column(token))


def _precede(collection: Collection, lines: str) -> None:
    """Puts comment lines before the first entry."""
    kept = [_token(line.strip() + "\n", collection.lc.col) for line in lines.splitlines() if line.strip()]
    if kept:
        slots = collection.ca.items.setdefault(_steps(collection)[0], [None, None, None, None])
        slots[1] = kept


def _is_block(value: object) -> bool:
    return isinstance(value, LiteralScalarString | FoldedScalarString)


def _token(text: str, column: int = 0) -> CommentToken:
    return CommentToken(text, CommentMark(column), None)


def _column(token: CommentToken | None) -> int:
    return token.start_mark.column if token else 0
