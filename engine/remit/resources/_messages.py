"""Every message of this package, one function each.

What a quantity or a name should have been reads `is not …: write …`: a fault, then its remedy, which
`fault_and_remedy` takes apart again. No message holds a value that was written: it may be a secret.
"""

from __future__ import annotations

from collections.abc import Sequence

_FEW = 8
_AS_TYPE = {
    "array": "write it as in `[a, b]`",
    "boolean": "write one of them, without quotes",
    "integer": "write it without quotes, as in `2`",
    "object": "write it as in `{field: value}`",
    "string": "put it in quotes",
}


def fault_and_remedy(text: str) -> tuple[str, str]:
    """Split at the first colon; the remedy may be empty."""
    fault, _, remedy = text.partition(": ")
    return fault, remedy


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


def not_instant() -> str:
    """A date or time of day without a zone, or no date."""
    return (
        "is not a date of the years 2000 to 2099: "
        "write `2027-02-01`, or a time with its zone as in `2027-02-01T09:00:00Z`"
    )


def not_name() -> str:
    """A name that is too long, or has other letters than names have."""
    return "is not a name: write up to 63 lower-case letters, digits, `-` and `.`, with a letter or digit at both ends"


def not_person() -> str:
    """A login with letters that logins do not have."""
    return "is not a login: write up to 100 letters, digits, `.`, `_`, `@` and `-`"


def not_variable() -> str:
    """A name that an expression could not write behind `variables.`."""
    return "is not the name of a variable: write up to 63 lower-case letters, digits and `_`, with a letter first"


def not_environment_variable() -> str:
    """An address or a credential where the name of a variable belongs, or a name in lower case."""
    return "is not the name of an environment variable: write its name in capitals, never the value it holds"


def not_timezone() -> str:
    """A timezone that is a path, or a file of this machine."""
    return "is not a timezone: write an IANA name, as in `Europe/Berlin`"


def not_url() -> str:
    """An address with spaces, credentials or no scheme."""
    return "is not an address: write it with `https://`, without spaces or credentials"


def not_matching() -> str:
    """Text in a form that the field does not take."""
    return "has letters that do not belong there: see the pattern in its JSON Schema"


def one_verb(found: Sequence[str], point: str, allowed: Sequence[str]) -> str:
    """A rule with no verb, with two, or with one that its point does not take."""
    return f"a rule on `{point}` takes {_choice(allowed)}: found {_list(found) or 'none'}"


def needs(field: str, verb: str) -> str:
    """A field that a verb cannot do without."""
    return f"`{verb}` needs `{field}` beside it"


def only_with(field: str, verbs: Sequence[str]) -> str:
    """A field that belongs to another verb."""
    return f"`{field}` goes only with {_list(verbs)}"


def not_a_resource() -> str:
    """A document that is a list or a scalar."""
    return "this is not a resource"


def write_resource() -> str:
    """What a document should have been."""
    return "write a mapping of `apiVersion`, `kind`, `metadata` and `spec`"


def old_version(version: str, current: str) -> str:
    """A version that migrations lead away from."""
    return f"`{version}` is an older version than `{current}`"


def run_migrate() -> str:
    """How to bring a file up to date."""
    return "run `remit migrate`"


def unknown_version(version: str | None) -> str:
    """A version that is none of Remit's."""
    return f"`{version}` is not a known apiVersion" if version else "this is not a known apiVersion"


def unknown_kind(kind: str | None) -> str:
    """A kind that is not declared."""
    return f"`{kind}` is not a known kind" if kind else "this is not a known kind"


def one_of(options: Sequence[str]) -> str:
    """What may stand here."""
    return f"write {'one of ' if len(options) > 1 else ''}{_list(options)}"


def did_you_mean(suggestion: str) -> str:
    """A name close to the one that was written."""
    return f"did you mean `{suggestion}`?"


def unknown_field(field: str | None) -> str:
    """A field that the kind does not have."""
    return f"unknown field `{field}`" if field else "unknown field"


def remove_field(others: Sequence[str]) -> str:
    """What to do about a field that looks like none of the `others`."""
    return f"remove it, or {one_of(others)}" if 0 < len(others) <= _FEW else "remove it"


def missing_field(field: str) -> str:
    """A required field that is not there."""
    return f"missing field `{field}`"


def add_it() -> str:
    """What to do about a field or verb that is not there."""
    return "add it"


def add_one() -> str:
    """What to do about a rule that does nothing."""
    return "add one"


def keep_one() -> str:
    """What to do about a rule that does two things."""
    return "keep one, and make another rule of the other"


def other_verb() -> str:
    """What to do about a verb at the wrong point."""
    return "write one of these, or put the rule on another point"


def remove_it() -> str:
    """What to do about a field that does not belong."""
    return "remove it"


def add_field(place: str) -> str:
    """What to do about a missing field."""
    return f"add it to {place}"


def no_value(place: str) -> str:
    """A field with nothing after its colon."""
    return f"{place} has no value"


def give_value(none: str | None) -> str:
    """What to do about a field without a value; `none` is how one says none at all, if the field takes that."""
    return f"write {f'`{none}` for none' if none else 'its value'}, or leave out what may be missing"


def wrong_type(place: str, expected: Sequence[str]) -> str:
    """Something of another shape than the field takes."""
    return f"{place} must be {', or '.join(filter(None, (', '.join(expected[:-1]), expected[-1])))}"


def write_type(expected: str) -> str:
    """What to do about something of another shape; `expected` is the name of a type in JSON Schema."""
    return _AS_TYPE.get(expected, write_scalar())


def write_scalar() -> str:
    """What to do about a list or mapping where one value belongs."""
    return "write a single value"


def wrong_value(place: str, value: str | None) -> str:
    """A word that is not among those the field takes."""
    return f"{place} cannot be `{value}`" if value else f"{place} has a value it cannot have"


def at_least(place: str, least: int, unit: str) -> str:
    """Too short, too few or too small."""
    return f"{place} needs at least {_counted(least, unit)}"


def at_most(place: str, most: int, unit: str) -> str:
    """Too long, too many or too large."""
    return f"{place} takes at most {_counted(most, unit)}"


def write_more(unit: str) -> str:
    """What to do about too little."""
    return "add to it" if unit else "raise it"


def write_less(unit: str) -> str:
    """What to do about too much."""
    return "shorten it" if unit else "lower it"


def at_place(place: str, fault: str) -> str:
    """A fault, with the field it is at."""
    return f"{place} {fault}"


def too_many_faults(most: int) -> str:
    """The end of a list of faults."""
    return f"more than {most} faults in this resource, the rest was not looked at"


def mend_first() -> str:
    """What to do about too many faults."""
    return "mend these first"


def invalid(place: str) -> str:
    """Refused for a reason that has no words of its own."""
    return f"{place} is not valid"


def secret(shape: str) -> str:
    """Something that looks like a secret, whose value is not told."""
    return f"this looks like {shape}, and a secret never stands in git"


def revoke_secret() -> str:
    """What to do about a secret that was written down."""
    return "revoke it where it was issued, remove it from the history, and name an environment variable or sink instead"


def _list(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _choice(words: Sequence[str]) -> str:
    return f"exactly one of {_list(words)}" if len(words) > 1 else _list(words)


def _counted(count: int, unit: str) -> str:
    plural = f"{unit[:-1]}ies" if unit.endswith("y") else f"{unit}s"
    return f"{count} {unit if count == 1 else plural}" if unit else str(count)
