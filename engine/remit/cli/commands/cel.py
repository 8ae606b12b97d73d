"""`remit cel`: an expression, checked and evaluated."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from remit.cli._complete import key_names, model_names
from remit.cli._exit import ExitCode
from remit.cli._question import Asked, taking


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial(Asked):
    """An expression, its variables, and what to say about it."""

    expression: Annotated[
        str | None,
        typer.Argument(metavar="EXPR", help="The expression; `-` reads it from stdin; none begins a session."),
    ] = None
    var: Annotated[
        list[str] | None,
        typer.Option("--var", metavar="NAME[:TYPE]=VALUE", help="A variable; JSON, or text as it is; repeatable."),
    ] = None
    variables: Annotated[
        Path | None, typer.Option("--vars", metavar="FILE", help="Variables from a file of JSON or YAML.")
    ] = None
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="NAME", autocompletion=key_names, help="See what a rule sees: who asks."),
    ] = None
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", autocompletion=model_names, help="And what is asked.")
    ] = None
    type_only: Annotated[bool, typer.Option("--type", help="Only check it, and print its type.")] = False
    trace: Annotated[bool, typer.Option("--trace", help="Also what each part came to.")] = False
    cost: Annotated[bool, typer.Option("--cost", help="Also what it costs to evaluate.")] = False
    ast: Annotated[bool, typer.Option("--ast", help="Also its tree, with types.")] = False


@taking(Trial)
def cel(trial: Trial) -> int:
    """Check and evaluate an expression.

    Variables are your own, or with `--key` and `--model` those that a rule on this request would see. Without an
    expression, on a terminal, it begins a session: `:help` says what it takes. Exits with 1 when the expression does
    not parse, does not check, or has no value.

    \b
    Example:
      remit cel 'wait > duration("1h")' --var wait:duration=90m
      remit cel 'request.purpose in key.purposes' --key ranker-prod --model mini --purpose search
    """
    from remit.cli._trying import begin, expression, scope_of, tried

    source = expression(trial)
    scope = scope_of(trial)
    if source is None:
        begin(scope)
        return ExitCode.OK
    return tried(trial, source, scope)
