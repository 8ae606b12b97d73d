"""How deep an expression nests, without recursion.

Chains that grow to the left, such as `a + b + c` or `a.b.c`, are flat however long they are: every
walk over the tree can follow them in a loop. So are parentheses, of which the tree knows nothing. Everything
else inside something else is a level.
"""

from __future__ import annotations

from remit.cel._ast import Call, Index, Node, Select
from remit.cel._tree import children


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
