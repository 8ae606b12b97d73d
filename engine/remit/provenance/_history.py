"""What happened to the policies since they were last applied."""

from __future__ import annotations

from dataclasses import dataclass, field

from remit.provenance import _messages as messages
from remit.provenance._concern import concerns
from remit.provenance._errors import ProvenanceFailed
from remit.provenance._repository import Repository

Own = frozenset[tuple[str, str]]


@dataclass(slots=True)
class History:
    """From `base` to `head`: only what is on the way of the first parents counts, as that is what was merged.

    Raises ProvenanceFailed when `head` does not follow `base`: an older state may not come back unseen.
    """

    repository: Repository
    base: str
    head: str
    watched: tuple[str, ...] = ()
    _touched: dict[str, frozenset[str]] = field(default_factory=dict, init=False)
    _concerned: dict[tuple[str, str, Own], bool] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if self.base != self.head and not self.repository.follows(self.head, self.base):
            raise ProvenanceFailed(messages.not_descended(self.base, self.head))
        inside = self.repository.inside
        paths = (inside, *self.watched) if inside else ()
        for commit in self.repository.mainline(self.base, self.head, paths):
            self._touched[commit] = self.repository.touched(commit, paths)

    @property
    def commits(self) -> dict[str, frozenset[str]]:
        """Every commit that changed the policies, or who may sign, with the files."""
        return dict(self._touched)

    def of(self, target: str, own: Own) -> dict[str, frozenset[str]]:
        """Those that can have a say in the objects `own` on `target`."""
        found = {
            commit: frozenset(path for path in paths if self._concerns(path, target, own))
            for commit, paths in self._touched.items()
        }
        return {commit: paths for commit, paths in found.items() if paths}

    def _concerns(self, path: str, target: str, own: Own) -> bool:
        """What stood in a file in between, and neither before nor now, has no effect."""
        if (path, target, own) not in self._concerned:
            self._concerned[path, target, own] = any(
                concerns(self.repository.blob(commit, path), path, target, own) for commit in (self.base, self.head)
            )
        return self._concerned[path, target, own]
