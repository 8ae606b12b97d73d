"""`Engine.evaluate` against engines that evaluate the same rules one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import mean, median
from time import perf_counter_ns

from benchmarks.clock import in_turns, least_per_call
from benchmarks.compiled import whole
from benchmarks.organization import key_models, key_name, key_purpose, write_organization
from benchmarks.results import Row, Table, duration, times
from benchmarks.rivals import (
    BY_HAND,
    CASBIN,
    CEDAR,
    CEL_PYTHON,
    CEL_RUST,
    COMPILED,
    GOOGLE,
    REGO,
    RIVALS,
    Rival,
    plain,
    versions,
)
from benchmarks.translations import Rule, translated
from remit.bundle import Bundle, Context, compile_tree, pair
from remit.decide import Decision, Engine, Usage
from remit.source import open_tree

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
USAGE = Usage(requests_last_minute=20, requests_today=900, tokens_last_minute=40_000, spent={"key.monthly": 90_000_000})
MEASURED_PAIRS = 60


def bundle_of(directory: Path, **size: int) -> Bundle:
    """The bundle of an invented organisation. Raises ValueError when it has faults."""
    write_organization(directory, **size)
    compilation = compile_tree(open_tree(directory))
    if compilation.bundle is None:
        raise ValueError(str(next(each for each in compilation.findings if each.severity == "error")))
    return compilation.bundle


def request(number: int, model: int, **more: object) -> dict[str, object]:
    """The keywords of a request of one key for one of its models."""
    return {
        "key": key_name(number),
        "model": key_models(number)[model],
        "user": "ada",
        "purpose": key_purpose(number),
        "data_class": "internal",
        "input_tokens": 1_200,
        "output_tokens": 400,
        "now": NOW,
        **more,
    }


def measure(directory: Path, *, keys: int = 1_000, rules: int = 200, rounds: int = 9) -> Table:
    """The whole comparison."""
    bundle = bundle_of(directory / "narrow", keys=keys, rules=rules)
    broad = bundle_of(directory / "broad", keys=keys, rules=rules, broad=True)
    applicable, all_over = _applied(bundle, keys), _applied(broad, keys)
    about = (
        f"{keys:,} keys and {rules} rules on requests in the style of the sample; by its selectors a rule may be about"
        f" some teams, environments, vendors or tiers, so {applicable:.0f} apply to a key and model (mean). The rivals"
        " have no selectors: they evaluate the same conditions one by one, all of them or just those that apply."
        " Remit also checks scopes, purposes, data classes, caps and budgets, and gives reasons with positions."
        f" Rivals are {versions()}; Casbin ends at the first rule that denies, of which there is none here."
        " Medians over many pairs of key and model, each at its quietest; rivals in turns, medians of rounds."
    )
    wide = _median(Engine(broad), pairs(Engine(broad), keys), "allow")
    what = f"`evaluate`, allow, in an organisation where {all_over:.0f} of the {rules} rules apply (mean)"
    own, allow = _own(bundle, keys)
    return Table(
        "Deciding", about, (*own, Row(what, duration(wide), "", times(wide / allow)), *_against(bundle, keys, rounds))
    )


def _own(bundle: Bundle, keys: int) -> tuple[list[Row], float]:
    """Rows about ourselves, and the seconds that an allow takes."""
    engine = Engine(bundle)
    some = pairs(engine, keys)
    allow = _median(engine, some, "allow")
    others = {
        "`evaluate`, allow, with usage of key, user and budgets": _median(engine, some, "allow", usage=USAGE),
        "`evaluate`, deny: a purpose that was not granted": _median(engine, some, "deny", purpose="purpose-of-nobody"),
        "`evaluate`, deny: by a budget": _median(engine, some, "deny", usage=Usage(spent={"key.monthly": 10**12})),
        "the first `evaluate` of a key and model, which prepares it": _first(bundle, some),
    }
    rows = [Row("`evaluate`, allow", duration(allow), "", "", "under 5 µs", allow < 5e-6)]
    rows += [Row(what, duration(took), "", times(took / allow)) for what, took in others.items()]
    return rows, allow


def pairs(engine: Engine, keys: int) -> list[tuple[int, int]]:
    """Pairs of key and model that are allowed, evenly over the keys. Raises ValueError when there are none."""
    every = [(number, number % 5) for number in range(0, keys, max(1, keys // MEASURED_PAIRS))]
    allowed = [each for each in every if engine.evaluate(**request(*each)).effect == "allow"]
    if not allowed:
        raise ValueError("no request is allowed")
    return allowed


def _applied(bundle: Bundle, keys: int) -> float:
    return mean(len(applicable(bundle, *each)) for each in pairs(Engine(bundle), keys))


def _median(engine: Engine, some: list[tuple[int, int]], effect: str, **more: object) -> float:
    """Seconds for one decision: the median over pairs of key and model, each asked many times."""
    found = []
    for each in some:
        call: Callable[[], Decision] = partial(engine.evaluate, **request(*each, **more))
        if call().effect != effect:
            raise ValueError(f"{effect} was expected for {each}")
        found.append(least_per_call(call))
    return median(found)


def _first(bundle: Bundle, some: list[tuple[int, int]]) -> float:
    engine, found = Engine(bundle), []
    for each in some:
        arguments = request(*each)
        began = perf_counter_ns()
        engine.evaluate(**arguments)
        found.append((perf_counter_ns() - began) / 1e9)
    return median(found)


def _against(bundle: Bundle, keys: int, rounds: int) -> list[Row]:
    """All engines in turns, about the pair of median breadth."""
    engine = Engine(bundle)
    some = sorted(pairs(engine, keys), key=lambda each: len(applicable(bundle, *each)))
    chosen = some[len(some) // 2]
    facts = facts_of(bundle, *chosen)
    every = translated(str(rule.rule.condition) for rule in bundle.rules)
    fewer = translated(applicable(bundle, *chosen))
    calls: dict[str, Callable[[], object]] = {"ours": partial(engine.evaluate, **request(*chosen))}
    for name, rival in RIVALS.items():
        calls |= _calls(name, rival, every, facts)
        if name in _GOALS:
            part = rival(fewer)
            calls[f"{name}/those that apply"] = _converting(part, facts)
    took = in_turns(calls, rounds=rounds, number={name: _NUMBERS[name.partition("/")[0]] for name in calls})
    compiled = whole([rule.cel for rule in every], facts, rounds)
    # Its runner gives an error for `has(a.b) && a.b == c` where there is no `b`.
    failing = f"{COMPILED}, which fails on {compiled.pop('failing'):.0f} of them"
    took |= {f"{failing}/{_WAYS[way]}": seconds for way, seconds in compiled.items()}
    return [_rival_row(name, took, len(every), len(fewer)) for name in took if name != "ours"]


def _calls(
    name: str, rival: Callable[[list[Rule]], Rival], rules: list[Rule], facts: dict[str, object]
) -> dict[str, Callable[[], object]]:
    """Raises ValueError when a rival denies what Remit allows."""
    each = rival(rules)
    held = each.convert(facts)
    if each.denies(held):
        raise ValueError(f"{name} denies what Remit allows")
    ways: dict[str, Callable[[], object]] = {f"{name}/all": _converting(each, facts)}
    # By hand there is nothing to convert, and Cedar reads its JSON each time.
    if name not in (BY_HAND, CEDAR):
        ways[f"{name}/all, converted before"] = partial(each.denies, held)
    return ways


_WAYS = {"converting": "all", "before": "all, converted before"}
_NUMBERS = {"ours": 400, GOOGLE: 8, CEL_PYTHON: 1, CEL_RUST: 8, BY_HAND: 40, CEDAR: 4, REGO: 1, CASBIN: 1}
_GOALS = {GOOGLE: 50, CEL_PYTHON: 500}


def _converting(rival: Rival, facts: dict[str, object]) -> Callable[[], int]:
    return lambda: rival.denies(rival.convert(facts))


def _rival_row(name: str, took: dict[str, float], every: int, fewer: int) -> Row:
    engine, _, which = name.partition("/")
    ratio, goal = took[name] / took["ours"], _GOALS.get(engine)
    words = (
        f"{engine}, "
        + {
            "all": f"{every} rules, conversion of the facts counted",
            "all, converted before": f"{every} rules, conversion not counted",
            "those that apply": f"the {fewer} rules that apply, conversion counted",
        }[which]
    )
    row = duration(took["ours"]), duration(took[name]), times(ratio)
    return Row(words, *row) if goal is None else Row(words, *row, f"≥ {goal} x", ratio >= goal)


def _context(bundle: Bundle, number: int, model: int) -> Context:
    resolver = bundle.resolver
    return pair(resolver.context("Key", key_name(number)), resolver.context("Model", key_models(number)[model]))


def applicable(bundle: Bundle, number: int, model: int) -> list[str]:
    """The conditions of the rules whose selectors match."""
    context = _context(bundle, number, model)
    return [str(each.rule.condition) for each in bundle.index.matching("request", context)]


def facts_of(bundle: Bundle, number: int, model: int) -> dict[str, object]:
    """What the rules see, as plain data."""
    entitlement = bundle.resolve(key_name(number), NOW)
    asked = {name: value for name, value in request(number, model).items() if name not in ("key", "now")}
    return plain(
        {
            **_context(bundle, number, model).facts,
            "request": {**asked, "scope": "chat"},
            "limits": {name: cap.value for name, cap in entitlement.caps.items()},
            "usage": dict(Usage().facts),
        }
    )
