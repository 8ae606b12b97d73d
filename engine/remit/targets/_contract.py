"""What a provider or gateway must offer. Reading and writing are separate types: a plan is made by readers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from remit.resources import Target
from remit.targets._capabilities import Capabilities
from remit.targets._object import KeyObject
from remit.targets._secret import Secret


@dataclass(frozen=True, slots=True)
class Context:
    """What a target may know besides its declaration. Credentials come from `environ` by their declared name."""

    organization: str
    state_dir: Path
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Created:
    """The id that the target gave, and the value that it shows this once."""

    id: str
    value: Secret


class Reader(Protocol):
    """Reads one target. Nothing here can change it."""

    @property
    def identity(self) -> str:
        """What is read, so that two declarations of the same place are noticed; holds no credential."""
        ...

    @property
    def version(self) -> str:
        """The version of the target as it says itself, or empty."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this installation can hold and enforce."""
        ...

    def read(self) -> tuple[KeyObject, ...]:
        """Every key of the target, all pages, ours or not. Raises TargetError, never answers in part."""
        ...


class Writer(Protocol):
    """Changes one target. Every call may raise TargetError; all but `create` may safely be repeated."""

    def create(self, key: KeyObject, nonce: str) -> Created:
        """Create under the deterministic alias, marked with its own id (`Marker.pending` with `nonce` until known).

        Refuses an alias that is taken. Raises OutcomeUnknown when it may have happened.
        """
        ...

    def update(self, object_id: str, key: KeyObject, changed: frozenset[str]) -> None:
        """Make the properties named in `changed` (also `alias` and `marker`) as they are in `key`; one that `key`
        lacks is cleared. All others stay as they are."""
        ...

    def disable(self, object_id: str) -> None:
        """Make the key unusable, reversibly where the target can. One that is gone already is success."""
        ...

    def delete(self, object_id: str) -> None:
        """Remove the key for good. One that is gone already is success."""
        ...


@runtime_checkable
class TargetType(Protocol):
    """One sort of provider or gateway: what `type:` of a Target names."""

    def open_reader(self, target: Target, context: Context) -> Reader:
        """A reader for the declared target. Raises SettingsInvalid; opens no connection yet."""
        ...

    def open_writer(self, target: Target, context: Context) -> Writer:
        """A writer for the declared target. Raises SettingsInvalid; opens no connection yet."""
        ...
