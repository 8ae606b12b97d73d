"""What a run did, target by target and key by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from remit.reconcile._change import Action, Problem

ResultStatus = Literal["in-force", "accepted", "failed", "withheld", "held"]
"""`in-force`: read back as planned. `accepted`: the target said yes and, so far, does otherwise. `withheld`: not
tried, because something before it failed. `held`: not tried, because nobody approved it."""

TargetStatus = Literal["applied", "unchanged", "suspended", "waiting", "observed", "unreadable", "held"]


@dataclass(frozen=True, slots=True)
class Result:
    """One change. `message` says why, when it is not in force."""

    target: str
    key: str
    action: Action
    status: ResultStatus
    message: str = ""
    delivered_to: str = ""

    @property
    def address(self) -> str:
        """`<target>/<key>`."""
        return f"{self.target}/{self.key}"


@dataclass(frozen=True, slots=True)
class TargetOutcome:
    """One target. `held`: another run has it, or took it over."""

    name: str
    status: TargetStatus
    results: tuple[Result, ...] = ()
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether the target is now as declared, or is not to be written now."""
        if self.status in ("applied", "unchanged"):
            return all(result.status == "in-force" for result in self.results)
        return self.status in ("suspended", "waiting", "observed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything. `problems` are those of the plan: they still need mending."""

    plan: str
    bundle: str
    targets: tuple[TargetOutcome, ...]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether every target is as declared and nothing needs mending."""
        return not self.problems and all(target.ok for target in self.targets)

    @property
    def results(self) -> tuple[Result, ...]:
        """All results, by target."""
        return tuple(result for target in self.targets for result in target.results)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many results of each status."""
        return Counter(result.status for result in self.results)

    def to_json(self) -> dict[str, object]:
        """JSON data."""
        return {**asdict(self), "ok": self.ok}


@dataclass(frozen=True, slots=True)
class Progress:
    """A step is about to happen: `done` of `total` of its target are behind."""

    target: str
    key: str
    verb: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]
