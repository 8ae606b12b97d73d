"""What is remembered for many keys changes nothing; and the rare answers of rules are named."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from organisation import BASE, NOW, MemoryTree, bundle_of, policy, waiver

from remit.bundle import (
    Bundle,
    NotABundle,
    _bounds,
    _index,
    _resolve,
    _stream,
    _violations,
    compile_tree,
    load_bundle,
    save_bundle,
)
from remit.bundle._locate import locate
from remit.decide import Engine
from remit.source import Position, SourceError, open_tree

Change = Callable[[dict[str, list[object]]], object]
SAMPLE = Path(__file__).parents[2] / "policies"


def _second_key(change: Callable[[str], str] = lambda text: text, name: str = "dev") -> str:
    document = next(each for each in BASE.split("---\n") if "kind: Key" in each)
    return change(document.replace("name: ranker-prod", f"name: ranker-{name}"))


def _everything(bundle: Bundle) -> list[object]:
    """Every entitlement, and a decision for each key and model."""
    engine = Engine(bundle)
    found: list[object] = [bundle.resolve(key, at) for key in bundle.keys for at in (NOW, NOW + timedelta(days=200))]
    return found + [
        engine.evaluate(key=key, model=model, now=NOW, input_tokens=10).to_json()
        for key in bundle.keys
        for model in bundle.models
    ]


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no room to remember anything, every entitlement and decision is the same."""
    bundle = compile_tree(open_tree(SAMPLE)).bundle
    assert bundle is not None
    expected = _everything(bundle)
    for module in (_bounds, _index, _resolve, _violations):
        monkeypatch.setattr(module, "_BOUND", 0)
    again = compile_tree(open_tree(SAMPLE)).bundle
    assert again is not None
    assert _everything(again) == expected


@pytest.mark.parametrize(
    ("change", "key_cap", "rule_cap"),
    [
        (("limits: {requests_per_minute: 600}", "limits: {}"), None, 700),
        (("limits: {requests_per_minute: 600}", "limits: {requests_per_minute: 700}"), 700, 700),
        (("limits: {requests_per_minute: 600}", "limits: {requests_per_minute: 650}"), 650, 700),
        (("limits: {requests_per_minute: 600}", "limits: {requests_per_day: 5}"), None, 700),
    ],
)
def test_keys_that_share_caps_keep_their_own(change: tuple[str, str], key_cap: int | None, rule_cap: int) -> None:
    """A key without a cap shares the rule's, one with a lower one keeps it; of equals the rule is named."""
    rule = policy(f"    - {{name: cap, on: key, cap: requests_per_minute, value: '{rule_cap}'}}")
    other = _second_key(lambda text: text.replace(*change))
    bundle = bundle_of(rule, other)
    for _ in range(2):
        cap = bundle.resolve("ranker-dev", NOW).caps["requests_per_minute"]
        own = key_cap is not None and key_cap < rule_cap
        assert (cap.value, cap.origin.rule) == (key_cap if own else rule_cap, "" if own else "base/cap")
        assert bundle.resolve("ranker-prod", NOW).caps["requests_per_minute"].value == 600
    assert ("requests_per_day" in bundle.resolve("ranker-dev", NOW).caps) is ("requests_per_day" in change[1])


