"""Facts about who approved a commit, from wherever approvals are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from remit.ledger import Approval
from remit.provenance._repository import Repository
from remit.provenance._signature import signed_commit, signed_tag, signer

How = Literal["signed", "tagged", "recorded"]


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """`by` approved `commit`. `reference`: where that can be looked up."""

    commit: str
    by: str
    how: How
    reference: str = ""

    def __str__(self) -> str:
        at = f" ({self.reference})" if self.reference else ""
        return f"{self.commit[:12]} {self.how} by {self.by}{at}"


class Approvals(Protocol):
    """One place where approvals are given, such as signatures, the ledger, or a forge."""

    def of(self, commit: str, paths: frozenset[str]) -> tuple[Fact, ...]:
        """Who approved what `commit` did to `paths`; nobody is `()`. Raises ProvenanceFailed."""
        ...


@dataclass(frozen=True, slots=True)
class SignedApprovals:
    """A commit signed by an allowed signer, or with a tag that one signed."""

    repository: Repository
    signers: bytes

    def of(self, commit: str, paths: frozenset[str]) -> tuple[Fact, ...]:  # noqa: ARG002 - as the protocol says
        """A signature covers the whole commit, so whatever `paths` are."""
        return tuple(self._facts(commit))

    def _facts(self, commit: str) -> Iterable[Fact]:
        made = signed_commit(self.repository.raw("commit", commit))
        by = signer(made, self.signers) if made else None
        if by:
            yield Fact(commit, by, "signed")
        for tag in self.repository.tags(commit):
            tagged = signed_tag(self.repository.raw("tag", tag), commit)
            by = signer(tagged, self.signers) if tagged else None
            if by:
                yield Fact(commit, by, "tagged", f"tag {tag[:12]}")


@dataclass(frozen=True, slots=True)
class RecordedApprovals:
    """What `remit audit approve` wrote into the ledger."""

    recorded: Callable[[str], Iterable[Approval]]

    def of(self, commit: str, paths: frozenset[str]) -> tuple[Fact, ...]:  # noqa: ARG002 - as the protocol says
        """An approval covers the whole commit, so whatever `paths` are."""
        return tuple(Fact(commit, each.by, "recorded", f"event {each.seq}") for each in self.recorded(commit))


def joined(facts: Iterable[Fact]) -> str:
    """One text for the ledger."""
    return "; ".join(sorted({str(each) for each in facts}))
