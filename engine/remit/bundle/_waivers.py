"""Which rules hold at an instant: one answer for check, evaluate, resolve and reconcile."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from remit.resources import Waiver

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
_NONE: frozenset[str] = frozenset()
WAIVABLE = frozenset({"deny", "throttle", "cap"})


@dataclass(frozen=True, slots=True)
class Exemption:
    """A waiver with its instants placed on the organisation's clock."""

    name: str
    rule: str
    kind: str
    subject: str
    starts: datetime
    expires: datetime

    def active(self, at: datetime) -> bool:
        """Whether it holds: from `starts`, up to but not including `expires`."""
        return self.starts <= at < self.expires


@dataclass(frozen=True, slots=True)
class Effective:
    """What is waived between `since` and `until`; within them the answer does not change."""

    since: datetime
    until: datetime
    waived: Mapping[tuple[str, str, str], str]
    rules: frozenset[str]
    by_subject: Mapping[tuple[str, str], frozenset[str]]

    def waived_rules(self, subjects: Iterable[tuple[str, str]]) -> frozenset[str]:
        """The rules that are waived for any of `subjects`."""
        found = [self.by_subject[each] for each in subjects if each in self.by_subject]
        return frozenset().union(*found) if found else _NONE

    def waiver(self, rule: str, subjects: Iterable[tuple[str, str]]) -> str | None:
        """The name of a waiver of `rule` for any of `subjects` (kind, name), if there is one."""
        if rule not in self.rules:
            return None
        return next((name for each in subjects if (name := self.waived.get((rule, *each))) is not None), None)


@dataclass(frozen=True, slots=True)
class Calendar:
    """All waivers, and the instants at which what is waived changes."""

    exemptions: tuple[Exemption, ...]
    boundaries: tuple[datetime, ...]
    _found: dict[int, Effective] = field(default_factory=dict, compare=False, repr=False)

    def at(self, instant: datetime) -> Effective:
        """What is waived at `instant`."""
        index = bisect_right(self.boundaries, instant)
        found = self._found.get(index)
        if found is None:
            found = self._found[index] = self._between(index, instant)
        return found

    def _between(self, index: int, instant: datetime) -> Effective:
        since = self.boundaries[index - 1] if index else BEGINNING
        until = self.boundaries[index] if index < len(self.boundaries) else END
        active = [each for each in self.exemptions if each.active(instant)]
        waived = {(each.rule, each.kind, each.subject): each.name for each in active}
        by_subject: dict[tuple[str, str], frozenset[str]] = {}
        for each in active:
            subject = (each.kind, each.subject)
            by_subject[subject] = by_subject.get(subject, _NONE) | {each.rule}
        return Effective(since, until, waived, frozenset(each.rule for each in active), by_subject)


def calendar(exemptions: Iterable[Exemption]) -> Calendar:
    """Order the instants of all waivers."""
    every = tuple(exemptions)
    return Calendar(every, tuple(sorted({instant for each in every for instant in (each.starts, each.expires)})))


def rule_id(waiver: Waiver) -> str:
    """`policy/rule`."""
    return f"{waiver.spec.policy}/{waiver.spec.rule}"
