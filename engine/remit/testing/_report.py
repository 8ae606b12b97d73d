"""What a run of policy tests found: the outcome of every case, and what was covered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from remit.source import Position

Outcome = Literal["passed", "failed", "errored"]
Missing = Literal["never evaluated", "never true", "never false"]


@dataclass(frozen=True, slots=True)
class Case:
    """One expectation of one suite. `position` is where it is written; `seconds` is how long it took."""

    test: str
    suite: str
    name: str
    outcome: Outcome
    position: Position
    message: str = ""
    expected: str = ""
    actual: str = ""
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A truth value that part of an expression never took; `text` is that part."""

    position: Position
    rule: str
    text: str
    missing: Missing


@dataclass(frozen=True, slots=True)
class Tally:
    """`covered` of `total`."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """From 0 to 100; 100 when there is nothing to cover."""
        return 100 * self.covered / self.total if self.total else 100.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.covered + other.covered, self.total + other.total)


@dataclass(frozen=True, slots=True)
class PolicyCoverage:
    """Of one policy: outcomes of its rules, branches of their expressions, and what is missing."""

    policy: str
    rules: Tally
    branches: Tally
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage by policy, sorted by name."""

    policies: tuple[PolicyCoverage, ...] = ()

    @property
    def rules(self) -> Tally:
        """Of all policies together: a rule counts two, once for either outcome."""
        return _sum(policy.rules for policy in self.policies)

    @property
    def branches(self) -> Tally:
        """Of all policies together: a branch point counts two, once for either truth value."""
        return _sum(policy.branches for policy in self.policies)

    @property
    def percent(self) -> float:
        """Rules and branches together; what `--fail-under` is held against."""
        return (self.rules + self.branches).percent

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Everything that is missing, in the order of the files."""
        return tuple(sorted(gap for policy in self.policies for gap in policy.gaps))


@dataclass(frozen=True, slots=True)
class TestReport:
    """Every case in the order it was written, and the coverage of all of them."""

    __test__ = False  # pytest takes classes of this name for its own

    cases: tuple[Case, ...]
    coverage: Coverage = Coverage()

    def count(self, outcome: Outcome) -> int:
        """How many cases ended so."""
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def ok(self) -> bool:
        """Whether there was something to run and all of it passed."""
        return bool(self.cases) and self.count("passed") == len(self.cases)


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally(0, 0))
