"""One change to one key on one target, before it happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from remit.reconcile._direction import Direction
from remit.resources import Delivery
from remit.targets import TargetObject

Action = Literal["create", "replace", "rotate", "adopt", "update", "revoke", "delete", "no-op"]
"""`replace`: created anew, because its value was lost. `rotate`: created anew beside the former, which still works for
a while. `adopt`: an unmarked key becomes ours. `no-op`: the target
is as it should be, and only the state of Remit has to learn it."""

Cause = Literal["intent", "drift", "both"]
"""`intent`: git changed. `drift`: the target changed."""

ACTIONS: tuple[Action, ...] = ("create", "replace", "rotate", "adopt", "update", "revoke", "delete", "no-op")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable code, one clause, and where that was declared (`file:line:col`, with its rule if one said so)."""

    code: str
    message: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """Which property, which way, and whether git or the target moved. Its values are in the Change.

    `at_once`: it has no value in between, which is of the target and not told.
    """

    name: str
    direction: Direction
    cause: Cause
    origin: str
    at_once: Annotated[bool, Field(exclude=True)] = False


UNFINISHED = "unfinished"
"""The reason of the deletion of what a rotation that was cut short left over, once it is done anew."""


@dataclass(frozen=True, slots=True)
class Change:
    """From `before` (None: absent) to `after` (None: gone). `managed` names the properties that Remit answers for.

    `overlap`: how long `before` still works after a rotation. `approval`: who approved the commits that lead to it.
    """

    target: str
    key: str
    action: Action
    before: TargetObject | None
    after: TargetObject | None
    properties: tuple[PropertyChange, ...] = ()
    reasons: tuple[Reason, ...] = ()
    managed: tuple[str, ...] = ()
    delivery: Delivery | None = None
    delivered_to: str = ""
    overlap: timedelta = timedelta()
    approval: str = ""

    @property
    def address(self) -> str:
        """`<target>/<key>`."""
        return f"{self.target}/{self.key}"

    @property
    def effect(self) -> tuple[object, ...]:
        """All of it but the reasons, whose words may depend on the time."""
        return (self.target, self.key, self.action, self.before, self.after, self.managed, self.delivery)

    @property
    def unfinished(self) -> bool:
        """Whether it removes what a rotation that was cut short left over."""
        return any(reason.code == UNFINISHED for reason in self.reasons)

    @property
    def loosens(self) -> bool:
        """Whether anything becomes possible that was not."""
        return self.action in ("create", "replace") or any(p.direction == "loosen" for p in self.properties)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A key that is declared, not in force, and not there: nothing is created."""

    target: str
    key: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a key (`key` empty: a target) from being as declared, and a person must mend."""

    code: str
    target: str
    key: str
    message: str
    origin: str = ""

    @property
    def address(self) -> str:
        """`<target>/<key>`, or the target."""
        return f"{self.target}/{self.key}" if self.key else self.target
