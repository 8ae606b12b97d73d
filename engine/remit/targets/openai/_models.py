"""Between the names of models in git and OpenAI's own ids: two of ours may be one there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from remit.targets._object import TargetObject

CAP = "model_caps."
_FOREIGN = "openai/"


@dataclass(frozen=True, slots=True)
class Models:
    """`upstream` is OpenAI's id by our name; what is not in it is called the same there and here."""

    upstream: Mapping[str, str] = field(default_factory=dict)

    def id_of(self, name: str) -> str:
        """What OpenAI calls one of ours."""
        return self.upstream.get(name, name)

    def sent(self, wanted: TargetObject) -> TargetObject:
        """With OpenAI's ids. A limit of two of ours that are one there is the sum, or none where one has none; one of
        what is none of ours is not ours."""
        ids = None if wanted.models is None else tuple(sorted({self.id_of(name) for name in wanted.models}))
        sums: dict[str, int] = {}
        for name, value in wanted.model_caps.items():
            there = self._cap(name)
            if self.knows(there.partition(".")[2]):
                sums[there] = sums.get(there, 0) + value
        unbound = set(self._unbound(wanted))
        return replace(wanted, models=ids, model_caps={cap: most for cap, most in sums.items() if cap not in unbound})

    def changed(self, changed: frozenset[str], wanted: TargetObject) -> frozenset[str]:
        """The names of what changed, with OpenAI's ids: with the list of models also the sums that it is part of."""
        caps = {self._cap(name.removeprefix(CAP)) for name in changed if name.startswith(CAP)}
        if "models" in changed:
            caps |= {self._cap(name) for name in wanted.model_caps if self._shared(name.partition(".")[2])}
        return frozenset(
            (*(name for name in changed if not name.startswith(CAP)), *(f"{CAP}{name}" for name in sorted(caps)))
        )

    def knows(self, each: str) -> bool:
        """Whether one of ours is this to OpenAI, or may be, where there is no catalogue."""
        return not self.upstream or bool(self._all(each))

    def told(self, wanted: TargetObject) -> tuple[tuple[str, ...], dict[str, int]]:
        """What cannot be told by ids alone: the models and limits of which there is more than one name."""
        models = tuple(name for name in wanted.models or () if self._shared(name))
        caps = {name: most for name, most in wanted.model_caps.items() if self._shared(name.partition(".")[2])}
        return models, caps

    def names_of(self, ids: Iterable[str], told: Iterable[str] = ()) -> tuple[str, ...]:
        """Ours: those that were `told`, else the first of that id. An id of none of ours is never taken for one."""
        return tuple(sorted({name for each in ids for name in self._names(each, frozenset(told))}))

    def caps_of(self, found: Mapping[str, int], told: Mapping[str, int]) -> dict[str, int]:
        """Limits by our names: as they were `told` while their sum is what is there, else by the first name."""
        seen: dict[str, int] = {}
        for there, live in found.items():
            parts = {name: most for name, most in told.items() if self._cap(name) == there}
            cap, _, each = there.partition(".")
            seen |= parts if sum(parts.values()) == live and parts else {f"{cap}.{self._names(each)[0]}": live}
        return seen

    def _cap(self, name: str) -> str:
        cap, _, model = name.partition(".")
        return f"{cap}.{self.id_of(model)}"

    def _all(self, each: str) -> tuple[str, ...]:
        return tuple(sorted(name for name, there in self.upstream.items() if there == each))

    def _shared(self, name: str) -> bool:
        return len(self._all(self.id_of(name))) > 1

    def _names(self, each: str, told: frozenset[str] = frozenset()) -> tuple[str, ...]:
        ours = self._all(each)
        if not ours:
            return (f"{_FOREIGN}{each}" if each in self.upstream else each,)
        return tuple(name for name in ours if name in told) or ours[:1]

    def _unbound(self, wanted: TargetObject) -> Iterator[str]:
        """The limits that one of several names has and another one, which may be called too, has not."""
        for name in wanted.model_caps:
            cap, _, model = name.partition(".")
            twins = (each for each in wanted.models or () if self.id_of(each) == self.id_of(model))
            if any(f"{cap}.{each}" not in wanted.model_caps for each in twins):
                yield self._cap(name)
