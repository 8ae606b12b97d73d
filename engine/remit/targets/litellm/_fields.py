"""Which fields of a request carry the properties that changed; what is not named stays as it is.

Null clears a field with a column of its own. It is kept, not cleared, by what LiteLLM keeps inside of `metadata`: there
`{}` clears. `metadata` itself is replaced whole on a key, and merged on a team.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from remit.resources import Money
from remit.targets import _messages as messages
from remit.targets._errors import WriteRefused
from remit.targets._object import TargetObject
from remit.targets.litellm import _properties as properties
from remit.targets.litellm._installation import MARKER
from remit.targets.litellm._properties import CAPS, CURRENCY, MODEL_CAPS, MONTH
from remit.targets.litellm._users import BUDGET, changes_users
from remit.targets.litellm._wire import SeenKey

Fields = dict[str, object]
_IN_METADATA = frozenset(("marker", "project", "environment", "purposes", "data_classes", "scopes", "expires"))


def key_fields(
    wanted: TargetObject, changed: frozenset[str], now: datetime, found: TargetObject | None = None
) -> Iterator[tuple[str, object]]:
    """All but the team and the metadata of a key. Raises WriteRefused for a budget in another currency."""
    if "alias" in changed:
        yield "key_alias", wanted.alias
    if "models" in changed:
        yield "models", properties.models_sent(wanted.models)
    if "scopes" in changed:
        yield "allowed_routes", properties.routes_sent(wanted.scopes)
    for cap, name in CAPS.items():
        if f"caps.{cap}" in changed:
            yield name, wanted.caps.get(cap)
    yield from _model_limits(wanted, changed)
    yield from _budget(wanted, changed, "key", found)
    if "expires" in changed:
        yield "duration", properties.expires_sent(wanted.expires, now) if wanted.expires else None


def team_fields(
    wanted: TargetObject, changed: frozenset[str], found: TargetObject | None = None
) -> Iterator[tuple[str, object]]:
    """All of a team. Raises WriteRefused for a budget in another currency."""
    if "alias" in changed:
        yield "team_alias", wanted.alias
    if "models" in changed:
        yield "models", properties.models_sent(wanted.models)
    if "enabled" in changed:
        yield "blocked", not wanted.enabled
    if "marker" in changed:
        yield "metadata", {"managed_by": "remit", MARKER: wanted.marker}
    yield from _budget(wanted, changed, "team", found)


def in_metadata(changed: frozenset[str]) -> bool:
    """Whether any of it is inside of the metadata of a key."""
    return bool(changed & _IN_METADATA) or any(name.startswith(("model_caps.", "user_caps.")) for name in changed)


def metadata_fields(wanted: TargetObject, changed: frozenset[str], live: SeenKey) -> Fields:
    """Metadata is sent whole, for it is replaced whole: what others wrote, what of ours stays, and what changes.

    The limits that LiteLLM keeps in there go along in their own fields, or they would be dropped.
    """
    metadata = dict(live.metadata)
    ours = properties.kept(wanted)
    for name in changed & _IN_METADATA:
        entry = MARKER if name == "marker" else properties.OURS + name
        metadata.pop(entry, None)
        if entry in ours:
            metadata[entry] = ours[entry]
    if changes_users(changed):
        metadata.pop(BUDGET, None)
    if metadata.get(MARKER):
        metadata["managed_by"] = "remit"
    limits: Fields = {}
    for name in MODEL_CAPS.values():
        kept = metadata.pop(name, None)
        limits[name] = kept if isinstance(kept, dict) else {}
    return {**limits, **dict(_model_limits(wanted, changed)), "metadata": metadata}


def _model_limits(wanted: TargetObject, changed: frozenset[str]) -> Iterator[tuple[str, object]]:
    """All limits of one sort together."""
    for cap, name in MODEL_CAPS.items():
        prefix = f"{cap}."
        if any(each.startswith(f"model_caps.{prefix}") for each in changed):
            limits = wanted.model_caps.items()
            yield name, {each.removeprefix(prefix): most for each, most in limits if each.startswith(prefix)}


def _budget(
    wanted: TargetObject, changed: frozenset[str], level: str, found: TargetObject | None
) -> Iterator[tuple[str, object]]:
    """The monthly budget in the fields of its own, the daily one as a window beside it and beside those of others."""
    monthly, daily = wanted.budgets.get(f"{level}.monthly"), wanted.budgets.get(f"{level}.daily")
    for money in (monthly, daily):
        _refuse_currency(money)
    if f"budgets.{level}.monthly" in changed:
        yield "max_budget", None if monthly is None else properties.dollars(monthly)
        yield "budget_duration", None if monthly is None else MONTH
    if f"budgets.{level}.daily" in changed:
        yield "budget_limits", properties.windows_sent(daily, found.budgets if found else {}, level)


def _refuse_currency(money: Money | None) -> None:
    if money is not None and money.currency != CURRENCY:
        raise WriteRefused(messages.other_currency(money.currency, CURRENCY))
