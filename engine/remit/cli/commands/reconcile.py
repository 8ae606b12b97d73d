"""`remit reconcile`: plan and apply on a schedule, as one process."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._options import DEFAULT_POLICIES, PoliciesOption, RefOption, StateOption, TargetOption


def reconcile(
    interval: Annotated[str, typer.Option("--interval", metavar="DURATION", help="Between two turns.")] = "5m",
    once: Annotated[bool, typer.Option("--once", help="One turn, then end: for a scheduler that starts it.")] = False,
    listen: Annotated[
        str, typer.Option("--listen", metavar="ADDRESS", help="Where `/healthz`, `/readyz`, `/metrics` are; or `off`.")
    ] = "127.0.0.1:9477",
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Before each turn, `git fetch` and move the branch forward; never a merge.")
    ] = False,
    target: TargetOption = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
) -> int:
    """Plan and apply, turn after turn, without asking.

    Reads the policies anew each turn; when they do not check, the last good ones stay in force. With `--fetch`, the
    clone around them is brought up to date before, no hook of it runs, and they are read at HEAD unless `--ref` says
    otherwise; what cannot be fetched is told, and what is there stays in force. Says what it does as JSON lines on
    stderr. Ends with 0 on SIGTERM or SIGINT, after the step at hand. With `--once`, exits with 1 when not everything is
    as declared by the newest policies.

    \b
    Example:
      remit reconcile --fetch --interval 5m
    """
    from remit.cli._place import state_directory
    from remit.cli._scheduling import Schedule, parsed_interval

    place = state_directory(state, policies)
    schedule = Schedule(policies, ref, place, parsed_interval(interval), tuple(target or ()), fetch)
    return schedule.once() if once else schedule.serve(listen)
