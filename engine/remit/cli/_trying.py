"""From the options of `cel` to an answer on stdout, an error on stderr, or a session."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from remit.cel import CelError
from remit.cli import _messages as messages
from remit.cli._errors import Misuse
from remit.cli._exit import ExitCode
from remit.cli._lines import write_lines
from remit.cli._output import write_json
from remit.cli.cel._answer import Wanted, answer_json, answer_lines
from remit.cli.cel._attempt import attempt
from remit.cli.cel._fault import fault_json, fault_lines
from remit.cli.cel._rules import asked_scope
from remit.cli.cel._scope import Scope
from remit.cli.cel._values import given, type_of_data, variables_in

if TYPE_CHECKING:
    from remit.cli.commands.cel import Trial

_STDIN = "-"


def expression(trial: Trial) -> str | None:
    """The text to evaluate; None for a session. Raises Misuse where there is neither text nor terminal."""
    if trial.expression == _STDIN:
        return sys.stdin.read().rstrip("\n")
    if trial.expression is None and not sys.stdin.isatty():
        raise Misuse(messages.no_expression())
    if trial.expression is None and trial.json:
        raise Misuse(messages.session_as_json())
    return trial.expression


def scope_of(trial: Trial) -> Scope:
    """What a rule sees, if asked for, and the variables of the caller. Raises Misuse and CommandError."""
    scope = seen = asked_scope(trial, trial.key, trial.model)
    if trial.variables is not None:
        for name, data in variables_in(trial.variables).items():
            scope = _having(scope, seen, name, given=(type_of_data(name, data), data))
    for name, type_, value in map(given, trial.var or ()):
        scope = _having(scope, seen, name, given=(type_, value))
    return scope


def _having(scope: Scope, seen: Scope, name: str, *, given: tuple[object, object]) -> Scope:
    if name in seen.types:
        raise Misuse(messages.rule_has_it(name))
    return scope.having(name, *given)  # type: ignore[arg-type]


def tried(trial: Trial, source: str, scope: Scope) -> int:
    """The exit code, after everything is said."""
    wanted = Wanted(trial.type_only, trial.ast, trial.cost, trial.trace)
    try:
        found = attempt(source, scope)
        if trial.json:
            write_json(answer_json(found, wanted))
        else:
            write_lines(answer_lines(found, wanted))
    except CelError as error:
        if trial.json:
            write_json(fault_json(error, source, scope))
        else:
            write_lines(fault_lines(error, source, scope), stderr=True)
        return ExitCode.ERROR
    return ExitCode.OK


def begin(scope: Scope) -> None:
    """A session on the terminal, until its end."""
    from remit.cli.cel._prompt import converse
    from remit.cli.cel._session import Session

    converse(Session(scope))
