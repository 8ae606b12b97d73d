"""Every message of this package, one function each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def blocked(verdicts: Sequence[str]) -> str:
    """A plan over its limits."""
    return f"nothing was applied, the plan exceeds its limits: {'; '.join(verdicts)}"


def over_limit(scope: str, action: str, bound: str, measured: str, limit: str) -> str:
    """One bound that is exceeded."""
    return f"`{scope}` would {action} {measured}, over `limits.{action}.{bound}` of {limit}"


def within_limit(scope: str, action: str, bound: str, measured: str, limit: str) -> str:
    """One bound that holds."""
    return f"`{scope}` would {action} {measured}, within `limits.{action}.{bound}` of {limit}"


def emptied(scope: str, managed: int) -> str:
    """No key would be left."""
    return f"`{scope}` would be left without any of its {managed} keys: set `allow_empty: true` if that is meant"


def unbounded(currency: str) -> str:
    """An amount that no budget bounds, or in another currency."""
    return f"an amount without bound in {currency}"


def counted(count: int, managed: int) -> str:
    """A number of keys of all that are managed."""
    return f"{count} of {managed} keys"


def stale(addresses: Sequence[str]) -> str:
    """Targets or declarations changed after the plan was made."""
    return f"nothing was applied, the plan is stale: {_listed(addresses)} changed since: plan again"


def stale_bundle() -> str:
    """The plan belongs to other declarations."""
    return "nothing was applied, the plan was made from another bundle: plan again"


def other_digest(wanted: str, found: str) -> str:
    """The plan is not the one that was approved."""
    return f"nothing was applied, the plan is `{found}` and only `{wanted}` may be applied: review it and plan again"


def plan_altered() -> str:
    """The digest does not fit."""
    return "the plan file was altered after it was made: plan again"


def plan_damaged(cause: str) -> str:
    """Not a plan at all."""
    return f"the plan file cannot be read: {cause}"


def plan_format(version: str) -> str:
    """Written by another Remit."""
    return f"the plan file has the format `{version}`, this Remit reads `1.0`: plan again"


def lease_held(target: str, holder: str, until: str) -> str:
    """Two runs at once."""
    return f"`{target}` is being applied by `{holder}` until {until}: {lease_remedy(target)}"


def lease_remedy(target: str) -> str:
    """What to do about the lease of another run."""
    return f"wait for it to end, or if it was killed, `remit lease release {target}` gives the target back"


def lease_lost(target: str) -> str:
    """This one took too long, or somebody took its lease away."""
    return f"another run took over `{target}`, or its lease was released: this run stopped, run it again"


def lease_alive(target: str, holder: str, until: str) -> str:
    """Somebody would take away the lease of a run that may be at work."""
    return (
        f"`{target}` is held by `{holder}` until {until}, which may still be at work: end it first, "
        "then add `--force`, which keeps it from writing any further"
    )


def no_reason() -> str:
    """An empty `--reason`."""
    return "say why the lease is taken away: the ledger keeps it"


def state_failed(cause: str) -> str:
    """The state file said no."""
    return f"the state of reconcile cannot be used: {cause}"


def shared_identity(identity: str, targets: Sequence[str]) -> str:
    """Two declared targets that are the same place."""
    return f"{_listed(targets)} are the same place, `{identity}`: each would delete the keys of the other: keep one"


def wrong_clock(target: str, skew: timedelta) -> str:
    """One of the two is wrong, and nothing tells which."""
    minutes = round(abs(skew).total_seconds() / 60)
    side = "ahead of" if skew > timedelta() else "behind"
    return (
        f"the clock of `{target}` is {minutes // 60}h{minutes % 60}m {side} the one here, and keys would expire at "
        "another time than declared: set the one that is wrong"
    )


def unknown_reader() -> str:
    """A target for which nothing was opened."""
    return "the target was not opened"


def conflict(alias: str, ownership: str) -> str:
    """Somebody else's key has the name."""
    whose = {
        "unmarked": "is not managed by Remit: delete or rename it, or set `adopt: true` on the target",
        "foreign": "carries the marker of another owner: delete or rename it",
        "copied": "carries a marker that was copied from another key: delete or rename it",
    }
    return f"a key called `{alias}` exists already and {whose[ownership]}"


def duplicate(key: str, count: int) -> str:
    """Several objects claim to be one key, and nothing tells which is in use."""
    return f"{count} objects are marked as `{key}` and none is known to the state: delete the ones not in use"


def same_address(address: str, others: Sequence[str]) -> str:
    """Two values for one place."""
    return f"its value would be delivered to `{address}`, where that of {_listed(others)} goes: change `deliver_to`"


def orphaned(target: str, count: int) -> str:
    """A target left the declarations with keys still on it."""
    return (
        f"`{target}` is no longer declared and {count} keys were left there: declare it again, empty it, then remove it"
    )


def not_declared() -> str:
    """The key is not, or no longer, declared for this target."""
    return "it is not declared for this target"


def declared() -> str:
    """The key is new."""
    return "it is declared and does not exist"


def vanished() -> str:
    """Somebody deleted the key on the target."""
    return "it is declared and was removed on the target"


def expired(instant: str) -> str:
    """The key is past its end."""
    return f"it expired at {instant}"


def no_models() -> str:
    """A key that may use nothing."""
    return "no model is left that it may use"


