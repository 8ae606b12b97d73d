"""Which currencies an expression writes amounts in."""

from __future__ import annotations

from remit.cel._ast import Call, Node
from remit.cel._currencies import MONEY_FUNCTIONS
from remit.cel._tree import postorder


def money_functions(ast: Node) -> tuple[tuple[str, int], ...]:
    """Every call such as `usd(500)` in `ast`: the function's name and the call's offset, in order of the text."""
    calls = (node for node in postorder(ast) if isinstance(node, Call) and node.target is None)
    found = ((call.function, call.offset) for call in calls if call.function in MONEY_FUNCTIONS)
    return tuple(sorted(found, key=lambda call: call[1]))
