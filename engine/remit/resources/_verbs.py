"""Which verbs a rule may have at which point, and what stands beside each; said once, for models and schemas."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pydantic.config import JsonDict

from remit.resources import _messages as messages

DECLARED = ("key", "team", "project", "model", "target")
VERBS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(DECLARED, ("deny", "cap")),
    "request": ("allow", "deny", "throttle"),
    "change": ("require",),
    "budget": ("alert",),
    "usage": ("alert",),
}
ALL_VERBS = ("allow", "deny", "throttle", "cap", "require", "alert")
# what each verb needs beside it; these fields go with no other verb
COMPANIONS: dict[str, str] = {"throttle": "delay", "cap": "value", "require": "when", "alert": "when"}


@dataclass(frozen=True, slots=True)
class VerbFault:
    """What is wrong with the fields of one rule, and at which of them, if at any."""

    code: str
    message: str
    remedy: str
    field: str | None = None


def verb_faults(present: Collection[str], point: str) -> Iterator[VerbFault]:
    """The faults of a rule on `point` that has the fields `present`: none when its verb and companions are right."""
    found = tuple(verb for verb in ALL_VERBS if verb in present)
    allowed = VERBS[point]
    if len(found) != 1 or found[0] not in allowed:
        wrong = [verb for verb in found if verb not in allowed] or found[1:]
        yield VerbFault("wrong-verb", messages.one_verb(found, point, allowed), _remedy(found), next(iter(wrong), None))
        return
    verb = found[0]
    companion = COMPANIONS.get(verb)
    if companion is not None and companion not in present:
        yield VerbFault("missing-field", messages.needs(companion, verb), messages.add_it())
    for field in dict.fromkeys(COMPANIONS.values()):
        if field != companion and field in present:
            owners = [owner for owner, beside in COMPANIONS.items() if beside == field]
            yield VerbFault("wrong-verb", messages.only_with(field, owners), messages.remove_it(), field)


def _remedy(found: tuple[str, ...]) -> str:
    if len(found) == 1:
        return messages.other_verb()
    return messages.keep_one() if found else messages.add_one()


def _branch(points: tuple[str, ...], allowed: tuple[str, ...]) -> JsonDict:
    return {
        "if": {"properties": {"on": {"enum": list(points)}}, "required": ["on"]},
        "then": {
            "oneOf": [{"required": [verb]} for verb in allowed],
            "properties": {verb: False for verb in ALL_VERBS if verb not in allowed},
        },
    }


def _beside() -> JsonDict:
    owners: dict[str, list[str]] = {}
    for verb, field in COMPANIONS.items():
        owners.setdefault(field, []).append(verb)
    return {field: {"anyOf": [{"required": [verb]} for verb in verbs]} for field, verbs in owners.items()}


# the same sentences for an editor
RULE_SCHEMA: JsonDict = {
    "allOf": [
        _branch(tuple(point for point, verbs in VERBS.items() if verbs == allowed), allowed)
        for allowed in dict.fromkeys(VERBS.values())
    ],
    "dependentRequired": {verb: [field] for verb, field in COMPANIONS.items()},
    "dependentSchemas": _beside(),
}
