"""`remit demo`: all of it, on a sample organisation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remit.cli._options import JsonOption


def demo(
    keep: Annotated[Path | None, typer.Option("--keep", metavar="DIR", help="Leave everything there to try.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Less traffic.")] = False,
    traffic: Annotated[
        Path | None, typer.Option("--traffic", metavar="FILE", help="Replay this recorded traffic instead.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """See all of it at work on a sample organisation.

    Checks, tests, plans and applies it, then replays a day of traffic through its policies.

    \b
    Example:
      remit demo --keep try-remit
    """
    from remit.demo import run

    return run(keep=keep, fast=fast, traffic=traffic, as_json=json)
