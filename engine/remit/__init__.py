"""Remit: policy as code for access to LLMs.

    import remit

    engine = remit.load("policies/")
    decision = engine.evaluate(key="ranker-prod", model="gpt-4o-mini", purpose="product-search")

Importing this module imports nothing else: what a name needs is loaded when the name is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit._process import evaluate as evaluate
    from remit.decide import Decision as Decision
    from remit.decide import Engine as Engine
    from remit.decide import Reason as Reason
    from remit.decide import Usage as Usage
    from remit.decide import load as load

__version__ = "0.1.0"
_HOMES = {
    "Decision": "remit.decide",
    "Engine": "remit.decide",
    "Reason": "remit.decide",
    "Usage": "remit.decide",
    "evaluate": "remit._process",
    "load": "remit.decide",
}
__all__ = ["Decision", "Engine", "Reason", "Usage", "__version__", "evaluate", "load"]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module `remit` has no attribute `{name}`")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