@pytest.mark.parametrize("field", ["models: [mini, grnd]", "scopes: [chatt]", "targets: [stor]", "environment: prd"])
def test_a_wrong_name_is_found_in_every_key_that_has_it(field: str) -> None:
    """Keys that say the same wrong thing are each told, after keys that say the same right thing were not."""
    start = f"  {field.partition(':')[0]}:"

    def spoil(text: str) -> str:
        return "".join(f"  {field}\n" if line.startswith(start) else line for line in text.splitlines(keepends=True))

    files = {f"{name}.yaml": _second_key(spoil, name) for name in ("one", "two")}
    findings = compile_tree(MemoryTree({"base.yaml": BASE, **files})).findings
    assert [each.position.file for each in findings] == ["one.yaml", "two.yaml"]
    assert all(each.code.startswith("unknown-") for each in findings)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("deny: 'dyn(1)'", "base/r"),
        ("deny: 'true', message: 'key.ticket'", "base/r"),
        ("deny: 'true', description: in short, message: 'key.ticket'", "in short"),
        ("deny: 'key.ticket == \"\"'", "base/r"),
    ],
)
def test_the_rare_answers_of_a_rule_are_violations(rule: str, text: str) -> None:
    """No bool, an error, a message that fails: each denies, in the rule's name or description."""
    bundle = bundle_of(policy(f"    - {{name: r, on: key, {rule}}}"))
    (violation,) = bundle.resolve("ranker-prod", NOW).violations
    assert text in violation.message
    assert violation.error is ("message" not in rule)
    assert bundle.resolver.violations("Key", "ranker-prod", NOW) == (violation,)
    assert not bundle.resolve("ranker-prod", NOW).in_force


@pytest.mark.parametrize(
    "rule",
    [
        "deny: 'dyn(1)'",
        "throttle: 'dyn(1)', delay: 'duration(\"1s\")'",
        "throttle: 'true', delay: 'duration(key.ticket)'",
        "throttle: 'true', delay: 'duration(key.owner)'",
    ],
)
def test_a_rule_without_a_certain_answer_excludes_the_model(rule: str) -> None:
    """A condition that is no bool, or a delay that cannot be computed, denies every request."""
    bundle = bundle_of(policy(f"    - {{name: r, on: request, {rule}}}"))
    entitlement = bundle.resolve("ranker-prod", NOW)
    assert entitlement.models == ()
    assert {each.origin.rule for each in entitlement.exclusions} == {"base/r"}
    decision = Engine(bundle).evaluate(key="ranker-prod", model="mini", now=NOW)
    assert [each.code for each in decision.reasons] == ["rule-error"]


def test_origins_are_compared_by_what_they_say() -> None:
    """Equal by rule and position, usable in sets, and shown in words."""
    one, other = bundle_of().resolve("ranker-prod", NOW), bundle_of().resolve("ranker-prod", NOW)
    origin = one.caps["requests_per_minute"].origin
    assert {origin} == {other.caps["requests_per_minute"].origin}
    assert origin != one.budgets[0].origin
    assert origin != "base.yaml:60:33"
    assert repr(origin).startswith("Origin(Position(")


class _Vanishing(MemoryTree):
    """A tree whose files can be read a number of times."""

    def __init__(self, texts: dict[str, str], times: int) -> None:
        super().__init__(texts)
        self._left = dict.fromkeys(texts, times)

    def read(self, path: str) -> bytes:
        if not self._left[path]:
            raise SourceError("the file is gone", Position(path, 1, 1))
        self._left[path] -= 1
        return super().read(path)


def test_a_file_that_vanishes_is_a_finding() -> None:
    """Gone before it was read: an error at its place."""
    compilation = compile_tree(_Vanishing({"base.yaml": BASE}, 0))
    assert compilation.bundle is None
    assert [(each.code, each.position.file) for each in compilation.findings][-1] == ("source-error", "base.yaml")


@pytest.mark.parametrize("style", ["'%s'", "|\n        %s\n"])
def test_a_file_that_vanishes_later_costs_only_precision(style: str) -> None:
    """Gone when a fault in an expression is to be placed: the expression is named instead of the spot in it."""
    rules = policy("    - name: r\n      on: key\n      deny: " + style % "key.ownr")
    there = compile_tree(MemoryTree({"base.yaml": BASE, "r.yaml": rules})).findings
    gone = compile_tree(_Vanishing({"base.yaml": BASE, "r.yaml": rules}, 1)).findings
    assert [each.code for each in gone] == [each.code for each in there] == ["cel-type"]
    assert gone[0].position.line == 10
    assert gone[0].position != there[0].position


