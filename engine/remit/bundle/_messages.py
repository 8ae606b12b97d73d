"""Every message of this package, one function each."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Protocol

from remit.source import Finding, Position


class _Placed(Protocol):
    def position(self) -> Position: ...


def suggest(name: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word, or nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def declared_twice(position: Position, kind: str, name: str, first: _Placed) -> Finding:
    """Two documents with one kind and name."""
    text = f"{kind} `{name}` is declared twice: the other is at {first.position()}"
    return Finding(position, "declared-twice", text, "rename or remove one of them")


def no_organization() -> Finding:
    """A tree without its root."""
    text = "no Organization is declared in this tree"
    return Finding(Position(".", 1, 1), "no-organization", text, "add one, or run `remit init`")


def second_organization(position: Position, name: str) -> Finding:
    """A tree with two roots."""
    return Finding(position, "declared-twice", f"a second Organization `{name}` is declared", "keep exactly one")


def unknown_reference(position: Position, kind: str, name: str, known: Iterable[str]) -> Finding:
    """A name that stands for nothing."""
    names = list(known)
    remedy = suggest(name, names) or f"declare it, or use one of the {len(names)} that are"
    return Finding(position, f"unknown-{kind.lower().replace(' ', '-')}", f"no {kind} is called `{name}`", remedy)


def alias_used(position: Position, alias: str, model: str) -> Finding:
    """An allowlist that names a model by an alias."""
    text = f"`{alias}` is an alias: allowlists name models themselves"
    return Finding(position, "alias-in-allowlist", text, f"write `{model}`")


def alias_taken(position: Position, alias: str, owner: str) -> Finding:
    """An alias that means two models."""
    text = f"the alias `{alias}` already stands for `{owner}`"
    return Finding(position, "alias-taken", text, "give each alias to one model")


def wrong_team(position: Position, project: str, team: str, actual: str) -> Finding:
    """A key whose project belongs to another team."""
    text = f"project `{project}` belongs to team `{actual}`, not `{team}`"
    return Finding(position, "wrong-team", text, f"write `team: {actual}`")


def foreign_money(position: Position, currency: str, own: str) -> Finding:
    """An amount in another currency than the organisation's."""
    text = f"an amount in {currency} does not mix with the organisation's {own}"
    return Finding(position, "wrong-currency", text, f"write it in {own}")


def wrong_currency(position: Position, function: str, own: str) -> Finding:
    """`eur(5)` in an organisation that counts in USD."""
    text = f"`{function}()` does not mix with the organisation's {own}"
    return Finding(position, "wrong-currency", text, f"write `{own.lower()}()`")


def unknown_timezone(position: Position, name: str) -> Finding:
    """A timezone that the time zone database does not have."""
    return Finding(
        position, "unknown-timezone", f"no timezone is called `{name}`", "use an IANA name, as `Europe/Berlin`"
    )


def useless_selector(position: Position, selector: str, point: str, usable: Iterable[str]) -> Finding:
    """A selector that says nothing about the point of a rule below it."""
    text = f"the selector `{selector}` says nothing about a rule on `{point}`"
    remedy = f"move the rule to a policy of its own; it can select by {', '.join(f'`{name}`' for name in usable)}"
    return Finding(position, "useless-selector", text, remedy)


def no_pool(position: Position, cap: str, point: str) -> Finding:
    """A budget for something that has no pool of money."""
    text = f"a rule on `{point}` cannot cap `{cap}`: no money is counted for one {point}"
    return Finding(position, "no-pool", text, "cap it on `key`, `project` or `team`")


def rule_twice(position: Position, name: str) -> Finding:
    """Two rules of a policy with one name."""
    text = f"the rule `{name}` is declared twice in this policy"
    return Finding(position, "declared-twice", text, "rename or remove one of them")


def unknown_variable(position: Position, name: tuple[str, ...], known: tuple[str, ...]) -> Finding:
    """`variables.x` where no such variable is declared before."""
    shown = f"variables.{name[0]}" if name else "variables"
    remedy = suggest(name[0] if name else "", known) or "a variable is visible only after its declaration"
    return Finding(position, "unknown-variable", f"`{shown}` is not declared before it is used", remedy)


def too_large(position: Position, size: int, bound: int) -> Finding:
    """Variables within variables that grow without end."""
    text = f"with its variables laid in, the expression has {size:,} terms: the bound is {bound:,}"
    return Finding(position, "cel-too-large", text, "use fewer variables within variables")


def bad_pattern(position: Position) -> Finding:
    """A regular expression, written out, that is none."""
    text = "the regular expression is not one that RE2 reads"
    return Finding(position, "bad-pattern", text, "RE2 has no look-around and no back-references")


def not_waivable(position: Position, rule: str, verb: str) -> Finding:
    """A waiver for a rule that cannot be waived."""
    text = f"`{rule}` is a rule of the verb `{verb}`, which cannot be waived"
    return Finding(position, "not-waivable", text, "only `deny`, `throttle` and `cap` can")


def waiver_order(position: Position) -> Finding:
    """A waiver that ends before it starts."""
    text = "the waiver expires before it starts, so it never holds"
    return Finding(position, "waiver-order", text, "set `expires` after `starts`")


def waiver_clash(position: Position, other: Position) -> Finding:
    """Two waivers of one rule for one subject."""
    text = f"another waiver of this rule for this subject is at {other}"
    return Finding(position, "declared-twice", text, "keep one of them")


def not_in_allowlist(kind: str, name: str) -> str:
    """A model that a level above does not allow."""
    return f"the {kind.lower()} `{name}` does not allow it"


def denied_by(rule: str) -> str:
    """A rule that denies a model to a key."""
    return f"denied by the rule `{rule}`"


def rule_holds(rule: str, verb: str) -> str:
    """A rule without a message of its own."""
    words = {"deny": "denied", "throttle": "slowed down", "allow": "allowed"}
    return f"{words.get(verb, 'found')} by the rule `{rule}`"


def error_in_rule(rule: str) -> str:
    """A rule that cannot be evaluated for this key and model."""
    return f"the rule `{rule}` cannot be evaluated for it"


def rule_failed(rule: str, cause: str) -> str:
    """A rule on a declared resource that ended in an error."""
    return f"the rule `{rule}` could not be evaluated: {cause}"


def cap_failed(rule: str, cause: str) -> str:
    """A cap without a value."""
    return f"the cap of the rule `{rule}` has no value: {cause}"


def never_allowed() -> str:
    """Allow rules apply, and none of them can hold."""
    return "no `allow` rule that applies can hold"


def not_a_bundle(path: str, cause: str) -> str:
    """A file that is no bundle, or an altered one."""
    return f"`{path}` is not a bundle: {cause}: build it anew with `remit bundle`"


def unknown_key(name: str) -> str:
    """A key that is not declared."""
    return f"no Key is called `{name}`"


def naive_time() -> str:
    """A time without a zone."""
    return "a time needs its zone: pass an aware datetime"
