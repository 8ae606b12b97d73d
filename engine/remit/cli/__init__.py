"""The command line: `remit`. One command a file, in `remit.cli.commands`; what it does is in the library."""

from remit.cli._exit import ExitCode
from remit.cli._main import main

__all__ = ["ExitCode", "main"]
