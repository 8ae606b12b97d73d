"""Text to tree, with the grammar of cel-python extended by `_grammar.lark`.

Lark's LALR parser calls `_Builder` as it reduces, so no parse tree is made and no depth of brackets
recurses. Macros are expanded while parsing. What a function's name or argument count makes no macro
stays an ordinary call, which the checker and the evaluator then refuse.
"""

from __future__ import annotations

import functools
import importlib.util
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from remit.cel import _messages
from remit.cel._ast import Node
from remit.cel._depth import tree_deeper_than
from remit.cel._screen import Unreadable, screen

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedInput

MAX_LENGTH = 64 * 1024
MAX_DEPTH = 500

_BUILDING = threading.Lock()
_OPENER = re.compile(r"[(\[{?!-]")
_COMMENT = re.compile(r"//.*")
_UNSCREENED = 2_000
"""Characters that the parser takes at most twenty milliseconds for."""
# A level of brackets is at most seven levels of operators: a text with fewer openers needs no walk.
_OPENERS_UNCOUNTED = MAX_DEPTH // 8


def parse(source: str) -> Node:
    """The expression tree of `source`.

    A node's `offset` counts characters from 0 and is where an error about it should point: the sign of
    a binary operator, the name of a field or a method, the bracket of an index, and for every other
    node its first character.

    Raises:
        CelSyntaxError: `source` is no expression, is longer than 64 KiB, or nests deeper than 500 levels.
    """
    from lark.exceptions import UnexpectedInput

    from remit.cel._builder import BuildError

    _bound_text(source)
    try:
        if len(source) > _UNSCREENED:
            screen(source, MAX_DEPTH)
        node = cast("Node", _parser().parse(source))
    except (Unreadable, BuildError) as error:
        raise _messages.syntax_error(error.message, source, error.offset) from None
    except UnexpectedInput as error:
        _refuse(error, source)
    _bound_depth(source, node)
    return node


def _parser() -> Lark:
    """The process-wide parser: built once, in memory only; parsing with it is re-entrant."""
    with _BUILDING:
        return _build()


@functools.cache
def _build() -> Lark:
    """cel-python's grammar is found without importing cel-python, which would load its evaluator."""
    from lark import Lark

    from remit.cel._builder import Builder

    spec = importlib.util.find_spec("celpy")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Lark(
        Path(__file__).with_name("_grammar.lark").read_text("utf-8"),
        parser="lalr",
        start="expr",
        transformer=Builder(),
        maybe_placeholders=False,
        import_paths=folders,
    )


def _bound_text(source: str) -> None:
    if len(source) > MAX_LENGTH:
        raise _messages.syntax_error(_messages.too_long(len(source), MAX_LENGTH), source, 0)
    try:
        source.encode()
    except UnicodeEncodeError as error:
        raise _messages.syntax_error(_messages.half_character(), source, error.start) from None


def _bound_depth(source: str, node: Node) -> None:
    openers = len(_OPENER.findall(source))
    if openers > _OPENERS_UNCOUNTED and tree_deeper_than(node, MAX_DEPTH):
        raise _messages.syntax_error(_messages.nests_too_deep(MAX_DEPTH), source, 0)


def _refuse(error: UnexpectedInput, source: str) -> NoReturn:
    """Lark's error as ours."""
    from lark.exceptions import UnexpectedToken

    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        blank = not _COMMENT.sub("", source).strip()
        message = _messages.empty_expression() if blank else _messages.unexpected_end()
        raise _messages.syntax_error(message, source, len(source.rstrip())) from None
    offset = error.pos_in_stream or 0
    text = str(error.token) if isinstance(error, UnexpectedToken) else source[offset]
    raise _messages.syntax_error(_messages.unexpected(text), source, offset) from None
