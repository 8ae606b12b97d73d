"""Planning: read everything, compare, judge. Nothing in here can write to a target."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from remit.bundle import uncollected
from remit.reconcile import _messages as messages
from remit.reconcile._approval import Judge, Review, base_of
from remit.reconcile._census import census
from remit.reconcile._change import Change, Problem, Withheld
from remit.reconcile._draft import Draft
from remit.reconcile._drift import drifted
from remit.reconcile._limits import Verdict, judge, judge_emptying
from remit.reconcile._memory import NOTHING, Memory
from remit.reconcile._overrides import override
from remit.reconcile._plan import Note, Plan, Status, TargetPlan
from remit.reconcile._plan_json import changes_digest
from remit.reconcile._retry import Sleep
from remit.reconcile._revoked import held, outstanding, standing
from remit.reconcile._spaces import occupied
from remit.reconcile._survey import Readers, Survey, survey
from remit.reconcile._wanted import Desired, Wanted
from remit.reconcile._windows import is_open
from remit.resources import LimitOverride, TargetSpec
from remit.secrets import SINKS, SecretsError, Sink
from remit.targets import Capabilities, TargetError

LONGEST_SKEW = timedelta(minutes=5)

SinkSource = Callable[[str], Sink]
"""The sink of a name. Raises TargetError when there is none."""

_Drafted = tuple[TargetPlan, tuple[Problem, ...], tuple[Verdict, ...]]


def plan(
    desired: Desired,
    readers: Readers,
    memory: Memory,
    *,
    sinks: SinkSource = SINKS.load,
    sleep: Sleep = time.sleep,
    judge: Judge | None = None,
) -> Plan:
    """The plan that makes every target of `desired` as declared, within the limits of each and of all together.

    A target that cannot be read is part of the plan, as `unreadable`, and keeps no other from being planned. With a
    `judge`, a change that it does not find approved is held.
    """
    return _compared(desired, survey(desired.targets, readers, sleep), memory, sinks, judge)


@uncollected(settle=False)
def _compared(
    desired: Desired, surveys: Mapping[str, Survey], memory: Memory, sinks: SinkSource, judge: Judge | None
) -> Plan:
    addresses, faults = _addresses(desired, sinks)
    drafts = [
        _target(name, desired, surveys[name], memory, addresses, faults, judge) for name in sorted(desired.targets)
    ]
    targets = tuple(drafted[0] for drafted in drafts)
    return Plan(
        organization=desired.organization,
        bundle=desired.bundle,
        commit=desired.commit,
        at=desired.at,
        targets=targets,
        problems=(*_orphaned(desired, memory), *(problem for drafted in drafts for problem in drafted[1])),
        verdicts=(*(verdict for drafted in drafts for verdict in drafted[2]), *_overall(targets, desired)),
    )


def _wrong_clock(name: str, skew: timedelta) -> str:
    """A key would begin to expire, or be rotated, at another time than declared. Only revoking cannot wait for it."""
    return messages.wrong_clock(name, skew) if abs(skew) > LONGEST_SKEW else ""


def _target(
    name: str,
    desired: Desired,
    seen: Survey,
    memory: Memory,
    addresses: Mapping[tuple[str, str], str],
    faults: Mapping[tuple[str, str], Problem],
    judge: Judge | None,
) -> _Drafted:
    spec, error = desired.targets[name].spec, seen.error or _wrong_clock(name, seen.skew)
    if error:
        return TargetPlan(name, spec.type, "unreadable", seen.identity, seen.version, error), (), ()
    known, declared = memory.get(name, NOTHING), desired.keys.get(name, {})
    revoked = standing(memory, name, desired.declared)
    wanted = held(declared, revoked)
    whose = census(seen.keys, desired.organization, known.intents)
    undeliverable = {key: problem for (target, key), problem in faults.items() if target == name}
    draft = Draft(
        target=name,
        organization=desired.organization,
        adopt=spec.adopt,
        wanted=wanted,
        census=whose,
        memory=known,
        capabilities=seen.capabilities,
        undeliverable=undeliverable,
        addresses={key: address for (target, key), address in addresses.items() if target == name},
        at=desired.at,
        rotate=desired.rotate,
        occupied=occupied(wanted, whose, fixed=_is_fixed(seen.capabilities)),
    )
    items = tuple(draft.items())
    review = Review(name, judge, base_of(name, memory), wanted, known)
    changes, held_back, unapproved = review.sifted(item for item in items if isinstance(item, Change))
    planned = TargetPlan(
        name=name,
        type=spec.type,
        status=_status(spec, desired),
        identity=seen.identity,
        version=seen.version,
        managed=whose.managed,
        unmanaged=whose.unmanaged,
        changes=changes,
        drift=tuple(drifted(name, whose, known, revoked)),
        withheld=tuple(item for item in items if isinstance(item, Withheld)),
        notes=tuple(_notes(wanted, seen.capabilities)),
        held=held_back,
        concurrency=seen.capabilities.concurrency,
    )
    found = (item for item in items if isinstance(item, Problem))
    problems = (*outstanding(name, declared, revoked), *undeliverable.values(), *found, *unapproved)
    return planned, problems, _judged(planned, spec, desired) if planned.status == "ready" else ()


def _status(spec: TargetSpec, desired: Desired) -> Status:
    if spec.suspended or spec.observe:
        return "observed" if spec.observe else "suspended"
    return "ready" if is_open(spec.windows, desired.at, desired.zone) else "waiting"


def _is_fixed(capabilities: Capabilities) -> bool:
    """Whether a key stays in the team or project that it was made in."""
    return any(capabilities.of(name).changing == "fixed" for name in ("team", "project"))


def _overall(targets: Sequence[TargetPlan], desired: Desired) -> tuple[Verdict, ...]:
    """The limits over all targets together."""
    if desired.total is None:
        return ()
    changes = [change for target in targets if target.status == "ready" for change in target.pending]
    verdicts = judge("total", changes, sum(target.managed for target in targets), desired.total)
    return _overridden(verdicts, desired.overrides, changes, desired)


def _judged(planned: TargetPlan, spec: TargetSpec, desired: Desired) -> tuple[Verdict, ...]:
    verdicts = (
        *judge(planned.name, planned.pending, planned.managed, spec.limits),
        *judge_emptying(planned.name, planned.pending, planned.managed, spec.allow_empty),
    )
    return _overridden(verdicts, spec.overrides, planned.pending, desired)


def _overridden(
    verdicts: tuple[Verdict, ...], declared: Sequence[LimitOverride], changes: Sequence[Change], desired: Desired
) -> tuple[Verdict, ...]:
    if not declared or not any(verdict.exceeded for verdict in verdicts):
        return verdicts
    reason = override(declared, changes_digest(changes), desired.at, desired.zone)
    return tuple(replace(each, overridden=reason) if each.exceeded else each for each in verdicts)


def _notes(wanted: Mapping[str, Wanted], capabilities: Capabilities) -> Iterator[Note]:
    """Everything that keys declare and this target does not enforce as declared: stated, never dropped."""
    counted = Counter(
        name for each in wanted.values() if each.in_force and each.goal.kind == "key" for name in each.goal.properties
    )
    for name, keys in sorted(counted.items()):
        capability = capabilities.of(name)
        if capability.support != "native":
            yield Note(name, capability.support, capability.note, keys)


def _addresses(
    desired: Desired, sinks: SinkSource
) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], Problem]]:
    """Where each key's value would go, and why that of others can go nowhere: known before anything is created."""
    addresses: dict[tuple[str, str], str] = {}
    faults: dict[tuple[str, str], Problem] = {}
    for target, keys in desired.keys.items():
        for key, wanted in keys.items():
            if target not in desired.declared or not wanted.in_force or wanted.delivery is None:
                continue
            try:
                addresses[target, key] = sinks(wanted.delivery.sink).address(wanted.delivery, key)
            except (TargetError, SecretsError) as error:
                faults[target, key] = Problem("delivery", target, key, error.message, wanted.position)
    faults.update(_shared(addresses, desired))
    return addresses, faults


def _shared(addresses: Mapping[tuple[str, str], str], desired: Desired) -> Iterator[tuple[tuple[str, str], Problem]]:
    users: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for user, address in addresses.items():
        users[address].append(user)
    for address, sharing in users.items():
        for target, key in sharing if len(sharing) > 1 else ():
            others = sorted(f"{t}/{k}" for t, k in sharing if (t, k) != (target, key))
            message, position = messages.same_address(address, others), desired.keys[target][key].position
            yield (target, key), Problem("same-address", target, key, message, position)


def _orphaned(desired: Desired, memory: Memory) -> Iterator[Problem]:
    """Keys on a target that nobody declares any more keep working, and Remit no longer sees them."""
    for target, known in sorted(memory.items()):
        if target not in desired.declared and known.applied:
            yield Problem("orphaned-target", target, "", messages.orphaned(target, len(known.applied)))
