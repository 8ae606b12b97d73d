"""Which approvals explain a change, or which are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from remit.ledger import Approval
from remit.provenance import _messages as messages
from remit.provenance._approvals import Approvals, Fact, RecordedApprovals, SignedApprovals
from remit.provenance._errors import ProvenanceFailed
from remit.provenance._history import History, Own
from remit.provenance._repository import Repository
from remit.provenance._trust import Trust, trust_at, trust_at_first
from remit.resources import Provenance as Declared


@dataclass(frozen=True, slots=True)
class Explanation:
    """`missing`: why the change is held, or empty. `facts`: the approvals of every commit that led to it."""

    facts: tuple[Fact, ...] = ()
    missing: str = ""


UNASKED = Explanation()


@dataclass(slots=True)
class Provenance:
    """Judges what leads from the commit that was applied last to `head`. Nothing that `head` says of it is believed.

    `declared` is what `head` asks for, which counts only while nothing was applied. `recorded` reads the ledger.
    `absence`: why there is no `repository`, where that is not that there is no clone. `unasking` remembers, for a
    commit that was applied before, that it asked for no approvals of what follows it.
    """

    repository: Repository | None
    head: str | None
    declared: Declared | None
    recorded: Callable[[str], Iterable[Approval]]
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    absence: str = ""
    unasking: Callable[[str], bool] = field(default=lambda _: False, repr=False)
    _trusts: dict[str | None, Trust] = field(default_factory=dict, init=False)
    _histories: dict[str, History] = field(default_factory=dict, init=False)
    _facts: dict[tuple[str, frozenset[str]], tuple[Fact, ...]] = field(default_factory=dict, init=False)

    @property
    def asks(self) -> bool:
        """Whether `head` declares that what follows it needs approvals."""
        return self.declared is not None

    def explain(self, base: str | None, target: str, own: Own) -> Explanation:
        """Who approved what became of the objects `own` on `target` since `base`."""
        return self._judged(base, lambda history: history.of(target, own))

    def cover(self, base: str | None) -> Explanation:
        """Who approved all that was committed since `base`: only then may the next run begin from `head`."""
        return self._judged(base, lambda history: history.commits)

    def _judged(self, base: str | None, of: Callable[[History], Mapping[str, frozenset[str]]]) -> Explanation:
        try:
            trust = self._trust(base)
            if trust.require is None:
                return UNASKED
            return self._explained(trust, self._commits(base, trust, of))
        except ProvenanceFailed as error:
            return Explanation(missing=error.message)

    def _trust(self, base: str | None) -> Trust:
        if base not in self._trusts:
            self._trusts[base] = self._found(base)
        return self._trusts[base]

    def _found(self, base: str | None) -> Trust:
        if base is None:
            return trust_at_first(self.declared, self.environ)
        if self.repository is None and self.unasking(base):
            return trust_at_first(None, self.environ)
        return trust_at(self._clone_with(base), base, self.environ)

    def _clone_with(self, commit: str) -> Repository:
        if self.repository is None:
            raise ProvenanceFailed(self.absence or messages.no_repository())
        self.repository.require(commit)
        return self.repository

    def _commits(
        self, base: str | None, trust: Trust, of: Callable[[History], Mapping[str, frozenset[str]]]
    ) -> Mapping[str, frozenset[str]]:
        """Without a base, the commit itself stands for all that it holds."""
        if self.head is None:
            raise ProvenanceFailed(messages.no_commit())
        if base is None:
            if trust.signers and self.repository is not None:
                self.repository.require(self.head)
            return {self.head: frozenset()}
        if base not in self._histories:
            self._histories[base] = History(self._clone_with(self.head), base, self.head, trust.watched)
        return of(self._histories[base])

    def _explained(self, trust: Trust, commits: Mapping[str, frozenset[str]]) -> Explanation:
        found = {commit: self._approvals(trust, commit, paths) for commit, paths in commits.items()}
        missing = [commit for commit, facts in found.items() if not facts]
        if missing and trust.require == "signed":
            if not trust.signers:
                raise ProvenanceFailed(messages.no_signers())
            self._clone_with(missing[0])
        facts = tuple(fact for each in found.values() for fact in each)
        return Explanation(facts, messages.unapproved(missing, trust.require or "any") if missing else "")

    def _approvals(self, trust: Trust, commit: str, paths: frozenset[str]) -> tuple[Fact, ...]:
        if (commit, paths) not in self._facts:
            self._facts[commit, paths] = tuple(self._read(trust, commit, paths))
        return self._facts[commit, paths]

    def _read(self, trust: Trust, commit: str, paths: frozenset[str]) -> list[Fact]:
        """What any source knows. One that cannot be asked matters only if no other knows anything."""
        found: list[Fact] = []
        failures: list[ProvenanceFailed] = []
        for source in self._sources(trust):
            try:
                found += source.of(commit, paths)
            except ProvenanceFailed as failure:
                failures.append(failure)
        if failures and not found:
            raise failures[0]
        return found

    def _sources(self, trust: Trust) -> Iterable[Approvals]:
        if trust.require in ("signed", "any") and trust.signers and self.repository is not None:
            yield SignedApprovals(self.repository, trust.signers)
        if trust.require in ("recorded", "any"):
            yield RecordedApprovals(self.recorded)
