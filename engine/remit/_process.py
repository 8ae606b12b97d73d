"""One engine for the whole process: what `remit.evaluate` uses."""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from typing import Unpack

from remit.decide import Decision, Engine, RequestFields, Usage, load

_lock = Lock()
_engines: list[Engine] = []


def engine() -> Engine:
    """The engine of this process, loaded at the first call from `REMIT_BUNDLE`, else from `policies`."""
    with _lock:
        if not _engines:
            _engines.append(load())
    return _engines[0]


def use(replacement: Engine | None) -> None:
    """Take another engine from now on; None loads anew at the next call."""
    with _lock:
        _engines[:] = [] if replacement is None else [replacement]


def evaluate(
    *,
    key: str,
    model: str,
    usage: Usage | None = None,
    now: datetime | None = None,
    **request: Unpack[RequestFields],
) -> Decision:
    """`Engine.evaluate` on the engine of this process."""
    current = _engines[0] if _engines else engine()
    return current.evaluate(key=key, model=model, usage=usage, now=now, **request)
