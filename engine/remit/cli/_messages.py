"""Every message of the command line, one function each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_QUOTED = re.compile(r"'([^'\s]+)'")
_WORDINGS = (
    (re.compile(r"No such option: (\S+)"), r"no such option `\1`"),
    (re.compile(r" \(Possible options: ([^\s,)]+).*\)"), r": did you mean `\1`?"),
    (re.compile(r"\. Did you mean"), ": did you mean"),
    (re.compile(r": Value error, "), ": "),
    (re.compile(r": Input should"), ": it should"),
)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word, or nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f": did you mean `{near[0]}`?" if near else ""


def with_remedy(message: str, remedy: str) -> str:
    """A sentence and what to do about it."""
    return f"{message}: {remedy}" if remedy else message


def misused(message: str, command: str) -> str:
    """A command line that typer refuses, in our words: `No such command 'x'. Did you mean 'y'?`."""
    text = _QUOTED.sub(r"`\1`", " ".join(message.split())).rstrip(".")
    for pattern, ours in _WORDINGS:
        text = pattern.sub(ours, text)
    text = f"{text[:1].lower()}{text[1:]}"
    return text if text.endswith("?") else f"{text}: see `{command} --help`"


def system(cause: str, path: object) -> str:
    """The operating system said no."""
    reason = cause[:1].lower() + cause[1:]
    return f"`{path}`: {reason}" if path else reason


def refused_by_system() -> str:
    """The operating system did not say why."""
    return "the operating system refused"


def at_path(path: str, message: str) -> str:
    """A path that cannot be opened as a tree."""
    return f"`{path}`: {message}"


def unexpected(kind: str) -> str:
    """An error that nothing foresees; its text might hold anything."""
    return f"unexpected `{kind}`: set `REMIT_DEBUG=1` to see where, and report it"


def not_an_instant() -> str:
    """`--now` that is no instant."""
    return "not an instant with its zone, as `2027-02-01T09:00:00Z`"


def not_a_pair(option: str) -> str:
    """`--tag` or `--usage` without `=`."""
    return f"`{option}` takes `name=value`"


def unknown_counter(name: str, known: Iterable[str]) -> str:
    """`--usage` with a name that nothing counts."""
    listed = sorted(known)
    near = did_you_mean(name, listed)
    return f"nothing counts `{name}`{near or ': use ' + ', '.join(f'`{each}`' for each in listed)}"


def bad_counter(name: str, cause: str) -> str:
    """`--usage` with a value that is no quantity."""
    return f"`{name}` {cause}"


def unknown_kind(name: str, known: Iterable[str]) -> str:
    """A kind that does not exist."""
    kinds = list(known)
    near = did_you_mean(name.capitalize().removesuffix("s"), kinds)
    return f"no kind is called `{name}`{near or ': use ' + ', '.join(f'`{kind}`' for kind in kinds)}"


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """A name that nothing has."""
    return f"no {kind} is called `{name}`{did_you_mean(name, known) or ': `remit show` lists what is declared'}"


def unknown_suite(name: str, known: Iterable[str]) -> str:
    """`--suite` that names neither a test nor a suite."""
    return f"no policy test or suite is called `{name}`{did_you_mean(name, known)}"


def no_tests() -> str:
    """Nothing to run is not a success."""
    return "no PolicyTest is declared: add one, since untested policy proves nothing"


def too_little_covered(percent: float, bound: float) -> str:
    """Coverage below `--fail-under`."""
    return f"coverage is {percent:.1f}%, under the {bound:g}% asked for"


def json_or_format() -> str:
    """`--json` beside another `--format`."""
    return "`--json` is short for `--format json`: give one of them"


def write_or_check() -> str:
    """`--write` beside `--check`."""
    return "`--write` and `--check` exclude each other"


def target_of_plan() -> str:
    """`apply PLANFILE --target`."""
    return "a plan file says itself what it is for: leave `--target` and `--rotate` out, or plan anew with them"


def foreign_money(name: str, currency: str, own: str) -> str:
    """Money of another currency than the organisation's."""
    return f"`{name}` is in {currency}, which does not mix with the organisation's {own}: write it in {own}"


def unknown_target(name: str, known: Iterable[str]) -> str:
    """`--target` that is not declared."""
    return f"no Target is called `{name}`{did_you_mean(name, known)}"


def apply_question() -> str:
    """Before a plan is applied."""
    return "Apply this plan?"


def revoke_question(key: str) -> str:
    """Before a key stops working."""
    return f"Make `{key}` unusable on every target now?"


def must_follow(key: str, place: str) -> str:
    """What a person has to do after an emergency."""
    return f"now say the same in git: set `suspended: true` for `{key}` at {place}, or remove the key"


def yes_needed() -> str:
    """Nobody is there to ask."""
    return "nobody can be asked here: review the plan, then add `--yes`"


def not_a_plan(path: str) -> str:
    """A file that is no JSON."""
    return f"`{path}` is not a plan: make one with `remit plan --out`"


def declined() -> str:
    """The answer was no."""
    return "nothing was applied"


