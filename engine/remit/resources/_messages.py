"""Every message of this package, one function each."""

from __future__ import annotations


def not_money() -> str:
    """An amount without its currency, negative, or not a number."""
    return "is not an amount: write a number and its currency, as in `500 USD`"


def not_duration() -> str:
    """A duration without its unit."""
    return "is not a duration: write a whole number and s, m, h, d or w, as in `30d`"


def not_count() -> str:
    """A count that is negative, fractional, or no number."""
    return "is not a count: write a whole number of 0 or more, as in `600`, `100_000` or `100k`"


def not_percent() -> str:
    """A percentage without its sign."""
    return "is not a percentage: write a number and `%`, as in `80%`"


def too_large() -> str:
    """An amount that does not fit 64 bits of micro-units."""
    return "is too large: amounts go up to 9 223 372 036 854"


def not_instant() -> str:
    """A date or time of day without a zone, or no date."""
    return "is not a date: write `2027-02-01`, or a time with its zone as in `2027-02-01T09:00:00Z`"


def one_verb(found: tuple[str, ...], point: str, allowed: tuple[str, ...]) -> str:
    """A rule with no verb, with two, or with one that its point does not take."""
    verbs = ", ".join(f"`{verb}`" for verb in allowed)
    have = ", ".join(f"`{verb}`" for verb in found) or "none"
    return f"a rule on `{point}` takes exactly one of {verbs}: found {have}"


def needs(field: str, verb: str) -> str:
    """A field that a verb cannot do without."""
    return f"`{verb}` needs `{field}` beside it"


def only_with(field: str, verb: str) -> str:
    """A field that belongs to another verb."""
    return f"`{field}` goes only with `{verb}`"
