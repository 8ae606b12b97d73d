"""Two bundles compared by meaning: what differs, and whether that loosens or tightens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

import pytest
from command_line import KEY, ORGANIZATION, RULES
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.bundle import Bundle, compile_tree
from remit.bundle._diff import Difference, diff_bundles
from remit.bundle._diff_shift import Direction, Shift, direction
from remit.resources import Money
from remit.source import SourceError

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALL = f"{ORGANIZATION}---\n{KEY}---\n{RULES}"
WAIVER = """\
---
apiVersion: remit/v1
kind: Waiver
metadata: {name: pilot}
spec:
  policy: base
  rule: near-the-cap
  subject: {kind: Key, name: ranker-prod}
  reason: a pilot
  ticket: T-1
  expires: 2026-12-01
"""
CAP = """\
    - name: small
      on: key
      cap: requests_per_minute
      value: "60"
    - name: frugal
      on: team
      cap: budget.monthly
      value: usd(100)
"""
MODEL = """\
---
apiVersion: remit/v1
kind: Model
metadata: {name: vast}
spec: {provider: openai, upstream: gpt-5, tier: premium}
"""
SECOND = "---\n" + KEY.replace("ranker-prod", "ranker-dev").replace("environment: prod", "environment: dev")


class _Text:
    """A tree of one file."""

    root = "text"
    commit = None

    def __init__(self, text: str) -> None:
        self._text = text.encode()

    def files(self) -> tuple[str, ...]:
        return ("all.yaml",)

    def read(self, path: str) -> bytes:
        return self._text

    def digest(self, path: str) -> str:
        return sha256(self._text).hexdigest()

    def problems(self) -> tuple[SourceError, ...]:
        return ()


@cache
def bundle(text: str) -> Bundle:
    compilation = compile_tree(_Text(text))
    assert compilation.bundle is not None, compilation.findings
    return compilation.bundle


def difference(before: str, after: str) -> Difference:
    return diff_bundles(bundle(before), bundle(after), AT)


def told(found: Difference) -> list[str]:
    """Each difference as `what: direction`."""
    resources = [f"{each.action} {each.kind} {each.name}: {each.direction}" for each in found.resources]
    keys = [f"{each.key} {shift.name}: {shift.direction}" for each in found.entitlements for shift in each.shifts]
    return [*resources, *keys, *(f"{each.name} {each.shift.name}: {each.shift.direction}" for each in found.pools)]


def swap(old: str, new: str) -> tuple[str, str]:
    assert old in ALL
    return ALL, ALL.replace(old, new)


CASES: Sequence[tuple[str, tuple[str, str], list[str]]] = (
    (
        "cap raised",
        swap("requests_per_minute: 600", "requests_per_minute: 700"),
        ["change Key ranker-prod: loosen", "ranker-prod caps.requests_per_minute: loosen"],
    ),
    (
        "cap raised beyond what holds",
        swap("requests_per_minute: 1000", "requests_per_minute: 2000"),
        ["change Organization acme: loosen"],
    ),
    (
        "cap removed",
        swap("  limits: {requests_per_minute: 600}\n", ""),
        ["change Key ranker-prod: loosen", "ranker-prod caps.requests_per_minute: loosen"],
    ),
    (
        "budget cut",
        swap("monthly: 500 USD", "monthly: 400 USD"),
        ["change Key ranker-prod: tighten", "ranker-prod budget.monthly: tighten"],
    ),
    (
        "budget of the organisation",
        swap("10_000 USD", "20_000 USD"),
        ["change Organization acme: loosen", "acme budget.monthly: loosen"],
    ),
    (
        "budget removed",
        swap(", budget: {monthly: 900 USD}", ""),
        ["change Team search: loosen", "search budget.monthly: loosen"],
    ),
    (
        "model gained and lost",
        swap("models: [mini, grand]", "models: [grand]"),
        ["change Key ranker-prod: tighten", "ranker-prod models: tighten"],
    ),
    (
        "allowlist of the team",
        swap("owners: [ana], approvers", "models: [mini], owners: [ana], approvers"),
        ["change Team search: tighten", "ranker-prod models: tighten"],
    ),
    (
        "scope added",
        swap("scopes: [chat]\n  models", "scopes: [chat, embeddings]\n  models"),
        ["change Key ranker-prod: loosen", "ranker-prod scopes: loosen"],
    ),
    (
        "expiry extended",
        swap("2030-02-01", "2031-02-01"),
        ["change Key ranker-prod: loosen", "ranker-prod expires: loosen"],
    ),
    (
        "expired",
        swap("2030-02-01", "2026-02-01"),
        ["change Key ranker-prod: tighten", "ranker-prod in_force: tighten", "ranker-prod expires: tighten"],
    ),
    (
        "suspended",
        swap("  owner: ana", "  suspended: true\n  owner: ana"),
        ["change Key ranker-prod: tighten", "ranker-prod in_force: tighten", "ranker-prod suspended: tighten"],
    ),
    (
        "owner",
        swap("  owner: ana", "  owner: bea"),
        ["change Key ranker-prod: neutral", "ranker-prod owner: neutral"],
    ),
    ("description", swap("Finds things", "Finds more"), ["change Team search: neutral"]),
    ("labels", swap("description: Finds things", "labels: {tier: gold}"), ["change Team search: neutral"]),
    (
        "model added",
        (ALL, ALL + MODEL),
        ["add Model vast: neutral"],
    ),
    (
        "key added that is not in force",
        (ALL, ALL + SECOND.replace("owner: ana", "suspended: true")),
        ["add Key ranker-dev: loosen"],
    ),
    ("member", swap("members: [fay]", "members: [fay, gus]"), ["change Group finance: neutral"]),
    ("model changed", swap("tier: economy", "tier: standard"), ["change Model mini: neutral"]),
    ("rule changed", swap("> 500", "> 400"), ["change Rule base/near-the-cap: neutral"]),
    ("rule removed", (ALL, ALL[: ALL.index("    - name: near-the-cap")]), ["remove Rule base/near-the-cap: loosen"]),
    (
        "caps added",
        (ALL, ALL + CAP),
        [
            "add Rule base/frugal: tighten",
            "add Rule base/small: tighten",
            "ranker-prod caps.requests_per_minute: tighten",
            "search budget.monthly: tighten",
        ],
    ),
    ("waiver added", (ALL, ALL + WAIVER), ["add Waiver pilot: loosen"]),
    ("waiver removed", (ALL + WAIVER, ALL), ["remove Waiver pilot: tighten"]),
    (
        "waiver extended and moved",
        (ALL + WAIVER, ALL + WAIVER.replace("2026-12-01", "2026-12-02\n  starts: 2026-11-01")),
        ["change Waiver pilot: loosen"],
    ),
    ("key added", (ALL, ALL + SECOND), ["add Key ranker-dev: loosen", "ranker-dev models: loosen"]),
    ("key removed", (ALL + SECOND, ALL), ["remove Key ranker-dev: tighten"]),
    (
        "key renamed",
        swap("{name: ranker-prod, team", "{name: ranker-live, previously: ranker-prod, team"),
        ["change Key ranker-live: neutral"],
    ),
    (
        "key renamed and given more",
        (ALL, ALL.replace("{name: ranker-prod", "{name: ranker-live, previously: ranker-prod").replace("600}", "700}")),
        ["change Key ranker-live: loosen", "ranker-live caps.requests_per_minute: loosen"],
    ),
    (
        "layout",
        (ALL, ALL.replace("10_000 USD", "10000 USD").replace("requests_per_minute: 1000", "requests_per_minute: 1k")),
        [],
    ),
    ("the same", (ALL, ALL), []),
)


@pytest.mark.parametrize(("texts", "expected"), [each[1:] for each in CASES], ids=[each[0] for each in CASES])
def test_difference(texts: tuple[str, str], expected: list[str]) -> None:
    """Each change is found once at each place where it matters, with its direction."""
    found = difference(*texts)
    assert told(found) == expected
    assert found.empty == (not expected)


@pytest.mark.parametrize("texts", [each[1] for each in CASES], ids=[each[0] for each in CASES])
def test_difference_backwards(texts: tuple[str, str]) -> None:
    """What loosens one way tightens the other: nothing is lost or invented by the order."""
    forth, back = difference(*texts), difference(*reversed(texts))
    assert forth.empty == back.empty
    assert len(forth.pools) == len(back.pools)
    opposite: dict[Direction, Direction] = {"loosen": "tighten", "tighten": "loosen", "neutral": "neutral"}
    assert [opposite[each.shift.direction] for each in back.pools] == [each.shift.direction for each in forth.pools]


def test_renamed_key() -> None:
    """A renamed key says what it was called, and is neither removed nor added."""
    [change] = difference(
        *swap("{name: ranker-prod, team", "{name: ranker-live, previously: ranker-prod, team")
    ).resources
    assert (change.name, change.renamed_from, change.shifts) == ("ranker-live", "ranker-prod", ())


def test_shift_values() -> None:
    """A shift holds what was and what is, as the library has it."""
    found = difference(*swap("monthly: 500 USD", "monthly: 400 USD"))
    expected = Shift("budget.monthly", Money(500_000_000, "USD"), Money(400_000_000, "USD"), "tighten")
    assert found.resources[0].shifts == (expected,)
    assert (found.pools[0].pool, found.pools[0].shift) == ("key", expected)


def test_naive_time() -> None:
    """A time without a zone is refused."""
    same = bundle(ALL)
    with pytest.raises(ValueError, match="zone"):
        diff_bundles(same, same, datetime(2026, 1, 1))


DIRECTIONS: Sequence[tuple[str, object, object, Direction]] = (
    ("models", None, ("a",), "tighten"),
    ("models", ("a",), None, "loosen"),
    ("models", ("a",), ("b",), "loosen"),
    ("models", ("a", "b"), ("b", "a"), "neutral"),
    ("expires", None, AT, "tighten"),
    ("expires", AT.date(), AT, "loosen"),
    ("limits.delete.max_count", 1, 0, "tighten"),
    ("budget.monthly", Money(1, "USD"), Money(2, "EUR"), "neutral"),
    ("budget.alerts", ("a",), ("b",), "neutral"),
    ("caps.x", True, False, "neutral"),
    ("adopt", False, True, "loosen"),
    ("upstream", "a", "b", "neutral"),
    ("rotate_every", timedelta(days=30), timedelta(days=60), "loosen"),
)


@pytest.mark.parametrize(("name", "before", "after", "expected"), DIRECTIONS)
def test_direction(name: str, before: object, after: object, expected: Direction) -> None:
    """More, longer, later or unbounded loosens; what cannot be compared is neutral."""
    assert direction(name, before, after) == expected


@settings(max_examples=50)
@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_direction_of_counts(before: int, after: int) -> None:
    """Of two counts the larger gives more."""
    expected = "neutral" if before == after else "loosen" if after > before else "tighten"
    assert direction("limits.requests_per_day", before, after) == expected
