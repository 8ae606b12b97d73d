"""Resources and rules, compiled into one immutable, content-addressed bundle.

What compiles and compares is loaded when it is first used: a process that loads a saved bundle does neither.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from remit.bundle._bounds import Bounds, merged
from remit.bundle._bundle import Bundle, EffectiveRule, UnknownKey, aware
from remit.bundle._catalogue import Catalogue, Declared, declare
from remit.bundle._collector import uncollected
from remit.bundle._context import Context, pair
from remit.bundle._entitlement import BudgetPool, Cap, Entitlement, Exclusion, Origin, Violation
from remit.bundle._environment import ABOVE, USAGE_COUNTS, variables
from remit.bundle._index import RuleIndex
from remit.bundle._prices import TokenPrices
from remit.bundle._resolve import KeyFacts, Resolver, Standing
from remit.bundle._rules import CompiledRule
from remit.bundle._select import RequestRules, Residual, values
from remit.bundle._selectors import selected
from remit.bundle._store import NotABundle, load_bundle, save_bundle
from remit.bundle._violations import said
from remit.bundle._waivers import Effective

if TYPE_CHECKING:
    from remit.bundle._compile import Compilation, compile_declared, compile_tree
    from remit.bundle._diff import Difference, diff_bundles
    from remit.bundle._reading import Cache

_LAZY = {
    "Cache": "_reading",
    "Compilation": "_compile",
    "Difference": "_diff",
    "compile_declared": "_compile",
    "compile_tree": "_compile",
    "diff_bundles": "_diff",
}

__all__ = [
    "ABOVE",
    "USAGE_COUNTS",
    "BudgetPool",
    "Bounds",
    "Bundle",
    "Cache",
    "Cap",
    "Catalogue",
    "Compilation",
    "Context",
    "CompiledRule",
    "Declared",
    "Effective",
    "Difference",
    "EffectiveRule",
    "Entitlement",
    "Exclusion",
    "KeyFacts",
    "NotABundle",
    "Origin",
    "RequestRules",
    "Residual",
    "Resolver",
    "RuleIndex",
    "Standing",
    "TokenPrices",
    "UnknownKey",
    "Violation",
    "aware",
    "compile_declared",
    "compile_tree",
    "declare",
    "diff_bundles",
    "load_bundle",
    "merged",
    "pair",
    "said",
    "save_bundle",
    "selected",
    "uncollected",
    "values",
    "variables",
]


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    globals()[name] = value
    return value
