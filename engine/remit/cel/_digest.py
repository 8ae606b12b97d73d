"""A stable name for a tree: the same wherever and whenever the same expression is read."""

from __future__ import annotations

import hashlib
import json

from remit.cel._ast import Node
from remit.cel._serialise import rows


def digest(ast: Node) -> str:
    """The SHA-256 of the tree in hexadecimal; offsets take no part."""
    text = json.dumps(rows(ast, offsets=False), ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
