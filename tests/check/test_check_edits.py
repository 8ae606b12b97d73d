"""A check with a warm cache says what a check without one says, after every sort of edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.bundle import _stamp
from remit.check import Report, check_tree, open_cache
from remit.source import Tree

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
POLICY = """apiVersion: remit/v1
kind: Policy
metadata: {name: p}
spec:
  rules:
    - {name: premium, on: request, deny: 'model.tier == "premium" && key.environment == "prod"'}
    - {name: nights, on: request, deny: 'now.getHours() < 6 && model.tier == "economy"'}
    - {name: nobody, on: request, deny: 'key.environment == "dev" && has(request.user)'}
    - {name: owned, on: key, deny: '!has(key.owner)'}
"""
WAIVER = """apiVersion: remit/v1
kind: Waiver
metadata: {name: w}
spec:
  policy: p
  rule: premium
  subject: {kind: Key, name: ranker-prod}
  reason: a trial
  ticket: T-1
  starts: 2026-11-01
  expires: 2026-12-01
"""
Files = Mapping[str, str]
# each makes one tree of another: what is changed in which file; "" deletes the file
EDITS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "key": ("key.yaml", lambda text: text.replace("environment: prod", "environment: dev")),
    "expiry": ("key.yaml", lambda text: text.replace("2027-02-01", "2026-11-30")),
    "owner": ("key.yaml", lambda text: text + "  owner: ana\n"),
    "targets": ("key.yaml", lambda text: text.replace("[local]", "[]")),
    "rule": ("policy.yaml", lambda text: text.replace("has(request.user)", "model.tier == 'basic'")),
    "selector": ("policy.yaml", lambda text: text.replace("spec:\n", "spec:\n  match: {environments: [dev]}\n", 1)),
    "waiver": ("waiver.yaml", lambda text: text.replace("2026-12-01", "2026-11-20")),
    "idle waiver": ("waiver.yaml", lambda text: text.replace("rule: premium", "rule: nobody")),
    "model": ("models.yaml", lambda text: text.replace("tier: premium", "tier: economy")),
    "allowlist": ("team.yaml", lambda text: text.replace("owners: [ana]", "owners: [ana], models: [small]", 1)),
    "budget": ("team.yaml", lambda text: text.replace("monthly: 900", "monthly: 700")),
    "syntax": ("key.yaml", lambda text: text + "}"),
    "lines": ("key.yaml", lambda text: "# a line more\n" + text),
    "no waiver": ("waiver.yaml", lambda _: ""),
    "no policy": ("policy.yaml", lambda _: ""),
    "no key": ("key.yaml", lambda _: ""),
}
HOURS = (0, -8, 24 * 9, 24 * 65, 24 * 71)


def _edited(texts: Files, names: tuple[str, ...]) -> dict[str, str]:
    found = dict(texts)
    for name in names:
        file, change = EDITS[name]
        found[file] = change(found[file]) if found[file] else ""
    return {file: text for file, text in found.items() if text}


def _start(make_tree: Callable[..., Tree]) -> Files:
    tree = make_tree({"policy.yaml": POLICY, "waiver.yaml": WAIVER})
    return {path: tree.read(path).decode() for path in tree.files()}


def _tree(make_tree: Callable, texts: Files) -> Tree:
    tree = make_tree()
    tree._content = {path: text.encode() for path, text in sorted(texts.items())}
    return tree


def _cached(tree: Tree, place: Path, at: datetime) -> Report:
    cache = open_cache(place / "tree", place / "cache")
    assert cache is not None
    with cache:
        return check_tree(tree, at=at, cache=cache)


@pytest.mark.parametrize("name", EDITS)
def test_each_edit_is_seen(make_tree: Callable, tmp_path: Path, name: str) -> None:
    """With what was remembered from before the edit, the findings are those of the tree after it."""
    start = _start(make_tree)
    before, after = _tree(make_tree, start), _tree(make_tree, _edited(start, (name,)))
    warm = _cached(before, tmp_path, NOW)
    plain = check_tree(after, at=NOW)
    assert _cached(after, tmp_path, NOW).findings == plain.findings
    assert _cached(before, tmp_path, NOW).findings == warm.findings
    assert plain.findings != warm.findings


def test_a_file_that_was_renamed_is_a_new_file(make_tree: Callable, tmp_path: Path) -> None:
    """Its findings carry its new name."""
    start = _start(make_tree)
    _cached(_tree(make_tree, start), tmp_path, NOW)
    moved = {("moved.yaml" if path == "key.yaml" else path): text for path, text in start.items()}
    tree = _tree(make_tree, moved)
    assert _cached(tree, tmp_path, NOW).findings == check_tree(tree, at=NOW).findings


def test_time_passes_for_a_tree_that_does_not_change(make_tree: Callable, tmp_path: Path) -> None:
    """What depends on the instant (waivers, expiry, rules that read the clock) is found for each."""
    tree = _tree(make_tree, _start(make_tree))
    seen = [_cached(tree, tmp_path, NOW + timedelta(hours=hours)).findings for hours in HOURS]
    assert seen == [check_tree(tree, at=NOW + timedelta(hours=hours)).findings for hours in HOURS]
    assert all(first != second for first, second in pairwise(seen))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.lists(st.sampled_from(sorted(EDITS)), max_size=3).map(tuple), st.sampled_from(HOURS)), max_size=4
    )
)
def test_any_history_leaves_a_cache_that_is_right(
    make_tree: Callable, tmp_path: Path, steps: list[tuple[tuple[str, ...], int]]
) -> None:
    """Whatever trees were checked before, and at whatever time."""
    for names, hours in steps:
        tree, at = _tree(make_tree, _edited(_start(make_tree), names)), NOW + timedelta(hours=hours)
        assert _cached(tree, tmp_path, at).findings == check_tree(tree, at=at).findings


def test_what_another_version_remembered_is_not_asked_for(
    make_tree: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries of other code have other names, however much they claim."""
    tree = _tree(make_tree, _edited(_start(make_tree), ("expiry",)))
    before = _cached(tree, tmp_path, NOW).findings
    asked: list[str] = []
    for name in ("file_reader", "expression_parser"):
        monkeypatch.setattr(
            f"remit.bundle.{'_reading' if name == 'file_reader' else '_parsing'}.{name}", lambda: "next"
        )
    cache = open_cache(tmp_path / "tree", tmp_path / "cache")
    assert cache is not None
    with cache:
        get = cache.get
        cache.get = lambda key: asked.append(key) or get(key)  # type: ignore[method-assign, func-returns-value]
        assert check_tree(tree, at=NOW, cache=cache).findings == before
    assert {key.partition(":")[0] for key in asked} == {"next"}
    assert _stamp.file_reader() != "next"
