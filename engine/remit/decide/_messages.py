"""Every message of this package, one function each. No message holds a value of the request."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def not_a_counter(name: str) -> str:
    """A counter that is no whole number of 0 or more."""
    return f"usage `{name}` is not a whole number of 0 or more: counters are counts, and money is micro-units"


def unknown_pool(name: object, known: Iterable[str]) -> str:
    """Money spent from a pool that no budget can have: it would count as nothing."""
    near = get_close_matches(str(name), sorted(known), n=1)
    remedy = f"did you mean `{near[0]}`?" if near else f"use one of {', '.join(sorted(known))}"
    return f"usage `spent` has no pool of this name: {remedy}"


def not_usage() -> str:
    """Something else where what has been used is asked for."""
    return "`usage` is no Usage: pass remit.Usage(...), or None when nothing is known"


def beyond_the_calendar() -> str:
    """A time in the first or the last year that a datetime can hold."""
    return "`now` is in the first or last year of the calendar: pass the time of the request"


def unknown_field(name: str) -> str:
    """A keyword that evaluate does not take."""
    return f"evaluate() takes no `{name}`: put what is your own in `tags`"


def wrong_type(name: str, wanted: str) -> str:
    """A field of a request with the wrong type."""
    return f"the request's `{name}` is not {wanted}"


def unknown_key() -> str:
    """A key that is not declared."""
    return "no such key is declared"


def unknown_model() -> str:
    """A model that is not in the catalogue."""
    return "no such model is in the catalogue"


def suspended(key: str) -> str:
    """A key that is declared, and suspended."""
    return f"the key `{key}` is suspended"


def expired(key: str, when: str) -> str:
    """A key past its end."""
    return f"the key `{key}` expired on {when}"


def violates(message: str) -> str:
    """A rule on declared resources that the key breaks."""
    return f"the key is not in force: {message}"


def model_not_allowed(key: str, model: str, cause: str) -> str:
    """A model outside the key's allowlist, or one above it."""
    return f"the key `{key}` may not use `{model}`: {cause}"


def not_listed() -> str:
    """The key's own allowlist does not have the model."""
    return "its allowlist does not have it"


def not_granted(key: str, what: str) -> str:
    """A scope, purpose or data class that the key was not granted."""
    return f"the key `{key}` was not granted this {what}"


def model_without_scope(model: str) -> str:
    """A scope that the model does not serve."""
    return f"`{model}` does not serve this scope"


def cap_reached(name: str, limit: int, whose: str) -> str:
    """A rate cap that this request would exceed."""
    return f"the {whose}'s cap of {limit:,} {name.replace('_', ' ')} is reached"


def budget_exhausted(pool: str, name: str, period: str, spent: str, amount: str, resets: str) -> str:
    """A pool of money with nothing left."""
    return f"the {period} budget of {pool} `{name}` is used up: {spent} of {amount}; it resets at {resets}"


def no_rule_allows() -> str:
    """Allow rules apply, and none holds."""
    return "`allow` rules apply to this request, and none of them holds"


def rule_error(rule: str, cause: str) -> str:
    """A rule that could not be evaluated."""
    return f"the rule `{rule}` could not be evaluated: {cause}"


def nothing_to_load(location: str) -> str:
    """A location without policies."""
    return f"`{location}` is neither a directory of policies nor a bundle: check the path, or set REMIT_BUNDLE"


def does_not_compile(count: int, first: str) -> str:
    """A tree with errors."""
    return f"the policies have {count} error{'s' if count > 1 else ''}, the first: {first}: run `remit check`"
