"""Patience with a target that is busy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from remit.targets import Busy

T = TypeVar("T")
Sleep = Callable[[float], None]

ATTEMPTS = 4
LONGEST_WAIT = 60.0


def patiently(call: Callable[[], T], sleep: Sleep) -> T:
    """Make a call, again after `retry_after` (else 1, 2, 4 seconds) as long as the target is busy.

    Busy says that the call had no effect or may be repeated, so this is safe for every call.

    Raises Busy after four attempts, or at once when the target asks for more than a minute.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            return call()
        except Busy as busy:
            pause = busy.retry_after if busy.retry_after is not None else 2.0**attempt
            if pause > LONGEST_WAIT:
                raise
            sleep(max(pause, 0.0))
    return call()
