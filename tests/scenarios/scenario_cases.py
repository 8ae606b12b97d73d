"""The cases of the corpus, and the word of the list that each is about."""

from __future__ import annotations

from functools import cache

from scenario_trees import CASES, CORPUS

__all__ = ["APPLIED", "CASES", "NOUNS", "expected", "number"]

NOUNS: dict[str, range] = {
    "duplicate mapping keys": range(101, 111),
    "unknown fields": range(111, 121),
    "tabs, CRLF, BOM, non-UTF-8": range(121, 131),
    "bombs, big files, deep nesting": range(131, 141),
    "what YAML 1.1 and 1.2 read differently": range(141, 171),
    "negative, NaN or fractional counts and amounts": range(171, 201),
    "unknown names": range(201, 221),
    "declared twice": range(221, 231),
    "names that look alike, bidi controls": range(231, 251),
    "links, submodules, outside the tree": range(251, 271),
    "expressions": range(271, 311),
    "cycles in variables": range(311, 321),
    "rules that nothing reaches": range(321, 331),
    "waivers without expiry, or for nothing": range(331, 341),
    "keys whose models are all denied": range(341, 351),
    "a secret in YAML": range(401, 471),
    "faults in overlays of policy tests": range(471, 481),
}
# A bundle comes of these: what is wrong concerns a key or a target, which is then not in force.
APPLIED = frozenset(
    {
        "207-unknown-sink",
        "208-unknown-target-type",
        "289-bad-regular-expression",
        "299-division-by-zero",
        "341-all-models-denied",
        "342-key-denied",
        "344-key-all-models-excluded-by-team",
    }
)


def number(case: str) -> int:
    """The number of a case."""
    return int(case[:3])


@cache
def expected(case: str) -> str:
    """The findings of a case, one a line."""
    return (CORPUS / case / "expected.txt").read_text(encoding="utf-8")
