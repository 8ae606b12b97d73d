"""Every message of this package, one function each."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def too_deep() -> str:
    """An expression that nests deeper than can be traced."""
    return "the expression nests too deep to be traced"


def not_boolean() -> str:
    """A term that is neither true nor false."""
    return "a term is neither true nor false"


def _suggest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f": did you mean `{near[0]}`?" if near else ""


def unknown_fixture(kind: str, name: str, known: Iterable[str]) -> str:
    """A request or usage that the test does not define."""
    return f"no {kind} is called `{name}` in this test{_suggest(name, known)}"


def unknown_resource(kind: str, name: str, known: Iterable[str]) -> str:
    """A resource that neither the tree nor the test declares."""
    return f"no {kind} is called `{name}`{_suggest(name, known)}"


def outside_matrix(axis: str, value: str) -> str:
    """An expectation that names something the suite does not try."""
    return f"`{value}` is not among the `{axis}` of the suite: add it there"


def too_many_combinations(size: int, limit: int) -> str:
    """A matrix that would take too long."""
    return f"the suite has {size:,} combinations of keys, models and requests, of at most {limit:,}: split it"


def listed_twice() -> str:
    """Two expectations of one combination."""
    return "this combination is listed twice: keep one of them"


def needs_now(cause: str) -> str:
    """A result that changes with the clock, in a suite that sets none."""
    return f"the result depends on the time, because {cause}: set `now` in the suite"


def rule_reads_now(rule: str) -> str:
    """A cause of `needs_now`."""
    return f"the rule `{rule}` reads `now`"


def key_expires(key: str) -> str:
    """A cause of `needs_now`."""
    return f"the key `{key}` expires"


def waiver_ends(waiver: str) -> str:
    """A cause of `needs_now`."""
    return f"the waiver `{waiver}` is time-boxed"


def wrong_effect() -> str:
    """Another effect than expected."""
    return "the effect differs"


def unlisted() -> str:
    """A combination that is not listed and is not denied."""
    return "this combination is not listed, so it must be denied: list it, or tighten the policy"


def wrong_reasons() -> str:
    """The right effect for other reasons."""
    return "the reasons differ"


def wrong_errors() -> str:
    """Other rules than expected could not be evaluated."""
    return "the rules that could not be evaluated differ"


def wrong_delay() -> str:
    """A throttled request waits another time."""
    return "the delay differs"


def wrong_rules() -> str:
    """Other rules than expected deny a declared resource."""
    return "the rules that deny it differ"


def wrong_caps() -> str:
    """Caps resolve to other values."""
    return "the resolved caps differ"


def caps_of_keys_only(kind: str) -> str:
    """Caps expected of something that has none of its own."""
    return f"caps are resolved for a Key, not for a {kind}: expect them of a key"


def wrong_approvals() -> str:
    """A change requires other groups."""
    return "the groups whose approval it requires differ"


def wrong_alerts() -> str:
    """Other alert rules fire."""
    return "the alert rules that fire differ"


def rule_failed(rule: str, cause: str) -> str:
    """A rule that could not be evaluated where it must be."""
    return f"the rule `{rule}` could not be evaluated: {cause}"


def not_declared_field(field: str, known: Iterable[str]) -> str:
    """A field that no change or budget has."""
    return f"`{field}` is not a field of it{_suggest(field, known)}"


def missing_field(field: str) -> str:
    """A field that every change or budget has."""
    return f"`{field}` is missing"


def bad_field(field: str, cause: str) -> str:
    """A field whose value cannot be read."""
    return f"`{field}` {cause}"


def no_bundle(findings: Iterable[object]) -> str:
    """A tree, with the resources of the test, that does not compile."""
    listed = list(findings)
    more = f" (and {len(listed) - 1} more)" if len(listed) > 1 else ""
    return f"the tree with the resources of this test does not compile: {listed[0]}{more}"


def nothing_expected() -> str:
    """A suite without a case."""
    return "the suite has no case: give it `expected`, `declared`, `changes` or `budgets`"


def foreign_currency(currency: str, own: str) -> str:
    """An amount in another currency than the organisation's."""
    return f"an amount in {currency} does not mix with the organisation's {own}"


def not_ratio() -> str:
    """A ratio that is no plain decimal number."""
    return "is not a ratio: write a decimal number, as in `0.8`"
