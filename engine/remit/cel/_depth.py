"""How deep an expression nests, without recursion.

Chains that grow to the left, such as `a + b + c` or `a.b.c`, are flat however long they are: every
walk over the tree can follow them in a loop. Everything else inside something else is a level.
"""

from __future__ import annotations

import re

from remit.cel._ast import Call, Index, Node, Select
from remit.cel._tree import children

_TEXT_OR_BRACKET = re.compile(
    r"""//[^\n]*|[rR]\"""[\s\S]*?\"""|[rR]'''[\s\S]*?'''|[rR]"[^"]*"|[rR]'[^']*'"""
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
        parts = [(child, depth + 1) for child in children(current)]
        if parts and _continues_a_chain(current):
            parts[0] = parts[0][0], depth
        pending += parts
    return False


def _continues_a_chain(node: Node) -> bool:
    """Whether the first child of `node` stands on its left, at the same level."""
    if isinstance(node, Call):
        return node.target is not None or (len(node.args) == 2 and not node.function.isidentifier())
    return isinstance(node, (Select, Index))
