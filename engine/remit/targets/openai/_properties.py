"""Between Remit's words and OpenAI's: scopes, times, money, and what an object is by all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from remit.resources import Money
from remit.targets._contract import Activity
from remit.targets._object import TargetObject
from remit.targets.openai._names import KeyPlace, key_owner, project_owner
from remit.targets.openai._notes import KeyNote, ProjectNote, RateNote, key_note, noted, project_note, rate_note
from remit.targets.openai._setting import Setting
from remit.targets.openai._wire import SeenAlert, SeenKey, SeenLimit, SeenPermissions, SeenProject, SeenRate

CURRENCY = "USD"
MONTHLY = "project.monthly"
MICRO_PER_CENT = 10_000
LEAST = 1
CAPS = {"requests_per_minute": "max_requests_per_1_minute", "tokens_per_minute": "max_tokens_per_1_minute"}
"""The caps that a project has on each model, and the fields that carry them."""

PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "chat": ("model.request", "api.responses.write"),
    **dict.fromkeys(("completions", "embeddings", "images", "audio", "moderations"), ("model.request",)),
}
WHOLE = tuple(f"{number}%" for number in range(100, 0, -1))
_TOLERANCE = timedelta(seconds=90)


def scopes_sent(scopes: Iterable[str]) -> tuple[str, ...]:
    """What OpenAI calls them; a name with a dot is one of OpenAI's own, and any other that it has no permission for
    opens nothing. Empty must not be sent."""
    return tuple(sorted({each for scope in scopes for each in _permissions(scope)}))


def _permissions(scope: str) -> tuple[str, ...]:
    return PERMISSIONS.get(scope, (scope,) if "." in scope else ())


def seconds_until(expires: datetime, now: datetime) -> int:
    """OpenAI takes a time from now; one in the past is the least there is."""
    return max(1, int((expires - now).total_seconds()))


def expires_seen(found: int | None, declared: datetime | None) -> datetime | None:
    """What was declared, while what is in force is that, but for the moments until the call was answered."""
    if found is None:
        return None
    live = datetime.fromtimestamp(found, UTC)
    return declared if declared is not None and abs(declared - live) <= _TOLERANCE else live


def cents(money: Money) -> int:
    """Rounded down, for a limit above the declared one would not hold it."""
    return money.micro // MICRO_PER_CENT


def limit_of(money: Money) -> int:
    """The limit that holds it. OpenAI takes none below one cent, so nothing at all is one cent."""
    return max(LEAST, cents(money))


def cents_of(money: Money, part: str) -> int:
    """`80%` of an amount, rounded down, for who is told a little early is told in time."""
    share = Decimal(money.micro) * Decimal(part.removesuffix("%")) / 100 / MICRO_PER_CENT
    return int(share.to_integral_value(ROUND_DOWN))


def budget_seen(limit: SeenLimit | None, note: ProjectNote | None) -> Money | None:
    """What was declared, while that is what is in force in whole cents."""
    if limit is None:
        return None
    if note is not None and note.monthly is not None:
        declared = Money(note.monthly, CURRENCY)
        if limit_of(declared) == limit.threshold_amount:
            return declared
    return Money(limit.threshold_amount * MICRO_PER_CENT, CURRENCY)


def alerts_seen(
    alerts: Iterable[SeenAlert], setting: Setting, budget: Money | None, declared: tuple[str, ...]
) -> tuple[str, ...]:
    """The parts of the budget at which these tell those who are declared: the declared parts, else whole percents.
    What is no part, or tells somebody else, is seen as cents, and so as something that nobody declared."""
    rows = tuple(alerts)
    open_ = {row.threshold_amount for row in rows if setting.addresses(row)}
    strangers = {f"{row.threshold_amount} cents to others" for row in rows if not setting.addresses(row)}
    if budget is None:
        return tuple(sorted({*strangers, *(f"{each} cents" for each in open_)}))
    parts = {part for part in declared if cents_of(budget, part) in open_}
    open_ -= {cents_of(budget, part) for part in parts}
    whole = {cents_of(budget, part): part for part in WHOLE}
    return tuple(sorted({*strangers, *parts, *(whole.get(each, f"{each} cents") for each in open_)}))


def rates_seen(rows: Iterable[SeenRate], project: str, notes: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The limits that Remit has changed. The others are the organisation's own, and none of its business."""
    for row in rows:
        for cap, field in CAPS.items():
            note, live = noted(notes, rate_note(project, cap, row.model), RateNote), getattr(row, field)
            if note is not None and live is not None:
                yield f"{cap}.{row.model}", note.declared if live == min(note.declared, note.former) else live


def models_seen(permissions: SeenPermissions | None) -> tuple[str, ...] | None:
    """None: every model, or all but some, which is no bound that Remit knows."""
    if permissions is None or permissions.mode != "allow_list":
        return None
    return tuple(sorted(permissions.model_ids or ()))


def activity_seen(row: SeenKey) -> Activity:
    """When a key was last used. What it has cost is told by projects and days only, so nothing is said of it."""
    return Activity(None if row.last_used_at is None else datetime.fromtimestamp(row.last_used_at, UTC))


def place_of(row: SeenKey, project: str) -> KeyPlace:
    """Where a key is."""
    account = row.owner.service_account.id if row.owner and row.owner.service_account else ""
    return KeyPlace(project, account, row.id)


def project_seen(row: SeenProject, organization: str, notes: Mapping[str, str]) -> TargetObject:
    """Whose a project is, and nothing of what it allows."""
    note = noted(notes, project_note(row.id), ProjectNote)
    alias, marker = project_owner(row.name, row.id, organization, note.alias if note else None)
    name = note.alias if note and marker else alias
    return TargetObject(alias=alias, id=row.id, marker=marker, kind="project", project=name)


def key_seen(row: SeenKey, project: TargetObject, notes: Mapping[str, str]) -> TargetObject:
    """A key as OpenAI shows it, with what is noted of it."""
    place = place_of(row, project.id)
    alias, marker = key_owner(row.name or "", place)
    note = noted(notes, key_note(place), KeyNote) or KeyNote()
    return TargetObject(
        alias=alias,
        id=str(place),
        marker=marker,
        project=project.project,
        scopes=note.scopes,
        expires=expires_seen(row.expires_at, note.expires),
        enabled=row.owner_project_access in (None, "active"),
    )
