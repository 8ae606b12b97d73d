"""How far a rule on requests reaches: asked rule by rule, and no further than to the first case."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from itertools import compress

from remit.bundle import CompiledRule, selected
from remit.check._survey import Survey


class Reach(Enum):
    """No key and model are selected; some are, but it is false for all of them; it may hold for some."""

    NOWHERE = auto()
    MATCHES = auto()
    APPLIES = auto()


def reach(survey: Survey, rule: CompiledRule) -> Reach:
    """Where a rule on requests may hold, of all keys with the models they list."""
    found = Reach.NOWHERE
    for name, model in _situations(survey, rule):
        found = Reach.MATCHES
        if survey.may_apply(rule, survey.pair(name, model)[1]):
            return Reach.APPLIES
    return found


def _situations(survey: Survey, rule: CompiledRule) -> Iterator[tuple[str, str]]:
    """A key and a model that the rule's policy selects, of each sort that the rule can tell apart."""
    models = {name for name in survey.names("Model") if selected(rule.match, survey.context("Model", name).selectors)}
    reads = rule.condition.references if rule.condition else frozenset()
    read = [path in reads for path in survey.bundle.resolver.selector.key_paths]
    seen: set[object] = set()
    for name, standing in survey.keys.items():
        if not selected(rule.match, standing.selectors):
            continue
        shown = tuple(compress(standing.seen, read))
        for model in standing.key.spec.models:
            if model in models and (shown, model) not in seen:
                seen.add((shown, model))
                yield name, model
