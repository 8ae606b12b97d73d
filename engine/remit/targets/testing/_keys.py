"""What a target must do with keys."""

from __future__ import annotations

from dataclasses import replace

from remit.targets._marker import Marker
from remit.targets._object import Kind, TargetObject, Value
from remit.targets.testing import _messages as messages
from remit.targets.testing._case import Case, marked, refused, require, without


def created_as_wanted(case: Case) -> None:
    """A new key is read with every property that is written, under its alias, marked with its own id."""
    goal, found = case.goal("a"), case.made("a")
    _same(f"after creating `{found.alias}`", goal, found, set(goal.properties))
    require(found.alias == "a" and found.kind == "key", messages.differs("after creating", ("alias",)))
    expected = str(Marker(case.context.organization, "a", found.id))
    require(found.marker == expected, messages.marker(found.marker, expected))


def values_differ(case: Case) -> None:
    """Every key has a value of its own, and an id of its own."""
    one, other = case.key("a"), case.key("b")
    require(all(each.value is not None and each.value.reveal() for each in (one, other)), messages.no_value())
    require(one.value != other.value, messages.same_value())
    every = [each.id for each in case.reader.read()]
    require(all(every) and len(set(every)) == len(every), messages.ids())


def values_are_hidden(case: Case) -> None:
    """The value of a key is given once, when it is created, and shows nowhere else."""
    made = case.key("a")
    require(made.value is not None, messages.no_value())
    value = made.value.reveal() if made.value is not None else ""
    shown = {"the repr of the writer": repr(case.writer), "the repr of what was created": repr(made)}
    shown["what is read"] = "".join(each.to_json() for each in case.reader.read())
    for where, text in shown.items():
        require(value not in text, messages.shows_value(where))


def taken_alias_is_refused(case: Case) -> None:
    """No second key is made under an alias, whoever has it."""
    case.made("a")
    before = len(case.reader.read())
    refused(lambda: case.writer.create(case.goal("a"), "1e1e"), messages.accepted("an alias that is taken"))
    require(len(case.reader.read()) == before, messages.accepted("an alias that is taken"))


def properties_there_and_back(case: Case) -> None:
    """Every written property takes every value, nothing and zero included, and leaves the others as they are."""
    change_each(case, case.made("a"))


def change_each(case: Case, found: TargetObject, kind: Kind = "key") -> None:
    """One property after the other, on one object."""
    for name, values in case.samples(kind).items():
        for value in values:
            found = _changed(case, found, name, value, kind)


def properties_are_cleared(case: Case) -> None:
    """A property that is wanted no more bounds nothing, which is something else than zero, or nothing at all."""
    found = case.made("a")
    for name in case.samples():
        if name != "enabled":
            found = _cleared(case, found, name)


def _cleared(case: Case, found: TargetObject, name: str) -> TargetObject:
    wanted = without(found, name)
    if case.lasting(name):
        _refused(case, found, wanted, name)
        return found
    case.writer.update(found, wanted, frozenset((name,)))
    again = case.found(found.id)
    _same(f"after clearing `{name}`", wanted, again, {*wanted.properties, name})
    return again


def _refused(case: Case, found: TargetObject, wanted: TargetObject, name: str) -> None:
    """What the capabilities say cannot be changed is refused, and stays."""
    refused(lambda: case.writer.update(found, wanted, frozenset((name,))), messages.accepted(f"changing `{name}`"))
    _same(f"after refusing to change `{name}`", found, case.found(found.id), set(found.properties))


def renamed_and_marked(case: Case) -> None:
    """The alias and the marker change on their own, as when a key is adopted, or its name restored; or both never."""
    found = case.made("a")
    marker = str(Marker(case.context.organization, "b", found.id))
    wanted = marked(replace(found, alias="b"), marker)
    if not case.capabilities.renames:
        _refused(case, found, wanted, "alias")
        _refused(case, found, wanted, "marker")
        return
    case.writer.update(found, wanted, frozenset(("alias", "marker")))
    again = case.found(found.id)
    _same("after renaming", wanted, again, set(wanted.properties))
    require(again.alias == "b", messages.differs("after renaming", ("alias",)))
    require(again.marker == marker, messages.marker(again.marker, marker))


def disabled(case: Case) -> None:
    """A disabled key does not work: it is read as not enabled, or is gone where a target can only delete."""
    found = case.made("a")
    case.writer.disable(found)
    left = [each for each in case.reader.read() if each.id == found.id]
    require(not any(each.enabled for each in left), messages.works())


def deleted(case: Case) -> None:
    """A deleted key is gone, and its alias free again."""
    found = case.made("a")
    case.writer.delete(found)
    require(found.id not in {each.id for each in case.reader.read()}, messages.still_read("a"))
    case.made("a")


def repeated_calls_are_harmless(case: Case) -> None:
    """What was done already is success: an answer may be lost, and the call made again."""
    found = case.made("a")
    name, value = case.another()
    wanted = found.with_properties({**found.properties, name: value})
    for _ in range(2):
        case.writer.update(found, wanted, frozenset((name,)))
    _same("after a repeated update", wanted, case.found(found.id), set(wanted.properties))
    for call in (case.writer.disable, case.writer.delete):
        for _ in range(2):
            call(found)
    case.writer.disable(found)


def update_of_what_is_gone_is_refused(case: Case) -> None:
    """Nobody is told that a limit is in force on a key that is not there."""
    found = case.made("a")
    case.writer.delete(found)
    name, value = case.another()
    wanted = found.with_properties({**found.properties, name: value})
    changed = frozenset((name,))
    refused(lambda: case.writer.update(found, wanted, changed), messages.accepted("an update of a key that is gone"))


def _changed(case: Case, found: TargetObject, name: str, value: Value, kind: Kind) -> TargetObject:
    wanted = found.with_properties({**found.properties, name: value})
    if case.settled(name, kind):
        if found.properties.get(name) != value:
            _refused(case, found, wanted, name)
        return found
    case.writer.update(found, wanted, frozenset((name,)))
    again = case.found(found.id)
    _same(f"after changing `{name}`", wanted, again, {*wanted.properties, *again.properties})
    return again


def _same(when: str, wanted: TargetObject, found: TargetObject, names: set[str]) -> None:
    expected, observed = wanted.properties, found.properties
    wrong = [name for name in names if expected.get(name) != observed.get(name)]
    require(not wrong, messages.differs(when, wrong))