def would_overwrite(paths: Sequence[str]) -> str:
    """`init` where something is already."""
    shown = ", ".join(f"`{path}`" for path in paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return f"nothing was written, {shown} would be overwritten: choose another directory"


def bad_name(option: str) -> str:
    """A name that no resource can have."""
    return f"`{option}` takes lower-case letters, digits, `-` and `.`"


def bad_login() -> str:
    """A login that no person can have."""
    return "`--owner` takes a login: letters, digits, `.`, `_`, `-`"


def not_yaml(path: str) -> str:
    """A file to rewrite that is no source."""
    return f"`{path}` holds no YAML: name a directory, or a file that ends in `.yaml`"


def not_utf8(path: str) -> str:
    """A file to rewrite that is no text."""
    return f"`{path}` is not UTF-8: save it as UTF-8"


def rewritten(changed: int, unchanged: int, *, keep: bool) -> str:
    """What became of the files."""
    return f"{changed} {'to rewrite' if keep else 'rewritten'}, {unchanged} as they should be"


def no_events() -> str:
    """Nothing happened that was asked for."""
    return "no such event"


def bad_anchor(cause: str) -> str:
    """An anchor that is none."""
    return f"`--anchor` takes a line that `remit audit verify` printed: {cause}"


def not_a_commit() -> str:
    """An approval of something that may mean another commit tomorrow."""
    return "`COMMIT` takes the whole id, 40 or 64 hexadecimal digits, as `git rev-parse` prints it"


def nobody() -> str:
    """An approval of nobody."""
    return "`--by` takes the name of who approved it"


def broken(cause: str) -> str:
    """The chain was tampered with."""
    return f"the audit chain is broken: {cause}"


def holds_until(events: int, head: str) -> str:
    """What can still be relied on."""
    return f"it holds up to event {events}: {head}"


def holds(events: int) -> str:
    """The chain is whole."""
    return f"the audit chain holds: {events} {'event' if events == 1 else 'events'}"


def anchored(head: str, *, anchored: bool) -> str:
    """The end of the chain, and what it is good for."""
    return f"its end: {head}{', and the anchor is part of it' if anchored else ''}"


def approved(commit: str, by: str, seq: int) -> str:
    """An approval was recorded."""
    return f"recorded as event {seq}: `{by}` approved {commit}"


def ready(name: str, events: int) -> str:
    """The ledger has the layout of this version."""
    return f"the ledger `{name}` is up to date: {events} {'event' if events == 1 else 'events'}"


def short_type(text: str) -> str:
    """A type as one writes it in a declaration."""
    return text.replace("google.protobuf.Timestamp", "timestamp").replace("google.protobuf.Duration", "duration")


def not_a_variable() -> str:
    """`--var` that is no pair."""
    return "`--var` takes `name=value` or `name:type=value`, as in `--var n:uint=3`"


def no_variables(path: str) -> str:
    """`--vars` of a file without variables."""
    return f"`{path}` holds no variables: write one mapping of names to values"


def number_too_large(name: str) -> str:
    """A whole number beyond 64 bits."""
    return f"`{name}` is too large for an int: give it the type `double`, or `uint` up to 18446744073709551615"


def no_such_value(name: str) -> str:
    """A value that cannot be read."""
    return f"`{name}` is neither JSON nor a YAML list or map: quote it as a JSON string if it is text"


def not_of_type(name: str, type_: str, cause: str) -> str:
    """A value that is not of the type that was said."""
    return f"`{name}` is no {type_}: {cause}"


def wrong_form() -> str:
    """A cause of `not_of_type`."""
    return "it is written in another form"


def request_without_key(option: str) -> str:
    """A request described, and nobody who asks."""
    return f"`{option}` describes a request: add `--key` and `--model`"


def key_and_model() -> str:
    """Only one of the two."""
    return "what a rule sees depends on both: give `--key` and `--model`"


def rule_has_it(name: str) -> str:
    """A variable of one's own under the name of one that a rule sees."""
    return f"`{name}` is what the rule sees: choose another name"


def give_variables() -> str:
    """What to do without variables."""
    return "give it with `--var name=value`, or see what a rule sees with `--key` and `--model`"


def no_expression() -> str:
    """Nothing to evaluate, and nobody to ask."""
    return "there is no expression: give one, or `-` to read it from stdin"


def session_as_json() -> str:
    """A conversation is no document."""
    return "`--json` needs an expression: give one, or `-` to read it from stdin"


def unknown_order(name: str, known: Iterable[str]) -> str:
    """A word with a colon that a session does not know."""
    return f"no such command `{name}`{did_you_mean(name, known) or ': `:help` lists them'}"


def needs_expression(order: str) -> str:
    """`:type` and the like alone."""
    return f"`{order}` takes an expression"


def needs_binding() -> str:
    """`:let` without a name or a value."""
    return "`:let` takes `name = expression`"


def nothing_evaluated(kind: str) -> str:
    """An expression that the machine had no room for."""
    return f"this could not be evaluated: `{kind}`"


def bad_interval(text: str) -> str:
    """No time between two turns."""
    return f"`{text}` is no interval: write a whole number and `s`, `m`, `h` or `d`, as in `5m`"


def imported(written: int, left: int) -> str:
    """What `remit import` wrote, and what comes next."""
    keys = "1 key" if written == 1 else f"{written:,} keys"
    rest = f", {left:,} that cannot be declared are in `not-imported.txt`" if left else ""
    return f"{keys} written{rest}: run `remit check`, set `adopt: true` on the target, then run `remit plan`"


def no_keys_to_show() -> str:
    """Nothing is unused, or nothing is known."""
    return "no key to show"


def no_leases() -> str:
    """Every run gave its targets back."""
    return "no run is at work"


def not_leased(target: str) -> str:
    """There is nothing to give back."""
    return f"nobody holds `{target}`: there is nothing to release"


def released(target: str, holder: str) -> str:
    """A lease was taken away."""
    return f"`{target}` is free: `{holder}` writes nothing more to it"


def fetch_of_file() -> str:
    """`reconcile --fetch` of a saved bundle."""
    return "`--fetch` brings a clone up to date, and these policies are a file: name a directory, or leave it out"