def _rewritten(path: Path, change: Change) -> None:
    """Alter the content of a bundle file, and give it the digest of what it has then."""
    head, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    content = json.loads(body)
    change(content)
    body = json.dumps(content).encode()
    head = json.dumps({**json.loads(head), "digest": f"sha256:{sha256(body).hexdigest()}"}).encode()
    path.write_bytes(gzip.compress(head + b"\n" + body))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(format="remit-bundle/0"),
        lambda content: content["documents"].append(content["documents"][0]),
        lambda content: content["documents"].clear(),
    ],
    ids=["another format", "a name twice", "no organisation"],
)
def test_a_bundle_that_means_nothing_is_refused(tmp_path: Path, change: Change) -> None:
    """A right digest is not enough: what it names must be a bundle."""
    save_bundle(bundle_of(), tmp_path / "b")
    load_bundle(tmp_path / "b")
    _rewritten(tmp_path / "b", change)
    with pytest.raises(NotABundle):
        load_bundle(tmp_path / "b")


def test_a_bundle_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file may unpack to anything, so that is bounded."""
    save_bundle(bundle_of(), tmp_path / "b")
    monkeypatch.setattr(_stream, "MAX_BYTES", 100)
    with pytest.raises(NotABundle, match="too large"):
        load_bundle(tmp_path / "b")


def test_a_bundle_that_cannot_be_put_in_place_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file stays, and the new one is removed."""
    (tmp_path / "b").write_text("old")

    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no room"):
        save_bundle(bundle_of(), tmp_path / "b")
    assert [each.name for each in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b").read_text() == "old"


def test_now_is_now_when_nobody_says() -> None:
    """Without an instant the clock counts."""
    bundle = bundle_of(policy("    - {name: r, on: key, deny: 'true'}"), waiver("base/r", "Key ranker-prod"))
    assert bundle.resolve("ranker-prod").at.tzinfo is not None
    assert [each.rule.id for each in bundle.effective_rules()] == ["base/r"]


@pytest.mark.parametrize(
    ("lines", "start", "place", "expected"),
    [
        (["a: 'x +", "  y'"], (1, 4), (2, 1), (1, 4)),
        (["a: |", "  x", "  y"], (1, 4), (2, 1), (3, 3)),
        (["a: |", "  x"], (1, 4), (5, 1), (1, 4)),
        (["a: >", "  x", "  y"], (1, 4), (2, 1), (2, 3)),
        (["a: x"], (1, 4), (1, 1), (1, 4)),
    ],
)
def test_a_place_in_an_expression_is_found_where_it_can_be(
    lines: list[str], start: tuple[int, int], place: tuple[int, int], expected: tuple[int, int]
) -> None:
    """Exact in blocks and on one line; the start of the expression where the text goes on in another way."""
    assert locate(lines, Position("f", *start), *place) == Position("f", *expected)


def test_rules_tell_keys_apart_by_all_that_they_read() -> None:
    """Labels, and fields within what is absent: keys that differ there get rules of their own."""
    rules = policy(
        '    - {name: labelled, on: request, deny: \'"tier" in key.labels && key.labels["tier"] == "low"\'}\n'
        "    - {name: placed, on: request, deny: 'has(key.deliver_to) && has(key.deliver_to.path)'}"
    )
    low = _second_key(lambda text: text.replace("project: ranker}", "project: ranker, labels: {tier: low}}"), "low")
    sunk = _second_key(lambda text: text + "  deliver_to: {sink: env-file, path: a/b}\n", "sunk")
    bundle = bundle_of(rules, low, sunk)
    excluded = {key: {each.origin.rule for each in bundle.resolve(key, NOW).exclusions} for key in bundle.keys}
    assert excluded == {"ranker-prod": set(), "ranker-low": {"base/labelled"}, "ranker-sunk": {"base/placed"}}
