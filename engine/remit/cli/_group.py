"""Where commands begin and end: from what they return or raise to an exit code and one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from remit.cli import _messages as messages
from remit.cli._errors import Misuse, explained, say
from remit.cli._exit import ExitCode

_WRONG_USAGE = 2  # what typer means by it; here 2 says that changes are pending


class Commands(TyperGroup):
    """A group whose commands return an exit code, and whose errors are one sentence on stderr."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 - whatever typer hands through
    ) -> Any:  # noqa: ANN401 - as typer declares it
        """Run, and exit with the code; return it instead when not in `standalone_mode`."""
        run = super().main
        code = ended(lambda: run(args, prog_name, complete_var, False, windows_expand_args, **extra))
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as typer declares it
        """Run the command. A reader that went away is no error of ours."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise typer.Exit(ExitCode.CLOSED) from None


def ended(action: Callable[[], object]) -> int:
    """The exit code of `action`, which returns one, or None for 0, or raises."""
    try:
        code = action()
        sys.stdout.flush()
    except BrokenPipeError:
        code = ExitCode.CLOSED
    except typer.Abort:
        code = ExitCode.INTERRUPTED
    except typer.TyperException as error:
        code = _misused(error)
    except Misuse as error:
        say(error.message)
        code = ExitCode.USAGE
    except Exception as error:
        code = _failed(error)
    if code == ExitCode.CLOSED:
        _silence()
    return int(code) if isinstance(code, int) else ExitCode.OK


def _misused(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "remit"
    say(messages.misused(error.format_message(), command))
    return ExitCode.USAGE if error.exit_code == _WRONG_USAGE else ExitCode.ERROR


def _failed(error: Exception) -> int:
    if os.environ.get("REMIT_DEBUG"):
        import traceback

        traceback.print_exc()
    else:
        say(explained(error))
    return ExitCode.ERROR


def _silence() -> None:
    """Let the interpreter flush into nothing when it ends."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
    except (OSError, ValueError):
        return
