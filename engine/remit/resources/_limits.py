"""Caps and budgets, the same for an organisation, a team, a project and a key.

Missing means unmanaged, zero means zero.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from remit.resources._base import Name, Strict
from remit.resources._quantities import CountField, MoneyField, PercentField


class Limits(Strict):
    """Rate caps. A child's cap may only be lower than its parent's; the minimum holds."""

    requests_per_minute: CountField | None = None
    requests_per_hour: CountField | None = None
    requests_per_day: CountField | None = None
    tokens_per_minute: CountField | None = None
    tokens_per_day: CountField | None = None
    parallel_requests: CountField | None = None
    input_tokens_per_request: CountField | None = None
    output_tokens_per_request: CountField | None = None


CAPS: tuple[str, ...] = tuple(Limits.model_fields)


class BudgetAlert(Strict):
    """Tell `notify` when spend reaches `at` of the budget."""

    at: PercentField
    notify: tuple[Name, ...] = Field(default=(), description="Channels of the organisation")


class Budget(Strict):
    """Money per window of the organisation's timezone. A shared pool for all below it."""

    daily: MoneyField | None = None
    monthly: MoneyField | None = None
    alerts: tuple[BudgetAlert, ...] = Field(
        default=(), max_length=20, description="Whom to tell when a part of it is spent"
    )


PERIODS: tuple[Literal["daily", "monthly"], ...] = ("daily", "monthly")
