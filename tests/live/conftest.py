"""Real counterparts, started once for a session and stopped at its end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from live.litellm_proxy import LiveProxy, running


@pytest.fixture(scope="session")
def litellm_home() -> Path:
    """Where the proxy is installed: kept between runs, one for each parallel worker."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or tempfile.gettempdir())
    return cache / "remit-live" / f"litellm-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def live_litellm(litellm_home: Path) -> Iterator[LiveProxy]:
    """A real proxy, empty at the start. The first start installs it, which takes a minute or two.

    `REMIT_LIVE_LITELLM` is the address of one that runs already: it is used, and emptied, instead.
    """
    address = os.environ.get("REMIT_LIVE_LITELLM")
    if address:
        yield LiveProxy(address)
        return
    with running(litellm_home) as proxy:
        yield proxy
