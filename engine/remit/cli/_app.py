"""All commands, in the order in which one meets them."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._group import Commands
from remit.cli.commands import COMMANDS, audit, lease

app = typer.Typer(
    name="remit",
    cls=Commands,
    help="Policy as code for access to LLMs: reviewed, enforced, reconciled, proven.",
    epilog="Exit codes: 0 nothing to do or passed, 1 error, 2 changes pending, 3 findings or denied, "
    "4 policy tests failed, 64 wrong usage.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from remit import __version__

        typer.echo(f"remit {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Policy as code for access to LLMs: reviewed, enforced, reconciled, proven.

    \b
    Example:
      remit init governance && cd governance && remit check && remit test
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for name, command in COMMANDS.items():
    app.command(name)(command)

audits = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
app.add_typer(audits, name="audit")


@audits.callback()
def audit_root(context: typer.Context) -> None:
    """See what happened, prove that the record of it holds, and record approvals."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for name, command in audit.COMMANDS.items():
    audits.command(name)(command)

leases = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
app.add_typer(leases, name="lease")


@leases.callback()
def lease_root(context: typer.Context) -> None:
    """See which run is at work on a target, and give back what a killed one holds."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for name, command in lease.COMMANDS.items():
    leases.command(name)(command)
