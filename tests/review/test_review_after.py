"""The faults that the review found in the bundle; each claim failed before its repair."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from organisation import BASE, NOW, bundle_of, compiled, policy

from remit.bundle import NotABundle, load_bundle, save_bundle
from remit.decide import Engine, Usage

OTHER = """---
apiVersion: remit/v1
kind: Target
metadata: {name: other}
spec: {type: local, path: other.db}
---
apiVersion: remit/v1
kind: Key
metadata: {name: second, team: search, project: ranker}
spec: {environment: prod, models: [mini], targets: [other]}
"""


@pytest.mark.parametrize("order", ["first, second", "second, first"])
def test_each_target_has_the_cap_of_its_own_value(order: str) -> None:
    """A rule that reads the target gives each target its own number, whichever is asked about first."""
    rule = policy("    - {name: r, on: target, cap: requests_per_day, value: 'target.name == \"store\" ? 500 : 3'}")
    engine = Engine(bundle_of(rule, base=BASE + OTHER))
    expected = {"ranker-prod": 500, "second": 3}
    for key in sorted(expected, reverse=order.startswith("second")):
        assert engine.bundle.resolve(key, NOW).caps["requests_per_day"].value == expected[key]
        used = Usage(requests_today=expected[key])
        assert engine.evaluate(key=key, model="mini", now=NOW).allowed
        assert not engine.evaluate(key=key, model="mini", now=NOW, usage=used).allowed


@pytest.mark.parametrize("point", ["model", "target"])
@pytest.mark.parametrize("period", ["daily", "monthly"])
def test_a_budget_that_nothing_counts_is_refused(point: str, period: str) -> None:
    """A rule that would be silently without effect does not compile."""
    rule = policy(f"    - {{name: b, on: {point}, cap: budget.{period}, value: usd(5)}}")
    found = compiled(rule)
    assert (found.bundle, [each.code for each in found.findings]) == (None, ["no-pool"])


def test_an_hour_that_comes_twice_is_resolved_twice() -> None:
    """When clocks go back, 2:30 comes twice; to Python the two are equal, to the allowlist they are not."""
    bundle = bundle_of(policy("    - {name: r, on: model, deny: 'now >= timestamp(\"2026-10-25T01:00:00Z\")'}"))
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    for when, models in ((first, 2), (first.replace(fold=1), 0), (first, 2)):
        assert len(bundle.resolve("ranker-prod", when).models) == models


class _Placeless(tzinfo):
    """A zone that does not know its offset: to Python such a time is naive."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None


def test_a_time_whose_zone_knows_no_offset_is_refused() -> None:
    """It would be read on the clock of the machine."""
    when = datetime(2026, 11, 23, tzinfo=_Placeless())
    with pytest.raises(ValueError, match="zone"):
        bundle_of().resolve("ranker-prod", when)
    with pytest.raises(ValueError, match="zone"):
        Engine(bundle_of()).evaluate(key="ranker-prod", model="mini", now=when)


DELAY = 'duration(key.labels["pause"])'


def test_a_delay_that_fails_denies_only_who_is_slowed_down() -> None:
    """The rule is asked for its delay when it holds."""
    rule = f"    - {{name: t, on: request, throttle: usage.requests_last_minute > 5, delay: '{DELAY}'}}"
    engine = Engine(bundle_of(policy(rule)))
    assert engine.evaluate(key="ranker-prod", model="mini", now=NOW).effect == "allow"
    slowed = engine.evaluate(key="ranker-prod", model="mini", now=NOW, usage=Usage(requests_last_minute=6))
    assert (slowed.effect, [each.rule for each in slowed.errors]) == ("deny", ["base/t"])
    assert engine.bundle.resolve("ranker-prod", NOW).models == ("grand", "mini")


@pytest.mark.parametrize("condition", ["true", 'now > timestamp("2026-01-01T00:00:00Z")'])
def test_a_delay_that_always_fails_keeps_the_model_from_the_key(condition: str) -> None:
    """What every request would be denied for is not pushed."""
    engine = Engine(bundle_of(policy(f"    - {{name: t, on: request, throttle: '{condition}', delay: '{DELAY}'}}")))
    assert engine.bundle.resolve("ranker-prod", NOW).models == ()
    assert not engine.evaluate(key="ranker-prod", model="mini", now=NOW).allowed


def _forget_rule(content: dict[str, list[object]]) -> None:
    content["rules"].pop()


def _forget_condition(content: dict[str, list[list[dict[str, object]]]]) -> None:
    content["rules"][0][2]["condition"] = None


@pytest.mark.parametrize("change", [_forget_rule, _forget_condition])
def test_a_bundle_without_a_program_of_its_policies_is_refused(
    change: Callable[[object], None], tmp_path: Path
) -> None:
    """A rule that is declared and not evaluated would allow; even with a digest that fits, that is no bundle."""
    path = tmp_path / "x.bundle"
    save_bundle(bundle_of(policy("    - {name: r, on: key, deny: 'true'}")), path)
    head, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    content = json.loads(body)
    change(content)
    altered = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    header = {**json.loads(head), "digest": f"sha256:{hashlib.sha256(altered).hexdigest()}"}
    path.write_bytes(gzip.compress(json.dumps(header).encode() + b"\n" + altered))
    with pytest.raises(NotABundle):
        load_bundle(path)


class _Asked(dict[object, int]):
    """A dict in which another thread gets its turn between counting what is there and adding to it."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = int

    def __len__(self) -> int:
        found, then = super().__len__(), self.meanwhile
        self.meanwhile = int
        then()
        return found


def test_two_sides_never_share_a_number() -> None:
    """Two threads that meet two sorts of keys at one moment: the rules of one never become those of the other."""
    rule = policy('    - {name: r, on: request, deny: key.name == "second"}')
    bundle = bundle_of(rule, base=BASE + OTHER)
    selector, effective = bundle.resolver.selector, bundle.effective(NOW)
    sides = selector._sides = _Asked()
    contexts = [bundle.resolver.context("Key", name) for name in ("ranker-prod", "second")]
    sides.meanwhile = lambda: selector.key_side(contexts[1], {}, effective)
    assert selector.key_side(contexts[0], {}, effective) != selector.key_side(contexts[1], {}, effective)
