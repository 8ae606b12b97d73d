"""From a question on the command line to a decision, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from remit.bundle import Bundle
from remit.cli import _messages as messages
from remit.cli._errors import Misuse, say
from remit.cli._output import console, write_json
from remit.cli._place import instant, open_bundle
from remit.cli._question import Asked, Question
from remit.cli._text import concealed
from remit.decide import Decision, Engine, Explanation, RequestFields, Usage
from remit.decide._usage import POOLS
from remit.resources import parse_count, parse_money

_SPENT = tuple(f"spent.{pool}" for pool in sorted(POOLS))
_COUNTERS = tuple(name for name in Usage().facts if name != "spent")


def decided(question: Question) -> Decision:
    """The decision. Raises Misuse for `--usage` and `--tag` that make no sense."""
    engine, usage, fields = _prepared(question)
    return engine.evaluate(key=question.key, model=question.model, usage=usage, now=instant(question.now), **fields)


def explained(question: Question) -> Explanation:
    """The decision and the steps to it. Raises as `decided` does."""
    engine, usage, fields = _prepared(question)
    return engine.explain(key=question.key, model=question.model, usage=usage, now=instant(question.now), **fields)


def show_decision(question: Question, decision: Decision) -> None:
    """On stdout; on stderr a hint where a name may be mistyped."""
    decision = _concealed(decision)
    if question.json:
        write_json(decision.to_json())
        return
    from remit.render.terminal import print_decision

    print_decision(decision, console=console())
    _hint(question, decision)


def show_explanation(question: Question, explanation: Explanation) -> None:
    """As a decision is shown, with every rule that was looked at."""
    explanation = replace(explanation, decision=_concealed(explanation.decision))
    if question.json:
        write_json(explanation.to_json(values=True))
        return
    from remit.render.terminal import print_explanation

    print_explanation(explanation, console=console())
    _hint(question, explanation.decision)


def _concealed(decision: Decision) -> Decision:
    """A decision repeats what was asked for, which may be the value of a key in the place of its name."""
    return replace(decision, key=concealed(decision.key), model=concealed(decision.model))


def parse_usage(pairs: Sequence[str], currency: str) -> Usage:
    """Counters (`requests_today=40`) and money (`spent.team.monthly=90 USD`). Raises Misuse."""
    counters: dict[str, int] = {}
    spent: dict[str, int] = {}
    for name, value in (_pair("--usage", each) for each in pairs):
        if name in _SPENT:
            spent[name.removeprefix("spent.")] = _money(name, value, currency)
        elif name in _COUNTERS:
            counters[name] = _count(name, value)
        else:
            raise Misuse(messages.unknown_counter(name, (*_COUNTERS, *_SPENT)))
    return Usage(**counters, spent=spent)


def request_fields(asked: Asked) -> RequestFields:
    """What the options say about the request. Raises Misuse for a `--tag` that is no pair."""
    tags = dict(_pair("--tag", each) for each in asked.tag or ())
    return {
        "user": asked.user,
        "purpose": asked.purpose,
        "data_class": asked.data_class,
        "scope": asked.scope,
        "input_tokens": asked.input_tokens,
        "output_tokens": asked.output_tokens,
        "stream": asked.stream,
        "tags": tags or None,
    }


def _prepared(question: Question) -> tuple[Engine, Usage, RequestFields]:
    fields = request_fields(question)
    bundle = open_bundle(*question.place)
    return Engine(bundle), parse_usage(question.usage or (), _currency(bundle)), fields


def _currency(bundle: Bundle) -> str:
    return bundle.organization.spec.currency


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise Misuse(messages.not_a_pair(option))
    return name, value


def _count(name: str, value: str) -> int:
    try:
        return parse_count(value)
    except ValueError as error:
        raise Misuse(messages.bad_counter(name, str(error))) from None


def _money(name: str, value: str, currency: str) -> int:
    try:
        money = parse_money(value)
    except ValueError as error:
        raise Misuse(messages.bad_counter(name, str(error))) from None
    if money.currency != currency:
        raise Misuse(messages.foreign_money(name, money.currency, currency))
    return money.micro


def _hint(question: Question, decision: Decision) -> None:
    """A mistyped key is denied like any other, and should be easy to notice."""
    codes = {reason.code for reason in decision.reasons}
    if not codes & {"unknown-key", "unknown-model"}:
        return
    bundle = open_bundle(*question.place)
    known = bundle.keys if "unknown-key" in codes else (*bundle.models, *bundle.aliases)
    kind, name = ("Key", question.key) if "unknown-key" in codes else ("Model", question.model)
    say(messages.unknown_name(kind, name, known))
