"""Changing an organisation; docs/how-to/reconcile-openai.md says what absent, null and empty mean to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from remit.targets._contract import Created
from remit.targets._object import TargetObject
from remit.targets.openai._keys import Keys
from remit.targets.openai._projects import Projects


@dataclass
class OpenAIWriter:
    """Changes one organisation, one call after the other."""

    projects: Projects
    keys: Keys
    _lock: Lock = field(default_factory=Lock, repr=False)

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        """A project, or a key in one that is there. Raises TargetError."""
        with self._lock:
            if wanted.kind == "project":
                return self.projects.create(wanted, nonce)
            return self.keys.create(wanted, self.projects.id_of(wanted.project), nonce)

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Raises TargetError; WriteRefused for what OpenAI cannot change of a key."""
        with self._lock:
            (self.projects if found.kind == "project" else self.keys).update(found, wanted, changed)

    def disable(self, found: TargetObject) -> None:
        """Delete the key, for nothing else makes it unusable."""
        with self._lock:
            self.keys.delete(found)

    def delete(self, found: TargetObject) -> None:
        """Delete the key, or archive a project that holds none. Raises WriteRefused for one that does."""
        with self._lock:
            (self.projects if found.kind == "project" else self.keys).delete(found)
