"""Reading back: is what the target accepted in force?"""

from __future__ import annotations

from collections.abc import Mapping

from remit.reconcile import _messages as messages
from remit.reconcile._change import Change
from remit.targets import TargetObject


def fault(change: Change, found: Mapping[str, TargetObject], created_id: str) -> str:
    """What is not as planned among the objects by id, or empty. `created_id` is the id of a new key."""
    before, after = change.before, change.after
    if before is not None and change.action in ("delete", "replace") and before.id in found:
        return messages.still_there()
    if after is None:
        return ""
    now = found.get(created_id or after.id)
    if now is None:
        # a target that can only delete has revoked the key by deleting it
        return "" if change.action == "revoke" else messages.not_there()
    wrong = sorted(_wrong(change, after, now))
    return messages.not_in_force(wrong) if wrong else ""


def _wrong(change: Change, after: TargetObject, now: TargetObject) -> set[str]:
    expected, observed = after.properties, now.properties
    named = {*change.managed, *(each.name for each in change.properties)} - {"alias", "marker"}
    wrong = {name for name in named if expected.get(name) != observed.get(name)}
    if after.alias != now.alias:
        wrong.add("alias")
    if change.action == "adopt" and after.marker != now.marker:
        wrong.add("marker")
    return wrong
