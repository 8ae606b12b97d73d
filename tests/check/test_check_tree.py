"""`check_tree`: from a tree to a report."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from remit.check import LINTS, Registries, Report, check_tree, open_cache
from remit.check._lint_names import skeleton
from remit.source import Finding, Position, SourceError, open_tree

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
POLICIES = Path(__file__).parents[2] / "policies"


def _codes(report: Report) -> list[tuple[str, str]]:
    return [(finding.severity, finding.code) for finding in report.findings]


def test_a_sound_tree_has_a_bundle_and_no_findings(make_tree: Callable) -> None:
    """The base of the corpus is clean."""
    report = check_tree(make_tree(), at=NOW)
    assert (report.findings, report.ok) == ((), True)
    assert report.bundle is not None
    assert report.bundle.digest.startswith("sha256:")


def test_the_sample_policies_are_clean() -> None:
    """What the repository shows as an example has neither errors nor warnings."""
    report = check_tree(open_tree(POLICIES), at=NOW)
    assert [str(finding) for finding in report.findings if finding.severity != "note"] == []
    assert report.ok


def test_an_empty_tree_is_not_ok(make_tree: Callable) -> None:
    """Nothing declared is no policy."""
    tree = make_tree()
    tree._content.clear()
    report = check_tree(tree, at=NOW)
    assert (report.ok, report.bundle) == (False, None)
    assert _codes(report) == [("error", "no-organization")]


def test_lints_run_only_over_what_compiles(make_tree: Callable) -> None:
    """With an error of the compiler there is no bundle, and no lint guesses about half a policy."""
    group = "apiVersion: remit/v1\nkind: Group\nmetadata: {name: a}\nspec: {members: [bo], extra: 1}\n"
    expired = make_tree()._content["key.yaml"].decode().replace("2027-02-01", "2026-01-01")
    report = check_tree(make_tree({"group.yaml": group, "key.yaml": expired}), at=NOW)
    assert {code for _, code in _codes(report)} == {"unknown-field"}
    assert report.counts == {"error": 1, "warning": 0, "note": 0}
    assert not report.ok


def test_entries_that_the_tree_refuses_are_findings(tmp_path: Path, make_tree: Callable) -> None:
    """A symbolic link and a submodule are errors, whatever they lead to."""
    for name, content in make_tree()._content.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "key.yaml")
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / ".git").write_text("gitdir: elsewhere\n")
    report = check_tree(open_tree(tmp_path), at=NOW)
    assert [finding.position.file for finding in report.findings] == ["link.yaml", "module"]
    assert not report.ok


def test_warnings_and_notes_do_not_spoil_a_report(make_tree: Callable) -> None:
    """Only errors do."""
    assert check_tree(make_tree(), at=NOW + timedelta(days=365)).ok


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2027, 1, 17, 23, 59, tzinfo=UTC), []),
        (datetime(2027, 1, 18, tzinfo=UTC), [("note", "key-expires-soon")]),
        (datetime(2027, 1, 31, 23, 59, tzinfo=UTC), [("note", "key-expires-soon")]),
        (datetime(2027, 2, 1, tzinfo=UTC), [("warning", "key-expired")]),
        (datetime(2027, 2, 1, 1, tzinfo=timezone(timedelta(hours=2))), [("note", "key-expires-soon")]),
    ],
)
def test_expiry_is_told_at_the_instant(make_tree: Callable, at: datetime, expected: list[tuple[str, str]]) -> None:
    """Fourteen days before, and from the first instant at which the key is no longer valid."""
    assert _codes(check_tree(make_tree(), at=at)) == expected


def test_a_time_without_a_zone_is_refused(make_tree: Callable) -> None:
    """The caller must say which instant it means."""
    with pytest.raises(ValueError, match="zone"):
        check_tree(make_tree(), at=datetime(2026, 11, 23))


def test_without_registries_types_are_not_judged(make_tree: Callable) -> None:
    """What cannot be known is not reported; what is known to be empty is."""
    assert check_tree(make_tree(), at=NOW).ok
    report = check_tree(make_tree(), at=NOW, registries=Registries(targets=frozenset()))
    assert [str(finding) for finding in report.findings] == [
        "organization.yaml:20:14: error: no target type is called `local` here: use one of none, "
        "or install what provides it [unknown-target-type]"
    ]


def test_a_cache_changes_nothing_but_the_time(make_tree: Callable, tmp_path: Path) -> None:
    """The same report without a cache, with an empty one, with a full one, and with a damaged one."""
    bad = {"bad.yaml": "apiVersion: remit/v1\nkind: Group\nmetadata: {name: a, name: b}\nspec: {}\n"}
    tree = make_tree(bad)
    plain = check_tree(tree, at=NOW).findings
    for _ in range(2):
        cache = open_cache(tmp_path / "tree", tmp_path / "cache")
        assert cache is not None
        with cache:
            assert check_tree(tree, at=NOW, cache=cache).findings == plain
    cache = open_cache(tmp_path / "tree", tmp_path / "other")
    assert cache is not None
    with cache:
        cache.get = lambda key: b"[[1], 2]"  # type: ignore[method-assign]
        assert check_tree(tree, at=NOW, cache=cache).findings == plain


@pytest.mark.parametrize(
    ("point", "condition", "subject", "idle"),
    [
        ("request", 'model.name == "large"', "Model, name: large", False),
        ("request", 'model.name == "large"', "Model, name: small", True),
        ("request", 'request.model == "large"', "Key, name: ranker-dev", False),
        ("request", 'key.environment == "prod"', "Key, name: ranker-dev", True),
        ("request", 'key.environment == "prod"', "Project, name: ranker", False),
        ("request", 'key.environment == "test"', "Team, name: search", True),
        ("key", 'key.environment == "prod"', "Key, name: ranker-dev", True),
        ("key", 'key.environment == "prod"', "Key, name: ranker-prod", False),
        ("key", 'key.environment == "prod"', "Project, name: ranker", False),
        ("key", 'key.environment == "prod"', "Team, name: search", False),
        ("key", 'key.environment == "test"', "Team, name: search", True),
        ("team", 'team.name == "search"', "Team, name: search", False),
    ],
)
def test_a_waiver_is_idle_when_its_rule_says_nothing_of_what_it_covers(
    make_tree: Callable, point: str, condition: str, subject: str, idle: bool
) -> None:
    """Every kind of subject covers just what is it or stands below it; keys that are alike are all looked at."""
    key = make_tree().read("key.yaml").decode()
    waiver = f"""apiVersion: remit/v1
