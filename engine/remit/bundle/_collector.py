"""Making millions of objects that live on: the collector would walk all of them again and again, for nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected(*, settle: bool = True) -> Iterator[None]:
    """No collection of cycles meanwhile; afterwards the collector is as it was.

    Without `settle`, what was made counts as young: right where it is dropped again soon, time after time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if settle:
                _settle()
            gc.enable()


def _settle() -> None:
    """Count everything there is as old, so that the collector does not begin with a walk over all that was made."""
    if not gc.get_freeze_count():  # whoever froze objects of their own wants them to stay so
        gc.freeze()
        gc.unfreeze()
