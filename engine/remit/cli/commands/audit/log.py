"""`remit audit log`: what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from remit.cli._complete import key_names, target_names
from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, PoliciesOption, StateOption, parse_instant

NEWEST = 50


def log(
    target: Annotated[
        str | None, typer.Option(metavar="NAME", autocompletion=target_names, help="On a target.")
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="NAME", autocompletion=key_names, help="About a key.")] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Such as `created` or `approved`.")] = None,
    actor: Annotated[str | None, typer.Option(metavar="WHO", help="Done by this person or workflow.")] = None,
    run: Annotated[str | None, typer.Option(metavar="RUN", help="Of this run.")] = None,
    commit: Annotated[str | None, typer.Option(metavar="COMMIT", help="For this commit.")] = None,
    since: Annotated[
        datetime | None, typer.Option(metavar="INSTANT", parser=parse_instant, help="Not before this.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(metavar="INSTANT", parser=parse_instant, help="Before this.")
    ] = None,
    after: Annotated[int, typer.Option(metavar="NUMBER", min=0, help="Only events behind this one.")] = 0,
    newest: Annotated[int, typer.Option(metavar="COUNT", min=1, help="So many at the end.")] = NEWEST,
    everything: Annotated[bool, typer.Option("--all", help="Every one, not only the newest.")] = False,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what happens from now, until Ctrl-C.")
    ] = False,
    policies: PoliciesOption = DEFAULT_POLICIES,
    state: StateOption = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document a line, one line an event.")] = False,
) -> int:
    """Show what happened, newest last.

    Every line is an event of the audit chain: when, what, on which target and key, by whom.

    \b
    Example:
      remit audit log --target gateway-prod --since 2026-11-01T00:00:00Z
      remit audit log --all --json
    """
    from remit.cli._auditing import Asked, follow_events, place_of, show_events

    asked = Asked(target, key, kind, actor, run, commit, since, until)
    ledger = place_of(state, policies)
    last = show_events(ledger, asked, after, None if everything else newest, json=json)
    if follow:
        follow_events(ledger, asked, last, json=json)
    return ExitCode.OK