kind: Policy
metadata: {{name: p}}
spec:
  rules: [{{name: r, on: {point}, deny: '{condition}'}}]
---
apiVersion: remit/v1
kind: Waiver
metadata: {{name: w}}
spec:
  policy: p
  rule: r
  subject: {{kind: {subject}}}
  reason: a trial
  ticket: T-1
  expires: 2027-01-01
"""
    development = key.replace("ranker-prod", "ranker-dev").replace("environment: prod", "environment: dev")
    twin = development.replace("ranker-dev", "ranker-play")
    report = check_tree(make_tree({"dev.yaml": f"{development}---\n{twin}", "waiver.yaml": waiver}), at=NOW)
    assert report.bundle is not None, [str(each) for each in report.findings]
    assert ("waiver-idle" in {each.code for each in report.findings}) is idle


@pytest.mark.parametrize("frozen", [False, True])
def test_the_collector_is_left_as_it_was(make_tree: Callable, frozen: bool) -> None:
    """Enabled as before; what was made counts as old at once, and what others froze stays frozen."""
    gc.collect()
    if frozen:
        gc.freeze()
    try:
        before = gc.get_freeze_count()
        report = check_tree(make_tree(), at=NOW)
        assert gc.isenabled()
        assert gc.get_freeze_count() == before
        assert (report.bundle in gc.get_objects(generation=2)) is not frozen
    finally:
        gc.unfreeze()


def test_a_collector_that_was_off_stays_off(make_tree: Callable) -> None:
    """Whoever disabled it enables it."""
    gc.disable()
    try:
        check_tree(make_tree(), at=NOW)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_findings_come_in_the_order_of_the_files_and_once(make_tree: Callable) -> None:
    """Sorted by position, without repetition."""
    unsafe = """apiVersion: remit/v1
kind: Policy
metadata: {name: a}
spec:
  rules:
    - {name: r, on: key, deny: 'key.owner == "x" || key.owner == "y"'}
"""
    report = check_tree(make_tree({"a.yaml": unsafe}), at=NOW)
    assert list(report.findings) == sorted(set(report.findings))
    assert _codes(report) == [("warning", "unguarded-read"), ("error", "rule-error")]


def test_a_rule_waits_for_the_first_resource_of_its_kind(make_tree: Callable) -> None:
    """Without any key, a rule on keys or on requests is not unreachable; a selector of a team without keys is."""
    policy = """apiVersion: remit/v1
kind: Policy
metadata: {name: a}
spec:
  match: {environments: [dev]}
  rules:
    - {name: r, on: key, deny: key.suspended}
    - {name: s, on: request, deny: request.scope == "admin"}
"""
    tree = make_tree({"a.yaml": policy})
    del tree._content["key.yaml"]
    assert check_tree(tree, at=NOW).findings == ()
    assert _codes(check_tree(make_tree({"a.yaml": policy}), at=NOW)) == [("warning", "unreachable-rule")] * 2


def test_text_that_disappears_costs_only_precision(make_tree: Callable) -> None:
    """When a file cannot be read again for its lines, the finding points at the expression."""
    policy = """apiVersion: remit/v1
kind: Policy
metadata: {name: a}
spec:
  rules:
    - {name: r, on: project, deny: 'has(project.budget.monthly) && project.limits.requests_per_day > 5'}
"""
    tree = make_tree({"a.yaml": policy})
    found = check_tree(tree, at=NOW).findings
    assert {finding.position.column for finding in found if finding.position.file == "a.yaml"} == {83}
    read, reads = tree.read, []

    def once(path: str) -> bytes:
        if path in reads:
            raise SourceError("gone", Position(path, 1, 1))
        reads.append(path)
        return read(path)

    tree.read = once
    found = check_tree(tree, at=NOW).findings
    assert {finding.position.column for finding in found if finding.position.file == "a.yaml"} == {36}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("ranker-1", "ranker-l", True),
        ("ranker-0", "ranker-o", True),
        ("Ranker", "ranker", True),
        ("rank.er", "rank-er", True),
        ("ranker", "rank-er", True),
        ("ﬁnance", "finance", True),
        ("ranker-2", "ranker-3", False),
        ("ranker-prod", "ranker-dev", False),
    ],
)
def test_look_alikes(one: str, other: str, alike: bool) -> None:
    """Case, separators, and letters drawn alike do not tell names apart."""
    assert (skeleton(one) == skeleton(other)) is alike


def test_every_lint_is_named_and_gives_findings_only(make_tree: Callable) -> None:
    """The table of lints is what runs, in the order of their names."""
    assert list(LINTS) == sorted(LINTS)
    report = check_tree(make_tree(), at=NOW + timedelta(days=365))
    assert all(isinstance(finding, Finding) for finding in report.findings)
    assert report.findings
