"""Arguments and options that several commands share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from remit.cli import _messages as messages
from remit.cli._complete import key_names, model_names, target_names

DEFAULT_POLICIES = Path("policies")


def parse_instant(text: str) -> datetime:
    """An instant with its zone. Raises typer.BadParameter."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise typer.BadParameter(messages.not_an_instant())
    return found


PathArgument = Annotated[
    Path, typer.Argument(metavar="PATH", envvar="REMIT_POLICIES", show_envvar=False, help="The policies.")
]
PoliciesOption = Annotated[
    Path,
    typer.Option("--policies", "-p", metavar="PATH", envvar="REMIT_POLICIES", help="The policies, or a saved bundle."),
]
RefOption = Annotated[
    str | None, typer.Option("--ref", metavar="REF", help="As they were at this commit, branch or tag.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, and nothing else.")]
NowOption = Annotated[
    datetime | None,
    typer.Option("--now", metavar="INSTANT", parser=parse_instant, help="Instead of the clock, for the same answer."),
]
StateOption = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="DIR",
        envvar="REMIT_STATE",
        help="What Remit remembers between runs, and local targets; `.remit` beside the policies by default.",
    ),
]
KeyOption = Annotated[str, typer.Option("--key", metavar="NAME", autocompletion=key_names, help="Who asks.")]
ModelOption = Annotated[
    str, typer.Option("--model", metavar="NAME", autocompletion=model_names, help="What is asked; an alias will do.")
]
TargetOption = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="NAME", autocompletion=target_names, help="Only this one; may be repeated."),
]
RotateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rotate", metavar="KEY", autocompletion=key_names, help="Give this key a new value; may be repeated."
    ),
]
KeyArgument = Annotated[str, typer.Argument(metavar="KEY", autocompletion=key_names, help="The name of a key.")]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to this file.")]
