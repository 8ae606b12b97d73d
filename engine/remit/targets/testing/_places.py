"""What a target must be as a whole: its reader, its spaces, and what is not ours."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from remit.targets._capabilities import Capabilities
from remit.targets._marker import Marker
from remit.targets._object import TargetObject
from remit.targets.testing import _messages as messages
from remit.targets.testing._case import Case, refused, require
from remit.targets.testing._keys import change_each

_WRITES = ("create", "update", "disable", "delete")


def reader_cannot_write(case: Case) -> None:
    """A plan is made by a reader, so nothing in it may change the target."""
    for name in _WRITES:
        require(not hasattr(case.reader, name), messages.can_write(name))


def says_what_it_is(case: Case) -> None:
    """Identity, version, capabilities and spaces are there, and the identity is the same each time."""
    again = case.type.open_reader(case.target, case.context)
    require(bool(case.reader.identity), messages.identity("is empty"))
    require(case.reader.identity == again.identity, messages.identity("differs from one reader to the next"))
    case.reader.read()
    require(isinstance(case.reader.version, str), messages.other_type("version", "a text"))
    for capabilities in (case.type.capabilities, case.capabilities):
        require(isinstance(capabilities, Capabilities), messages.other_type("capabilities", "of type Capabilities"))
        require(capabilities.concurrency >= 1, messages.other_type("concurrency", "1 or more"))
    require(case.type.spaces <= {"team", "project"}, messages.other_type("spaces", "a set of `team` and `project`"))


def hides_credentials(case: Case) -> None:
    """No value of the environment shows in what people see."""
    case.made("a")
    read = "".join(each.to_json() for each in case.reader.read())
    shown = {
        "the identity": case.reader.identity,
        "the repr of the reader": repr(case.reader),
        "the repr of the writer": repr(case.writer),
        "what is read": read,
    }
    for where, text in shown.items():
        hidden = not any(value and value in text for value in case.context.environ.values())
        require(hidden, messages.shows_credential(where))


def spaces_hold_keys(case: Case) -> None:
    """A space is marked, is there before its keys, and does not go while any of them is in it."""
    for kind in case.spaces:
        key = case.found(case.key(f"in-{kind}").id)
        name = str(key.properties[kind])
        space = _space(case, f"{kind}:{name}")
        expected = str(Marker(case.context.organization, space.slot, space.id))
        require(space.marker == expected, messages.marker(space.marker, expected))
        refused(lambda space=space: case.writer.delete(space), messages.accepted(f"deleting a {kind} with a key in it"))  # type: ignore[misc]
        case.found(key.id)
        case.writer.delete(key)
        for _ in range(2):
            case.writer.delete(space)
        require(space.id not in {each.id for each in case.reader.read()}, messages.still_read(space.alias))


def properties_of_spaces(case: Case) -> None:
    """Every property that is written on a space takes every value."""
    case.open_spaces()
    for kind in case.spaces:
        name = str(case.samples()[kind][0])
        change_each(case, _space(case, f"{kind}:{name}"), kind)


def others_are_untouched(case: Case) -> None:
    """What is not ours is read, is not marked as ours, and stays as it is through the whole life of a key."""
    known = {each.id for each in case.reader.read()}
    if case.by_hand is not None:
        case.by_hand()
    before = {each.id: each for each in case.reader.read()}
    if case.by_hand is not None:
        made = [each for name, each in before.items() if name not in known]
        require(bool(made) and not any(each.marker for each in made), messages.not_ours(", ".join(map(str, made))))
    change_each(case, case.made("a"))
    found = next(each for each in case.reader.read() if each.alias == "a" and each.kind == "key")
    case.writer.disable(found)
    case.writer.delete(found)
    after = {each.id: each for each in case.reader.read()}
    require(before == {name: after.get(name) for name in before}, messages.touched())


def every_page_is_read(case: Case) -> None:
    """More keys than fit into one answer are all read, each once."""
    expected = [case.key(f"key-{number}").id for number in range(case.many)]
    _all_there(case, expected)


def as_many_calls_as_declared(case: Case) -> None:
    """Calls for different keys at the same time do not get in each other's way."""
    case.open_spaces()
    goals = [case.goal(f"key-{number}") for number in range(2 * case.capabilities.concurrency)]
    with ThreadPoolExecutor(case.capabilities.concurrency) as pool:
        made = list(pool.map(lambda goal: case.writer.create(goal, f"0f-{goal.alias}"), goals))
    _all_there(case, [each.id for each in made])


def _all_there(case: Case, expected: list[str]) -> None:
    found = [each.id for each in case.reader.read() if each.id in set(expected)]
    require(sorted(found) == sorted(expected), messages.lost(len(set(found)), len(expected)))


def _space(case: Case, slot: str) -> TargetObject:
    found = [each for each in case.reader.read() if each.slot == slot]
    require(len(found) == 1, messages.not_read(slot))
    return found[0]
