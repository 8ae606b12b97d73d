"""Every finding of this package, one function each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from remit.source import Finding, Position


def denied(at: Position, subject: str, rule: str, text: str, where: Position) -> Finding:
    """A resource that a rule refuses."""
    # a rule without a message of its own says no more than its name
    why = "" if f"`{rule}`" in text else f": {text}"
    return Finding(at, "denied", f"{subject} is denied by `{rule}`{why}", f"mend it, or see the rule at {where}")


def rule_error(at: Position, subject: str, text: str, where: Position) -> Finding:
    """A rule without an answer about a resource, which denies it."""
    remedy = f"guard what may be missing with `has()`: the rule is at {where}"
    return Finding(at, "rule-error", f"{subject} is denied: {text}", remedy)


def no_model_left(at: Position, key: str, count: int) -> Finding:
    """A key all of whose models are excluded."""
    text = f"the key `{key}` can use none of the {count} models it lists"
    return Finding(at, "no-model-left", text, "list a model that it may use, or remove the key")


def no_models(at: Position, key: str) -> Finding:
    """A key that lists no model."""
    text = f"the key `{key}` lists no model, so it can do nothing"
    return Finding(at, "no-model-left", text, "list the models it needs, or remove the key", "warning")


def model_excluded(at: Position, key: str, model: str, reason: str, where: str) -> Finding:
    """A model that a key lists and cannot use."""
    text = f"the key `{key}` cannot use the model `{model}`: {reason}"
    return Finding(at, "model-excluded", text, f"remove it from the list, or see {where}", "warning")


def key_expired(at: Position, key: str, when: datetime) -> Finding:
    """A key past its end."""
    text = f"the key `{key}` expired at {_time(when)}"
    return Finding(at, "key-expired", text, "remove it, or extend `expires`", "warning")


def key_expires(at: Position, key: str, when: datetime) -> Finding:
    """A key near its end."""
    text = f"the key `{key}` expires at {_time(when)}"
    return Finding(at, "key-expires-soon", text, "replace it, or extend `expires`", "note")


def key_nowhere(at: Position, key: str) -> Finding:
    """A key that no target has."""
    text = f"the key `{key}` has no targets, so it exists for `evaluate` only"
    return Finding(at, "key-nowhere", text, "list the targets that should have it", "note")


def waiver_expired(at: Position, waiver: str, when: datetime) -> Finding:
    """A waiver past its end."""
    text = f"the waiver `{waiver}` expired at {_time(when)} and has no effect"
    return Finding(at, "waiver-expired", text, "remove it", "warning")


def waiver_expires(at: Position, waiver: str, rule: str, when: datetime) -> Finding:
    """A waiver near its end."""
    text = f"the waiver `{waiver}` expires at {_time(when)}, and `{rule}` holds again"
    return Finding(at, "waiver-expires-soon", text, "see that it is no longer needed by then", "note")


def waiver_idle(at: Position, waiver: str, rule: str) -> Finding:
    """A waiver that makes no difference."""
    text = f"the waiver `{waiver}` waives nothing now: `{rule}` says nothing against its subject"
    return Finding(at, "waiver-idle", text, "remove it if it is no longer needed", "note")


def never_true(at: Position, rule: str) -> Finding:
    """A condition that is false whatever the facts are."""
    text = f"the rule `{rule}` can never apply: its condition is always false"
    return Finding(at, "unreachable-rule", text, "correct the condition, or remove the rule", "warning")


def matches_nothing(at: Position, rule: str) -> Finding:
    """A rule whose policy selects nothing that is declared."""
    text = f"the rule `{rule}` can never apply: the selectors of its policy match nothing that is declared"
    return Finding(at, "unreachable-rule", text, "correct `match`, or remove the rule", "warning")


def applies_to_nobody(at: Position, rule: str) -> Finding:
    """A rule on requests that is false for all keys and models there are."""
    text = f"the rule `{rule}` applies to no request now: its condition is false for every declared key and model"
    return Finding(at, "unreachable-rule", text, "keep it if it guards against what may come", "note")


def unguarded(at: Position, path: str) -> Finding:
    """A read of something that may be missing."""
    text = f"`{path}` may be missing, and reading it then is an error, which denies"
    return Finding(at, "unguarded-read", text, f"guard it, as in `has({path}) && …`", "warning")


def overcommitted(at: Position, owner: str, period: str, total: str, amount: str, children: str) -> Finding:
    """Children whose budgets sum to more than their parent has."""
    text = f"the {period} budgets of the {children} of {owner} sum to {total}, more than its own {amount}"
    return Finding(at, "overcommitted", text, "raise it, or lower theirs: whoever spends first has it", "warning")


def above_parent(at: Position, field: str, value: str, owner: str, bound: str) -> Finding:
    """A child's bound that its parent's makes idle."""
    text = f"`{field}` of {value} has no effect above the {bound} of {owner}"
    return Finding(at, "above-parent", text, f"lower it to at most {bound}, or raise that of {owner}", "warning")


def look_alike(at: Position, kind: str, name: str, other: str, where: Position) -> Finding:
    """Two names that people take for one."""
    text = f"{kind} `{name}` is easily taken for `{other}` at {where}"
    return Finding(at, "look-alike", text, "rename one of them", "warning")


def unknown_type(at: Position, noun: str, name: str, known: Iterable[str]) -> Finding:
    """A target type or a sink that nothing installed provides."""
    listed = ", ".join(f"`{each}`" for each in sorted(known)) or "none"
    text = f"no {noun} is called `{name}` here"
    return Finding(at, f"unknown-{noun.replace(' ', '-')}", text, f"use one of {listed}, or install what provides it")


def not_enforced(at: Position, rule: str, target: str, what: str, keys: int) -> Finding:
    """A rule that must be enforced by every target, and is not by one."""
    text = f"the rule `{rule}` must be enforced, and `{target}` does not enforce it for {keys} of its keys: {what}"
    return Finding(at, "not-enforced", text, "move these keys to another target, or remove `must_enforce`")


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def no_signers(at: Position) -> Finding:
    """Signatures are required, and no file says whose count."""
    text = "signatures are required, and nothing declared says who may sign, so what gives more is held"
    remedy = "name a file with `allowed_signers`, or set `REMIT_ALLOWED_SIGNERS` for every run"
    return Finding(at, "no-allowed-signers", text, remedy, "warning")
