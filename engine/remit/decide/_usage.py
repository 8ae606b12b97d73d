"""What has been used so far, as the caller knows it. Nothing known means nothing used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from remit.decide import _messages as messages
from remit.resources import PERIODS


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Counters of a key (and, with `user_`, of the user within it), before this request.

    `spent` is micro-units of money by pool and window, as in `{"team.monthly": 12_500_000}`.
    Raises ValueError for a counter that is no whole number of 0 or more, and for a pool that no budget can have.
    """

    requests_last_minute: int = 0
    requests_last_hour: int = 0
    requests_today: int = 0
    tokens_last_minute: int = 0
    tokens_today: int = 0
    parallel_requests: int = 0
    user_requests_last_minute: int = 0
    user_requests_last_hour: int = 0
    user_requests_today: int = 0
    user_tokens_last_minute: int = 0
    user_tokens_today: int = 0
    user_parallel_requests: int = 0
    spent: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, object] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        counters = {name: getattr(self, name) for name in _COUNTERS}
        spent = dict(self.spent)
        for name, value in (*counters.items(), *spent.items()):
            if type(value) is not int or value < 0:
                raise ValueError(messages.not_a_counter(name))
        unknown = spent.keys() - POOLS if spent else ()
        for name in unknown:
            raise ValueError(messages.unknown_pool(name, POOLS))
        object.__setattr__(self, "spent", MappingProxyType(spent))
        object.__setattr__(self, "facts", {**counters, "spent": spent})


POOLS: frozenset[str] = frozenset(
    f"{of}.{period}" for of in ("organization", "team", "project", "key") for period in PERIODS
)
_COUNTERS: tuple[str, ...] = tuple(each.name for each in fields(Usage) if each.init and each.name != "spent")
NOTHING = Usage()