def suspended() -> str:
    """Somebody suspended the key."""
    return "it is suspended"


def undelivered() -> str:
    """An earlier run ended between creating and delivering."""
    return "its value was never delivered, and nobody can know it any more"


def cut_short() -> str:
    """An earlier run ended between creating the next value and noting that it was delivered."""
    return "a rotation of its value was cut short, so it is done anew"


def made_twice() -> str:
    """A space that a call made, whose answer was lost or which was delivered twice. Nothing is in it."""
    return "it was made twice, and the other one is in use"


def superseded() -> str:
    """More than one object for one key; the state knows the right one."""
    return "another key is in use in its place"


def overlap_ended() -> str:
    """A rotated key's former value."""
    return "its value was replaced, and the time in which both worked has ended"


def retiring() -> str:
    """A bound that falls holds for the former value too."""
    return "its value was replaced, and it still works for a while"


def due() -> str:
    """`rotate_every` has passed."""
    return "its value is to be replaced, as `rotate_every` says"


def fixed(names: Sequence[str]) -> str:
    """Git changed what the target cannot change on an object that is there."""
    return f"{_listed(names)} of an existing key cannot be changed there, so it gets a new value"


def fixed_by_hand(names: Sequence[str]) -> str:
    """Somebody else changed it, and a new value is nothing to hand out for that without being asked."""
    return f"{_listed(names)} was changed there, and cannot be changed back: rotate it"


def asked_for() -> str:
    """Somebody wants a new value now."""
    return "a new value was asked for"


def revoked(by: str, at: str, reason: str) -> str:
    """An emergency."""
    return f"it was revoked{f' at {at}' if at else ''} by `{by}`, because `{reason}`"


def revoked_and_not_noted(cause: str) -> str:
    """It does not work any more, and the next run does not know that."""
    return f"revoked, but the ledger does not know it and the next run may undo it: {cause}"


def still_declared(by: str, at: str, reason: str, place: str) -> str:
    """Revoked at once, and git does not say so yet."""
    return f"{revoked(by, at, reason)}: remove it from {place}, or set `suspended: true` there"


def adopted() -> str:
    """`adopt: true` and a key of the same name."""
    return "it exists without a marker and the target says `adopt: true`"


def unexpected(kind: str) -> str:
    """An exception that no contract foresees; its text might hold a value."""
    return f"unexpected `{kind}`"


def not_in_force(names: Sequence[str]) -> str:
    """The target answered yes, and does otherwise."""
    return f"the target accepted the change and still has another {_listed(names)}"


def still_there() -> str:
    """A deleted key that is still listed."""
    return "the target accepted the deletion and still lists the key"


def not_there() -> str:
    """A created key that is not listed."""
    return "the target accepted the creation and does not list the key"


def not_read_back(cause: str) -> str:
    """The check after the change failed."""
    return f"the target accepted the change, which could not be read back: {cause}"


def loosening_withheld() -> str:
    """Something was not tightened, so nothing is loosened."""
    return "not done, because a tightening of this target failed before"


def rotation_missing() -> str:
    """What a rotation left over may be in use as long as the next one did not succeed."""
    return "not done, because its rotation did not succeed"


def space_missing() -> str:
    """The team or project that a key belongs to could not be made."""
    return "not done, because its team or project could not be created"


def no_delivery() -> str:
    """A plan that creates a key and does not say where its value goes."""
    return "the value has nowhere to go: plan again"


def read_only_inventory(target: str) -> str:
    """A reader that writes."""
    return f"the inventory of `{target}` is only read here: change it from a writer"


def not_yet_applied(commit: str) -> str:
    """The last attempt did not end with everything as declared, or not with everything approved."""
    return f"`{commit[:19]}` was tried last and is not wholly applied"


def stopped() -> str:
    """Somebody asked this process to end."""
    return "stopped as asked, between two steps: the next run goes on from there"


def unnameable() -> str:
    """No key can be called so."""
    return "its name on the target is no name of a key: rename it there, with small letters, digits, `-` and `.`"


def declared_elsewhere() -> str:
    """A key of this name is there, for other targets."""
    return "a key of this name is declared for other targets: add this target to it, or rename the one on the target"


def homeless(said: str) -> str:
    """Nothing says which project it belongs to."""
    hint = f", and `{said}` names no single one" if said else ""
    return f"nothing says which project it belongs to{hint}: name one with `--project`"


def no_environment(said: str) -> str:
    """Nothing says where it is used."""
    hint = f", and `{said}` is not declared" if said else ""
    return f"nothing says in which environment it is used{hint}: name one with `--environment`"


def not_bounded(name: str) -> str:
    """The target allows everything, which cannot be said."""
    return f"{name}: not bounded on the target; what is declared today is listed"


def not_in_vocabulary(name: str, values: Sequence[str]) -> str:
    """Words that the organisation does not have."""
    return f"{name}: {_listed(values)} on the target, not declared here, so left out"


def inexpressible(names: Sequence[str]) -> str:
    """Nothing in the format stands for it."""
    return f"{_listed(names)}: on the target, and no key can declare it"


def activity_unknown() -> str:
    """The target keeps no account."""
    return "it does not say when a key was last used"


def alike(count: int) -> str:
    """Several objects of one name."""
    return f"{count} keys on the target have this name: delete or rename all but one there"
