"""A session: one text after another is answered, and variables are remembered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from remit.cel import CelError, CelSyntaxError, parse, show
from remit.cli import _messages as messages
from remit.cli._lines import Line
from remit.cli._text import concealed
from remit.cli.cel._answer import Wanted, answer_lines
from remit.cli.cel._attempt import attempt
from remit.cli.cel._fault import fault_lines
from remit.cli.cel._scope import Scope
from remit.resources import masked

_BINDING = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)\s*(?P<value>\S.*)", re.DOTALL)
_LONG_QUOTES = ('"""', "'''")
_HELP = (
    ("EXPR", "its value"),
    (":type EXPR", "its type"),
    (":trace EXPR", "its value, and what each part came to"),
    (":cost EXPR", "its value, and what it costs to evaluate"),
    (":let NAME = EXPR", "remember a value"),
    (":vars", "variables with their types and values"),
    (":help", "this"),
    (":quit", "leave; so does Ctrl-D"),
)
_ORDERS = tuple(name.partition(" ")[0] for name, _ in _HELP[1:])
_WANTED: Mapping[str, Wanted] = {
    "": Wanted(),
    ":type": Wanted(type_only=True),
    ":trace": Wanted(parts=True),
    ":cost": Wanted(cost=True),
}


class Session:
    """Answers texts. `scope` grows by what is remembered; `ended` after `:quit`."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.ended = False
        # a rule's own variables are not for a session to change
        self._fixed = frozenset(scope.types) if scope.currency else frozenset[str]()

    def answer(self, text: str) -> Iterator[Line]:
        """What to show for a text. An error is shown, whatever it is, and the session goes on."""
        text = text.strip()
        if not text:
            return
        order, _, rest = text.partition(" ") if text.startswith(":") else ("", "", text)
        try:
            yield from self._answered(order.strip(), rest.strip())
        except CelError as error:
            yield from fault_lines(error, _source(order, rest.strip()), self.scope)
        except (RecursionError, MemoryError, ArithmeticError, ValueError, TypeError, LookupError) as error:
            yield _said(messages.nothing_evaluated(type(error).__name__))

    def _answered(self, order: str, rest: str) -> Iterator[Line]:
        if order in _WANTED:
            if not rest:
                return iter((_said(messages.needs_expression(order)),))
            return answer_lines(attempt(rest, self.scope), _WANTED[order])
        own: Mapping[str, Callable[[str], Iterator[Line]]] = {
            ":let": self._let,
            ":vars": self._vars,
            ":help": _help,
            ":quit": self._quit,
        }
        if order not in own:
            return iter((_said(messages.unknown_order(order, _ORDERS)),))
        return own[order](rest)

    def _let(self, rest: str) -> Iterator[Line]:
        found = _BINDING.fullmatch(rest)
        if found is None:
            yield _said(messages.needs_binding())
        elif found["name"] in self._fixed:
            yield _said(messages.rule_has_it(found["name"]))
        else:
            tried = attempt(found["value"], self.scope)
            value = tried.value()
            self.scope = self.scope.having(found["name"], tried.program.type, value)
            yield self._shown(found["name"])

    def _vars(self, _: str) -> Iterator[Line]:
        return map(self._shown, sorted(self.scope.types))

    def _shown(self, name: str) -> Line:
        type_ = self.scope.types[name]
        value = show(self.scope.values.get(name), type_, currency=self.scope.currency, hide=masked)
        return (name, "bold"), (f": {messages.short_type(str(type_))}", "cyan"), (f" = {value}", "")

    def _quit(self, _: str) -> Iterator[Line]:
        self.ended = True
        return iter(())


def is_unfinished(text: str) -> bool:
    """Whether more has to come: a bracket is open, a long text has no end, or an operand is missing."""
    body = text.strip()
    if body.startswith(":"):
        order, _, rest = body.partition(" ")
        body = _source(order, rest.strip())
    if not body:
        return False
    try:
        parse(body)
    except CelSyntaxError as error:
        return error.offset >= len(body) or any(body.count(quote) % 2 for quote in _LONG_QUOTES)
    except CelError:
        return False
    return False


def orders() -> tuple[str, ...]:
    """The words with a colon."""
    return _ORDERS


def _source(order: str, rest: str) -> str:
    """The expression of a text."""
    found = _BINDING.fullmatch(rest) if order == ":let" else None
    return found["value"] if found else rest


def _said(sentence: str) -> Line:
    return ("error: ", "error"), (concealed(sentence), "")


def _help(_: str) -> Iterator[Line]:
    width = max(len(name) for name, _ in _HELP)
    return chain((((f"{name:<{width}}  ", "bold"), (words, "")) for name, words in _HELP))
