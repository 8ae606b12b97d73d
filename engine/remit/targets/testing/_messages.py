"""Every way to break the contract, one function each."""

from __future__ import annotations

from collections.abc import Iterable


def can_write(name: str) -> str:
    """A plan is made by readers only."""
    return f"the reader has `{name}`, so that reading could change the target"


def identity(why: str) -> str:
    """Two declarations of one place are noticed by it."""
    return f"`identity` {why}"


def shows_credential(where: str) -> str:
    """A value of the environment where people see it."""
    return f"a credential shows in {where}"


def shows_value(where: str) -> str:
    """The value of a key where people see it."""
    return f"the value of a key shows in {where}"


def other_type(name: str, expected: str) -> str:
    """An attribute that is something else than it must be."""
    return f"`{name}` is not {expected}"


def not_read(object_id: str) -> str:
    """Read after write."""
    return f"the object `{object_id}` is not read, although it must be there"


def still_read(alias: str) -> str:
    """Read after delete."""
    return f"`{alias}` is still read after it was deleted"


def differs(when: str, names: Iterable[str]) -> str:
    """What is read is not what was written."""
    listed = ", ".join(f"`{name}`" for name in sorted(names))
    return f"{when}, {listed} is read otherwise than it was written"


def marker(found: str, expected: str) -> str:
    """Every object names itself."""
    return f"the marker is `{found}`, and must be `{expected}`"


def no_value() -> str:
    """A key without a value is of no use."""
    return "a new key has no value, or an empty one"


def same_value() -> str:
    """Two keys, one value."""
    return "two keys have the same value"


def ids() -> str:
    """Objects are told apart by their ids."""
    return "two objects have the same id, or one has none"


def accepted(what: str) -> str:
    """What must be refused."""
    return f"{what} is accepted, and must be refused"


def touched() -> str:
    """Objects that are not ours."""
    return "an object that was there before is not as it was"


def lost(found: int, expected: int) -> str:
    """Pages, or calls at the same time."""
    return f"{found} of {expected} new keys are read"


def works() -> str:
    """Disabled, and yet not."""
    return "a disabled key is read as enabled"


def not_ours(alias: str) -> str:
    """Made by hand, with our marker, or not read at all."""
    return f"an object made by hand is read as ours, or not at all: `{alias}`"
