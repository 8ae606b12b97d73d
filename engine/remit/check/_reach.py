"""How far a rule on requests reaches: asked rule by rule, and no further than to the first case."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import compress

from remit.bundle import CompiledRule, selected, values
from remit.cel import Literal, postorder
from remit.check._survey import Survey

_Seen = tuple[Hashable, ...]


class Reach(Enum):
    """No key and model are selected; some are, but it is false for all of them; it may hold for some."""

    NOWHERE = auto()
    MATCHES = auto()
    APPLIES = auto()


@dataclass(frozen=True, slots=True)
class Reaches:
    """Asks how far rules reach. `_shown`: for what rules may read of a key, which keys show what."""

    survey: Survey
    _shown: dict[tuple[bool, ...], dict[_Seen, list[str]]] = field(default_factory=dict)

    def of(self, rule: CompiledRule) -> Reach:
        """Where a rule on requests may hold, of all keys with the models they list."""
        found = Reach.NOWHERE
        for name, model in self._situations(rule):
            found = Reach.MATCHES
            if self.survey.may_apply(rule, self.survey.pair(name, model)[1]):
                return Reach.APPLIES
        return found

    def _situations(self, rule: CompiledRule) -> Iterator[tuple[str, str]]:
        """A key and a model that the rule's policy selects, of each sort that the rule can tell apart."""
        models = self._models(rule)
        words, sorts = _words(rule), len(set(models.values()))
        # what a rule names is where it most likely holds
        for _, names in sorted(self._keys(rule).items(), key=lambda each: words.isdisjoint(each[0])):
            seen: set[_Seen] = set()
            for name in names:
                if len(seen) == sorts:
                    break
                standing = self.survey.keys[name]
                if not selected(rule.match, standing.selectors):
                    continue
                new = {models[model]: model for model in standing.key.spec.models if model in models}
                yield from ((name, model) for sort, model in new.items() if sort not in seen)
                seen.update(new)

    def _models(self, rule: CompiledRule) -> dict[str, _Seen]:
        """What the rule sees of each model that its policy selects."""
        paths = [path for path in _reads(rule) if path[0] == "model"]
        contexts = ((name, self.survey.context("Model", name)) for name in self.survey.names("Model"))
        return {name: values(paths, each.facts) for name, each in contexts if selected(rule.match, each.selectors)}

    def _keys(self, rule: CompiledRule) -> dict[_Seen, list[str]]:
        """The names of keys by what the rule sees of them."""
        reads = _reads(rule)
        mask = tuple([path in reads for path in self.survey.bundle.resolver.selector.key_paths])
        found = self._shown.get(mask)
        if found is None:
            found = self._shown[mask] = {}
            for name, standing in self.survey.keys.items():
                found.setdefault(tuple(compress(standing.seen, mask)), []).append(name)
        return found


def _reads(rule: CompiledRule) -> frozenset[tuple[str, ...]]:
    return rule.condition.references if rule.condition else frozenset()


def _words(rule: CompiledRule) -> frozenset[object]:
    tree = rule.condition.ast if rule.condition else None
    return frozenset(each.value for each in postorder(tree) if isinstance(each, Literal)) if tree else frozenset()
