"""Regular expressions that are written out in an expression, and are none."""

from __future__ import annotations

from remit.cel._ast import Call, Literal, Node
from remit.cel._errors import CelError
from remit.cel._texts import pattern
from remit.cel._tree import postorder


def bad_patterns(tree: Node) -> tuple[int, ...]:
    """The offsets of literal arguments of `matches` that RE2 refuses: wrong before any value is known."""
    found = [node.args[-1] for node in postorder(tree) if isinstance(node, Call) and node.function == "matches"]
    return tuple(each.offset for each in found if isinstance(each, Literal) and not _reads(each.value))


def _reads(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        pattern(value)
    except CelError:
        return False
    return True
