"""One place to try a target in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property

from remit.resources import Target
from remit.targets._capabilities import Capabilities
from remit.targets._contract import Context, Created, Reader, TargetType, Writer
from remit.targets._errors import TargetError
from remit.targets._object import Kind, TargetObject, Value
from remit.targets.testing import _messages as messages
from remit.targets.testing._samples import samples

_NOTHING: Mapping[str, tuple[Value, ...]] = {}


class Violation(AssertionError):
    """A target that does not do what its contract says; the message says what."""


@dataclass
class Case:
    """A target nobody else uses, with its declaration and context. Whatever is in it at first must stay as it is.

    `own` are values to try for a property, where the usual ones are not possible there; `by_hand` makes an object
    that is not ours, as a person would; `many` keys are more than one page of its answers.
    """

    type: TargetType
    target: Target
    context: Context
    own: Mapping[str, tuple[Value, ...]] = field(default_factory=lambda: _NOTHING)
    by_hand: Callable[[], None] | None = None
    many: int = 12
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    @cached_property
    def reader(self) -> Reader:
        """One for the whole case."""
        return self.type.open_reader(self.target, self.context)

    @cached_property
    def writer(self) -> Writer:
        """One for the whole case."""
        return self.type.open_writer(self.target, self.context)

    @cached_property
    def capabilities(self) -> Capabilities:
        """As the target says once it was read."""
        self.reader.read()
        return self.reader.capabilities

    @property
    def spaces(self) -> tuple[Kind, ...]:
        """The kinds of spaces that keys are in, projects after teams."""
        return tuple(kind for kind in ("team", "project") if kind in self.type.spaces and kind in self.samples())

    def samples(self, kind: Kind = "key") -> dict[str, tuple[Value, ...]]:
        """Some values for every property that is written on objects of this kind."""
        usual = {name: self.own.get(name, values) for name, values in samples(kind, self.now).items()}
        return {name: values for name, values in usual.items() if self.capabilities.of(name, kind).written and values}

    def settled(self, name: str, kind: Kind = "key") -> bool:
        """Whether the capabilities say that only a new object has another value of a property."""
        return self.capabilities.of(name, kind).changing == "fixed"

    def lasting(self, name: str) -> bool:
        """Whether the capabilities say that no key is without a property again."""
        capability = self.capabilities.of(name)
        return capability.changing != "free" or capability.at_once

    def another(self) -> tuple[str, Value]:
        """A property of keys that can be changed, and another value than the first for it."""
        return next((name, values[-1]) for name, values in self.samples().items() if not self.settled(name))

    def found(self, object_id: str) -> TargetObject:
        """The object with this id as it is read now. Raises Violation when it is not there."""
        every = {each.id: each for each in self.reader.read()}
        require(object_id in every, messages.not_read(object_id))
        return every[object_id]

    def goal(self, alias: str, kind: Kind = "key") -> TargetObject:
        """An object with the first of the values for every property."""
        wishes = {name: values[0] for name, values in self.samples(kind).items()}
        return TargetObject(alias, kind=kind).with_properties(wishes)

    def made(self, alias: str, kind: Kind = "key") -> TargetObject:
        """Such an object, created and read; the spaces that it may be in are there."""
        if kind == "key":
            self.open_spaces()
        return self.found(self.writer.create(self.goal(alias, kind), "0f0f").id)

    def key(self, alias: str) -> Created:
        """A key, created."""
        self.open_spaces()
        return self.writer.create(self.goal(alias), f"0f-{alias}")

    def open_spaces(self) -> None:
        """Every team and project of the samples, where the target holds such."""
        there = {each.slot for each in self.reader.read()}
        for space in self._spaces():
            if space.slot not in there:
                self.writer.create(space, "0f0f")

    def _spaces(self) -> Iterator[TargetObject]:
        for kind in self.spaces:
            for name in self.samples()[kind]:
                bare = TargetObject(str(name), kind=kind)
                yield bare.with_properties(
                    {n: v for n, v in self.goal(str(name), kind).properties.items() if n != kind}
                )


def require(holds: bool, message: str) -> None:
    """Raises Violation."""
    if not holds:
        raise Violation(message)


def refused(call: Callable[[], object], message: str) -> None:
    """Raises Violation unless `call` raises a TargetError."""
    try:
        call()
    except TargetError:
        return
    raise Violation(message)


def without(object_: TargetObject, name: str) -> TargetObject:
    """The object without one property."""
    return object_.with_properties({n: value for n, value in object_.properties.items() if n != name})


def marked(object_: TargetObject, marker: str) -> TargetObject:
    """The object with another marker."""
    return replace(object_, marker=marker)


Check = Callable[[Case], None]
"""Raises Violation, or TargetError where a call fails that must not."""
