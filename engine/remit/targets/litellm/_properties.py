"""Between Remit's words and LiteLLM's: each property and the field that carries it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from remit.resources import Money
from remit.targets._contract import Activity
from remit.targets._object import TargetObject
from remit.targets.litellm._installation import MARKER, Teams
from remit.targets.litellm._users import UserBudgets
from remit.targets.litellm._wire import BudgetWindow, Metadata, SeenKey, SeenTeam, SeenWindow

OURS = "remit_"
CURRENCY = "USD"
DAY, MONTH, ONCE = "1d", "1mo", "once"
NO_MODELS = "no-default-models"
EVERY_MODEL = frozenset(("all-team-models", "all-proxy-models"))
CAPS = {
    "requests_per_minute": "rpm_limit",
    "tokens_per_minute": "tpm_limit",
    "parallel_requests": "max_parallel_requests",
}
MODEL_CAPS = {"requests_per_minute": "model_rpm_limit", "tokens_per_minute": "model_tpm_limit"}
LABELS = ("project", "environment")
KEPT_LISTS = ("purposes", "data_classes")
ROUTES: Mapping[str, tuple[str, ...]] = {
    "chat": ("/chat/completions", "/v1/chat/completions", "/v1/messages", "/responses", "/v1/responses"),
    "completions": ("/completions", "/v1/completions"),
    "embeddings": ("/embeddings", "/v1/embeddings"),
    "images": ("/images/generations", "/v1/images/generations"),
    "audio": ("/audio/speech", "/v1/audio/speech", "/audio/transcriptions", "/v1/audio/transcriptions"),
    "moderations": ("/moderations", "/v1/moderations"),
    "rerank": ("/rerank", "/v1/rerank"),
    "batch": ("/batches", "/v1/batches", "/files", "/v1/files"),
}
# no route has this name, so a key without any scope reaches nothing; an empty list would mean every route
NO_ROUTE = "/remit/no-scope"
_TOLERANCE = timedelta(seconds=90)


def models_sent(models: tuple[str, ...] | None) -> tuple[str, ...]:
    """An empty list means every model to LiteLLM, so none has a name of its own."""
    if models is None:
        return ()
    return tuple(sorted(models)) or (NO_MODELS,)


def models_seen(models: tuple[str, ...]) -> tuple[str, ...] | None:
    """None: not bounded here."""
    if not models or EVERY_MODEL & set(models):
        return None
    return tuple(sorted(set(models) - {NO_MODELS}))


def routes_sent(scopes: tuple[str, ...] | None) -> tuple[str, ...]:
    """The routes of these scopes; a scope that LiteLLM has no route for opens none."""
    if scopes is None:
        return ()
    routes = {route for scope in scopes for route in ROUTES.get(scope, ())}
    return tuple(sorted(routes)) or (NO_ROUTE,)


def scopes_seen(routes: tuple[str, ...] | None, declared: object) -> tuple[str, ...] | None:
    """The scopes that were written, while the routes are still theirs; else what the routes amount to."""
    if not routes:
        return None
    written = _texts(declared)
    if written is not None and set(routes_sent(written)) == set(routes):
        return tuple(sorted(written))
    known = tuple(sorted(scope for scope, theirs in ROUTES.items() if set(theirs) <= set(routes)))
    covered = {route for scope in known for route in ROUTES[scope]} | {NO_ROUTE}
    return (*known, *sorted(set(routes) - covered))


def dollars(money: Money) -> Decimal:
    """Micro-units as dollars, exactly."""
    return Decimal(money.micro) / 1_000_000


def money(amount: Decimal) -> Money:
    """Dollars, to the nearest micro-unit."""
    return Money(int((amount * 1_000_000).to_integral_value(ROUND_HALF_UP)), CURRENCY)


def windows_sent(daily: Money | None, found: Mapping[str, Money], level: str) -> tuple[BudgetWindow, ...]:
    """The daily budget, and the windows of others in what was `found`: the list is replaced whole."""
    spans = {DAY: daily} if daily is not None else {}
    for pool, amount in found.items():
        span = pool.removeprefix(f"{level}.")
        if span not in _OWN_POOLS:
            spans[span] = amount
    return tuple(BudgetWindow(budget_duration=span, max_budget=dollars(amount)) for span, amount in spans.items())


def budgets_seen(
    level: str, most: Decimal | None, duration: str | None, windows: Iterable[SeenWindow]
) -> dict[str, Money]:
    """The budgets by pool, the smallest of each; one that is never renewed, or in another window, is under its own
    name, so that it shows as something that nobody declared."""
    found: dict[str, Money] = {}
    amounts = [(window.budget_duration, window.max_budget) for window in windows]
    amounts += [] if most is None else [(duration or ONCE, most)]
    for span, amount in amounts:
        pool = f"{level}.{_PERIODS.get(span, span)}"
        found[pool] = min(money(amount), found.get(pool, money(amount)), key=lambda each: each.micro)
    return found


_OWN_POOLS = ("daily", "monthly", ONCE)
_PERIODS = {"1d": "daily", "24h": "daily", "1mo": "monthly", "30d": "monthly"}


def expires_sent(expires: datetime, now: datetime) -> str:
    """LiteLLM takes a time from now; one in the past is the least there is."""
    return f"{max(1, int((expires - now).total_seconds()))}s"


def expires_seen(found: datetime | None, declared: object) -> datetime | None:
    """What was declared, while what is in force is that, but for the moments between computing and storing it."""
    if found is None:
        return None
    live = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    try:
        wanted = datetime.fromisoformat(str(declared))
    except ValueError:
        return live
    return wanted if wanted.tzinfo is not None and abs(wanted - live) <= _TOLERANCE else live


def kept(wanted: TargetObject) -> Metadata:
    """What LiteLLM has no field for, and the marker: entries of ours in its metadata."""
    entries: Metadata = {"managed_by": "remit", MARKER: wanted.marker}
    for name in (*LABELS, *KEPT_LISTS, "scopes"):
        value = getattr(wanted, name)
        if value is not None:
            entries[OURS + name] = sorted(value) if isinstance(value, tuple) else value
    if wanted.expires is not None:
        entries[f"{OURS}expires"] = wanted.expires.isoformat()
    return entries


def key_seen(row: SeenKey, teams: Teams, users: UserBudgets) -> TargetObject:
    """A key as LiteLLM holds it."""
    notes = row.metadata
    return TargetObject(
        alias=row.key_alias or "",
        id=row.token,
        marker=_text(notes.get(MARKER)) or "",
        team=teams.names.get(row.team_id, row.team_id) if row.team_id else None,
        project=_text(notes.get(f"{OURS}project")),
        environment=_text(notes.get(f"{OURS}environment")),
        models=models_seen(row.models),
        scopes=scopes_seen(row.allowed_routes, notes.get(f"{OURS}scopes")),
        purposes=_texts(notes.get(f"{OURS}purposes")),
        data_classes=_texts(notes.get(f"{OURS}data_classes")),
        caps={cap: value for cap, name in CAPS.items() if (value := getattr(row, name)) is not None},
        user_caps=users.caps(notes),
        model_caps=_model_caps(notes),
        budgets=budgets_seen("key", row.max_budget, row.budget_duration, row.budget_limits or ()),
        expires=expires_seen(row.expires, notes.get(f"{OURS}expires")),
        enabled=not row.blocked,
    )


def activity_seen(row: SeenKey) -> Activity:
    """When a key was last used, and what it has cost."""
    last = row.last_active
    at = last.replace(tzinfo=UTC) if last is not None and last.tzinfo is None else last
    return Activity(at, None if row.spend is None else money(row.spend))


def team_seen(row: SeenTeam, teams: Teams) -> TargetObject:
    """A team as LiteLLM holds it."""
    return TargetObject(
        alias=row.team_alias or row.team_id,
        id=row.team_id,
        kind="team",
        marker=_text(row.metadata.get(MARKER)) or "",
        team=teams.names[row.team_id],
        models=models_seen(row.models),
        budgets=budgets_seen("team", row.max_budget, row.budget_duration, row.budget_limits or ()),
        enabled=not row.blocked,
    )


def _model_caps(metadata: Metadata) -> dict[str, int]:
    found: dict[str, int] = {}
    for cap, name in MODEL_CAPS.items():
        limits = metadata.get(name)
        for model, value in limits.items() if isinstance(limits, dict) else ():
            if isinstance(value, int):
                found[f"{cap}.{model}"] = value
    return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return None
    return tuple(sorted(value))
