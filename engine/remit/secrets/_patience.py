"""How long a delivery waits, and how often it tries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib3 import Retry

SECONDS = 15
"""For one answer."""
ATTEMPTS = 3


def patience() -> Retry:
    """For clients on urllib3: tries again at once when there is no connection or a gateway fails.

    Never waits for a limit on requests to end, which may take an hour: the caller is told when that is.
    """
    from urllib3 import Retry

    return Retry(
        ATTEMPTS - 1,
        read=False,
        allowed_methods=None,
        status_forcelist=(502, 504),
        backoff_factor=0.2,
        respect_retry_after_header=False,
        raise_on_status=False,
    )
