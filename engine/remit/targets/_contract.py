"""What a provider or gateway must offer. Reading and writing are separate types: a plan is made by readers only."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, runtime_checkable

from remit.resources import Money, Target
from remit.targets._capabilities import Capabilities
from remit.targets._object import Kind, TargetObject
from remit.targets._secret import Secret

Inventory = MutableMapping[str, str]
"""Small texts by name, kept between runs: such as what a limit was before Remit first changed it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a target may know besides its declaration. Credentials come from `environ` by their declared name.

    `inventory` remembers for the target what it cannot hold itself. `upstream` is what providers call the models of
    the catalogue, by their names in git.
    """

    organization: str
    state_dir: Path
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    inventory: Inventory = field(default_factory=dict)
    upstream: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Created:
    """The id that the target gave, and the value that it shows this once; a space has none."""

    id: str
    value: Secret | None = None


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

    def read(self) -> tuple[TargetObject, ...]:
        """Every key and space of the target, all pages, ours or not. Raises TargetError, never answers in part."""
        ...


@dataclass(frozen=True, slots=True)
class Activity:
    """What a target knows of the use of one key. `last_used` None: never; `spend`: since it was created."""

    last_used: datetime | None = None
    spend: Money | None = None


@runtime_checkable
class ActivityReader(Protocol):
    """A reader of a target that keeps account of its keys; others simply do not have this."""

    def activity(self) -> Mapping[str, Activity]:
        """By the target's id of the key. Raises TargetError."""
        ...


@runtime_checkable
class ClockReader(Protocol):
    """A reader of a target that tells its time; others simply do not have this."""

    @property
    def skew(self) -> timedelta:
        """How far its clock was ahead of the one here when it last answered; zero where it did not say."""
        ...


class Writer(Protocol):
    """Changes one target. Every call may raise TargetError; all but `create` may safely be repeated.

    Calls for different objects may come from several threads at once, as many as the capabilities say.
    """

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        """Create under the deterministic alias, marked with its own id (`Marker.pending` with `nonce` until known).

        The space that a key belongs to is there before. Refuses an alias that is taken. Raises OutcomeUnknown when
        it may have happened.
        """
        ...

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Make the properties of `found` named in `changed` (also `alias` and `marker`) as they are in `wanted`; one
        that `wanted` lacks is cleared. All others stay as they are."""
        ...

    def disable(self, found: TargetObject) -> None:
        """Make the key unusable, reversibly where the target can. One that is gone already is success."""
        ...

    def delete(self, found: TargetObject) -> None:
        """Remove the key or the space for good. One that is gone already is success.

        Refuses a space that still holds keys.
        """
        ...


@runtime_checkable
class TargetType(Protocol):
    """One sort of provider or gateway: what `type:` of a Target names.

    `spaces`: which of teams and projects it holds as objects of their own.
    """

    @property
    def spaces(self) -> frozenset[Kind]:
        """Empty for a target that holds nothing but keys."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the newest supported version holds and enforces without a licence, for those who cannot ask one."""
        ...

    def open_reader(self, target: Target, context: Context) -> Reader:
        """A reader for the declared target. Raises SettingsInvalid; opens no connection yet."""
        ...

    def open_writer(self, target: Target, context: Context) -> Writer:
        """A writer for the declared target. Raises SettingsInvalid; opens no connection yet."""
        ...
