"""The expressions of a policy as trees: parsed, or remembered from an earlier time.

A tree is a function of its text alone. Remembering it spares the building of the parser, which takes longer
than everything that it parses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256

from remit.bundle._reading import Cache
from remit.bundle._stamp import expression_parser
from remit.cel import CelError, Node, dump, load, parse
from remit.resources import Policy


@dataclass(slots=True)
class Trees:
    """The trees of one policy; `keep` when all were asked for."""

    cache: Cache | None = None
    key: str = ""
    known: dict[str, Node] = field(default_factory=dict)
    is_new: bool = False

    def parse(self, source: str) -> Node:
        """The tree of an expression. Raises CelError."""
        found = self.known.get(source)
        if found is None:
            found = self.known[source] = parse(source)
            self.is_new = True
        return found

    def keep(self) -> None:
        """Remember what had to be parsed."""
        if self.cache is not None and self.is_new:
            self.cache.put(self.key, json.dumps([[source, dump(tree)] for source, tree in self.known.items()]).encode())


def trees_of(policy: Policy, cache: Cache | None) -> Trees:
    """What is known of the expressions of a policy."""
    if cache is None:
        return Trees()
    text = json.dumps([policy.spec.variables, [rule.model_dump(mode="json") for rule in policy.spec.rules]])
    key = f"{expression_parser()}:trees:{sha256(text.encode()).hexdigest()}"
    return Trees(cache, key, _recalled(cache.get(key)))


def _recalled(stored: bytes | None) -> dict[str, Node]:
    """Nothing for what is not exactly what was put: a cache is never trusted."""
    if stored is None:
        return {}
    try:
        return {source: load(form) for source, form in json.loads(stored)}
    except (ValueError, TypeError, LookupError, AttributeError, CelError):
        return {}
