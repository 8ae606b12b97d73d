"""What has been used, in true sliding windows: by key, by user of a key, and in money by pool."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from hashlib import sha256

from remit.bundle import BudgetPool, Entitlement
from remit.decide import Usage

_MINUTE, _HOUR = 60.0, 3_600.0
# how much of a month is over on the demonstrated day, the 23rd
_MONTH_GONE = 22 / 30
Pot = tuple[str, str, str]


@dataclass(slots=True)
class Window:
    """Requests and tokens of the last `span` seconds."""

    span: float
    requests: int = 0
    tokens: int = 0
    _held: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, at: float, tokens: int) -> None:
        """Count a request."""
        self._held.append((at, tokens))
        self.requests += 1
        self.tokens += tokens

    def slide(self, now: float) -> None:
        """Forget what is older than the window."""
        held, oldest = self._held, now - self.span
        while held and held[0][0] <= oldest:
            self.tokens -= held.popleft()[1]
            self.requests -= 1


@dataclass(slots=True)
class Counters:
    """Of one key, or of one user of one key."""

    minute: Window = field(default_factory=lambda: Window(_MINUTE))
    hour: Window = field(default_factory=lambda: Window(_HOUR))
    requests: int = 0
    tokens: int = 0

    def add(self, at: float, tokens: int) -> None:
        """Count a request."""
        self.minute.add(at, tokens)
        self.hour.add(at, tokens)
        self.requests += 1
        self.tokens += tokens

    def slide(self, now: float) -> None:
        """Forget what has left the windows."""
        self.minute.slide(now)
        self.hour.slide(now)


class Meter:
    """Everything used so far on the demonstrated day, and the money of the month before it."""

    def __init__(self, entitlements: dict[str, Entitlement]) -> None:
        self._pools = {key: tuple((each.id, pot(each)) for each in it.budgets) for key, it in entitlements.items()}
        self._keys: defaultdict[str, Counters] = defaultdict(Counters)
        self._users: defaultdict[tuple[str, str], Counters] = defaultdict(Counters)
        self.before = opening(entitlements)
        self.spent: Counter[Pot] = Counter(self.before)

    def usage(self, key: str, user: str | None, now: float) -> Usage:
        """What `evaluate` should know of `key` at `now`, in seconds of the day."""
        own = self._keys[key]
        own.slide(now)
        theirs = _NOBODY if user is None else self._users[key, user]
        theirs.slide(now)
        spent = self.spent
        return Usage(
            requests_last_minute=own.minute.requests,
            requests_last_hour=own.hour.requests,
            requests_today=own.requests,
            tokens_last_minute=own.minute.tokens,
            tokens_today=own.tokens,
            user_requests_last_minute=theirs.minute.requests,
            user_requests_last_hour=theirs.hour.requests,
            user_requests_today=theirs.requests,
            user_tokens_last_minute=theirs.minute.tokens,
            user_tokens_today=theirs.tokens,
            spent={name: spent[place] for name, place in self._pools.get(key, ())},
        )

    def sent(self, key: str, user: str | None, now: float, tokens: int, cost: int) -> None:
        """A request of `key` went out at `now`; times never decrease."""
        self._keys[key].add(now, tokens)
        if user is not None:
            self._users[key, user].add(now, tokens)
        for _, place in self._pools.get(key, ()):
            self.spent[place] += cost


_NOBODY = Counters()


def pot(pool: BudgetPool) -> Pot:
    """Which money a pool is: shared by every key that names the same."""
    return pool.pool, pool.name, pool.period


def opening(entitlements: dict[str, Entitlement]) -> Counter[Pot]:
    """What the month had cost before the day: invented, evenly paced, give or take; the same each time."""
    spent: Counter[Pot] = Counter()
    for name, entitlement in entitlements.items():
        own = [each for each in entitlement.budgets if each.pool == "key" and each.period == "monthly"]
        for budget in own:
            amount = int(budget.amount.micro * _MONTH_GONE * _pace(name))
            for each in entitlement.budgets:
                if each.period == "monthly":
                    spent[pot(each)] += amount
    return spent


def _pace(name: str) -> float:
    """Between 0.6 and 1.2, by name."""
    return 0.6 + 0.6 * int.from_bytes(sha256(name.encode()).digest()[:4]) / 2**32


def budgets(entitlements: dict[str, Entitlement]) -> dict[Pot, int]:
    """The limit of every pool that some key draws on, in micro-units."""
    return {pot(each): each.amount.micro for it in entitlements.values() for each in it.budgets}
