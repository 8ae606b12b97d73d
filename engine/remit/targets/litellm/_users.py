"""Limits for each user of a key: a budget that the key names, for users who have none of their own.

LiteLLM keeps the name in the metadata of the key. Budgets of Remit are called by what they allow, so that keys share
them, a key changes over in one call, and one that is left over does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from remit.targets._api import Api
from remit.targets._errors import WriteRefused
from remit.targets.litellm._wire import BudgetBody, Done, Metadata, SeenBudget

BUDGET = "end_user_budget_id"
USER_CAPS = {"requests_per_minute": "rpm_limit", "tokens_per_minute": "tpm_limit"}
_SHORT = {"requests_per_minute": "rpm", "tokens_per_minute": "tpm"}


def named(metadata: Metadata) -> str:
    """The budget that a key names, or empty."""
    name = metadata.get(BUDGET)
    return name if isinstance(name, str) else ""


def changes_users(changed: Iterable[str]) -> bool:
    """Whether a limit for users is among what changed."""
    return any(name.startswith("user_caps.") for name in changed)


@dataclass(frozen=True, slots=True)
class UserBudgets:
    """The budgets of a proxy by name, as far as they limit users."""

    found: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, api: Api, metadata: Iterable[Metadata]) -> UserBudgets:
        """Read only when some key names one. Raises TargetError."""
        if not any(map(named, metadata)):
            return cls()
        rows = api.read("/budget/list", tuple[SeenBudget, ...])
        return cls({row.budget_id: _caps(row) for row in rows})

    def caps(self, metadata: Metadata) -> Mapping[str, int]:
        """What each user of a key may do; one that names a budget which is gone limits nobody."""
        return self.found.get(named(metadata), {})


def _caps(row: SeenBudget) -> dict[str, int]:
    return {cap: value for cap, name in USER_CAPS.items() if (value := getattr(row, name)) is not None}


@dataclass
class UserBudgetWriter:
    """Makes budgets of `organization`, each once."""

    api: Api
    organization: str
    _made: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def fields(self, caps: Mapping[str, int], live: str = "") -> dict[str, object]:
        """What names a budget with these limits, which is there from now on: a key with a name for nothing is refused.

        `live` is what the key names so far: when that is the same, it is the budget that somebody changed.
        Raises TargetError.
        """
        limits = {cap: caps[cap] for cap in USER_CAPS if cap in caps}
        if not limits:
            return {}
        name = "-".join((f"remit-{self.organization}-user", *(f"{limits[cap]}{_SHORT[cap]}" for cap in limits)))
        with self._lock:
            if name not in self._made or name == live:
                self._make(BudgetBody.model_validate({"budget_id": name, **_sent(limits)}))
            self._made.add(name)
        return {BUDGET: name}

    def _make(self, body: BudgetBody) -> None:
        try:
            self.api.write("/budget/new", body, Done)
        except WriteRefused:
            # it is there, and says what its name says from now on, whatever somebody made of it
            self.api.write("/budget/update", body, Done)


def _sent(limits: Mapping[str, int]) -> dict[str, int | None]:
    return {name: limits.get(cap) for cap, name in USER_CAPS.items()}
