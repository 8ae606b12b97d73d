"""How deep an expression nests, without recursion.

Chains that grow to the left, such as `a + b + c` or `a.b.c`, are flat however long they are: every
walk over the tree can follow them in a loop. Everything else inside something else is a level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from remit.cel._ast import (
    And,
    Call,
    Conditional,
    Index,
    ListLiteral,
    Macro,
    MapLiteral,
    Node,
    Or,
    Select,
    StructLiteral,
)

_TEXT_OR_BRACKET = re.compile(
    r"""//[^\n]*|[rR][bB]?\"""[\s\S]*?\"""|[rR]'''[\s\S]*?'''|[rR]"[^"]*"|[rR]'[^']*'"""
    r'''|"""(?:[^\\"]|\\[\s\S]|"(?!""))*"""'''
    r"""|'''(?:[^\\']|\\[\s\S]|'(?!''))*'''|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[(\[{]|[)\]}]"""
)


def brackets_deeper_than(source: str, limit: int) -> bool:
    """Whether more than `limit` brackets are open at once somewhere in a well-formed `source`."""
    depth = 0
    for match in _TEXT_OR_BRACKET.finditer(source):
        if match.group() in "([{":
            depth += 1
            if depth > limit:
                return True
        elif match.group() in ")]}":
            depth -= 1
    return False


def tree_deeper_than(node: Node, limit: int) -> bool:
    """Whether `node` has more than `limit` levels."""
    pending = [(node, 1)]
    while pending:
        current, depth = pending.pop()
        if depth > limit:
            return True
        for child, level in _children(current):
            pending.append((child, depth + level))
    return False


def _children(node: Node) -> Iterator[tuple[Node, int]]:
    """Every child, with 0 when it only continues a chain to the left and 1 otherwise."""
    match node:
        case Select(operand=operand):
            yield operand, 0
        case Index(operand=operand, index=index):
            yield from ((operand, 0), (index, 1))
        case Call(target=None, args=(left, right)):
            yield from ((left, 0), (right, 1))
        case Call(target=target, args=args):
            if target is not None:
                yield target, 0
            yield from ((argument, 1) for argument in args)
        case _:
            yield from ((child, 1) for child in _inner(node))


def _inner(node: Node) -> Iterator[Node]:
    match node:
        case And(terms=terms) | Or(terms=terms) | ListLiteral(elements=terms):
            yield from terms
        case Conditional(test=test, then=then, otherwise=otherwise):
            yield from (test, then, otherwise)
        case MapLiteral(entries=entries):
            yield from (part for entry in entries for part in entry)
        case StructLiteral(fields=fields):
            yield from (value for _, value in fields)
        case Macro(range=range_, body=body, where=where):
            yield from (range_, body)
            if where is not None:
                yield where
