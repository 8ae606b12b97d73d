"""Which keys and models rules on requests leave alone, found without looking at each pair.

Of most keys and models no rule says anything that is certain before a request. What is certain follows from what
a rule reads, so rules that read the same things are asked once for all keys and models that show them the same.
Only the pairs for which something may be certain are left to be looked at in full.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from remit.bundle._context import Context
from remit.bundle._exclusions import find_denial, may_hold
from remit.bundle._rules import CompiledRule
from remit.bundle._select import Selector, static_paths, values
from remit.bundle._selectors import selected
from remit.bundle._waivers import Effective
from remit.cel import BOOL, And, Node, Program, from_ast, references, specialise

Path = tuple[str, ...]
Facts = Mapping[str, Mapping[str, object]]
_ASKED = frozenset({"request", "usage"})
# `no`: keeps a model from a key; `open` and `shut`: an `allow` rule that may still hold, and one that cannot
Verdict = Literal["no", "open", "shut"]


class Said(NamedTuple):
    """What a rule certainly says, when its policy matches and it is not waived."""

    rule: CompiledRule
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Alike:
    """Rules that read the same things: `key` and `model` are the paths of each side."""

    rules: tuple[CompiledRule, ...]
    key: tuple[Path, ...]
    model: tuple[Path, ...]
    found: dict[Hashable, tuple[Said, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Questions:
    """Asks rules at an instant, and remembers what they said."""

    selector: Selector
    at: datetime

    def ask(self, every: Sequence[_Alike], facts: Facts) -> tuple[Said, ...]:
        """What those rules say of whatever has these facts."""
        said: tuple[Said, ...] = ()
        for alike in every:
            seen = values(alike.key, facts), values(alike.model, facts)
            found = alike.found.get(seen)
            if found is None:
                found = alike.found[seen] = tuple(self._said(alike.rules, facts))
            said += found
        return said

    def _said(self, rules: Iterable[CompiledRule], facts: Facts) -> Iterator[Said]:
        for rule in rules:
            verdict = self._verdict(rule, facts)
            if verdict is not None:
                yield Said(rule, verdict)

    def _verdict(self, rule: CompiledRule, facts: Facts) -> Verdict | None:
        alone = self.selector.alone(rule, facts)
        if rule.verb != "allow":
            return None if find_denial(alone, self.at) is None else "no"
        return "open" if alone.closed_by is None or any(may_hold(each, self.at) for each in alone.allows) else "shut"


@dataclass(frozen=True, slots=True)
class Screen:
    """Asks the rules on requests that hold at one instant; what it was told, it remembers."""

    questions: _Questions
    effective: Effective
    of_key: tuple[_Alike, ...]
    of_both: tuple[_Alike, ...]
    models: Mapping[str, Context]
    of_models: Mapping[str, tuple[Said, ...]]

    def clears(self, key: Context, facts: Facts, models: Iterable[str]) -> bool:
        """Whether no rule certainly keeps any of `models` from the key; `facts` are the key's, with its limits."""
        said = self.questions.ask(self.of_key, facts)
        if not said and not self.of_models and not self.of_both:
            return True
        return all(self._clears(said + self.of_models.get(name, ()), key, facts, name) for name in models)

    def _clears(self, said: tuple[Said, ...], key: Context, facts: Facts, name: str) -> bool:
        if self.of_both:
            said += self.questions.ask(self.of_both, {**facts, **self.models[name].facts})
        if not said:
            return True
        model = self.models[name]
        waived = self.effective.waived_rules((*key.subjects, *model.subjects))
        selectors = {**key.selectors, **model.selectors}
        heard = {each.verdict for each in said if each.rule.id not in waived and selected(each.rule.match, selectors)}
        return "no" not in heard and ("shut" not in heard or "open" in heard)


def screen(selector: Selector, at: datetime, effective: Effective, models: Mapping[str, Context]) -> Screen:
    """Sort the rules on requests by what they read, and ask those about `models`, by name."""
    sorts: dict[tuple[Path, ...], list[CompiledRule]] = {}
    for rule in selector.index.all("request"):
        if rule.verb == "allow" or not _waits(rule.condition):
            sorts.setdefault(static_paths(program for _, program in rule.programs), []).append(rule)
    every = [_alike(paths, rules) for paths, rules in sorts.items()]
    of_model = [each for each in every if each.model and not each.key]
    questions = _Questions(selector, at)
    said = {name: questions.ask(of_model, context.facts) for name, context in models.items()}
    return Screen(
        questions,
        effective,
        of_key=tuple(each for each in every if not each.model),
        of_both=tuple(each for each in every if each.model and each.key),
        models=models,
        of_models={name: each for name, each in said.items() if each},
    )


def _alike(paths: tuple[Path, ...], rules: list[CompiledRule]) -> _Alike:
    model = tuple(path for path in paths if path[0] == "model")
    return _Alike(tuple(rules), tuple(path for path in paths if path[0] != "model"), model)


def _waits(condition: Program | None) -> bool:
    """Whether one term of a conjunction hangs on the request alone, so that nothing declared can make it certain."""
    tree = condition.ast if condition else None
    return isinstance(tree, And) and any(map(_is_asked, tree.terms))


def _is_asked(term: Node) -> bool:
    roots = {path[0] for path in references(term)}
    return bool(roots) and roots <= _ASKED and isinstance(specialise(from_ast(term, type=BOOL), {}), Program)
