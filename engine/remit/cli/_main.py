"""The entry point."""

from __future__ import annotations

import atexit
import gc
import sys

from remit.cli._exit import ExitCode


def main() -> None:
    """Run the command line of this process, and exit with its code."""
    # a process that ends need not look for cycles among all that it made; its memory goes back as a whole
    atexit.register(gc.freeze)
    try:
        from remit.cli._app import app

        for stream in (sys.stdout, sys.stderr):
            # a terminal that cannot show a character gets its escape instead of an exception
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        app(prog_name="remit")
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
