"""A real LiteLLM proxy for the time of a session, where its set-up lies next to the checkout."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

_SETUP = Path(__file__).parents[3] / "shared" / "gateways" / "litellm"
_INSTALL_S = 600


@dataclass(frozen=True, slots=True)
class LiveProxy:
    """Where it listens, and the key that may do everything."""

    url: str
    master_key: str = "sk-master-1234"

    def client(self) -> httpx2.Client:
        """An administrator's client."""
        return httpx2.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.master_key}"}, timeout=60)


@contextmanager
def running(home: Path) -> Iterator[LiveProxy]:
    """Start one in `home`, which keeps what was installed there before; its data is dropped before and after.

    Raises CalledProcessError where it does not start.
    """
    settings = {**os.environ, **_ports(), "HOME_DIR": str(home), "WIPE": "1"}
    settings.pop("VIRTUAL_ENV", None)
    shutil.rmtree(home / "pg" / "data", ignore_errors=True)
    try:
        yield LiveProxy(_script("up", settings).splitlines()[-1])
    finally:
        _script("down", settings)


def _script(name: str, settings: dict[str, str]) -> str:
    # into a file: what it leaves running would hold a pipe open for ever
    log = Path(settings["HOME_DIR"]) / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        subprocess.run(
            [str(_SETUP / name)], env=settings, check=True, timeout=_INSTALL_S, stdout=output, stderr=subprocess.STDOUT
        )
    return log.read_text()


def _ports() -> dict[str, str]:
    """Three ports that are free now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    numbers = [str(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return dict(zip(("PORT", "PGPORT", "UPORT"), numbers, strict=True))
